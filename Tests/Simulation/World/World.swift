@testable import Probe

/// True time, and what happens in it. Nothing waits: time jumps to the next event.
final class World {
  let clocks: ClockSet
  let guest: GuestPlan
  private(set) var now = Moment.beginning
  private var queue: [Event] = []
  private var scheduled: UInt64 = 0
  private var stalls: [(at: Moment, length: Nanoseconds, isStop: Bool)]
  /// When the last stop of this process began that is over.
  private var stopped: Moment?
  private var readings: Dice
  private var wakes: Dice
  /// When C was read, by what R showed just before.
  private(set) var momentOfReading: [Instant<Raw>: Moment] = [:]
  private(set) var lastReading = Instant<Raw>(nanoseconds: 0)

  private struct Event {
    var at: Moment
    var number: UInt64
    var action: () -> Void
  }

  init(_ plan: ClockPlan, _ guest: GuestPlan, seed: UInt64) {
    clocks = ClockSet(plan, seed: seed)
    self.guest = guest
    readings = Dice(seed, .readings)
    wakes = Dice(seed, .wakes)
    stalls = (guest.stalls + plan.pauses + plan.suspends).map { (.beginning + $0.at, $0.length, false) }
    stalls += guest.taken.map { (.beginning + $0.at, $0.length, $0.taker == .stopped) }
    stalls.sort { $0.at < $1.at }
  }

  func schedule(_ at: Moment, _ action: @escaping () -> Void) {
    scheduled += 1
    let event = Event(at: at, number: scheduled, action: action)
    // Most often it is the latest of all: the queue is short and kept in the order of time, latest first.
    let place = queue.lastIndex { ($0.at, $0.number) > (event.at, event.number) }.map { $0 + 1 } ?? 0
    queue.insert(event, at: place)
  }

  /// What has happened by now takes effect.
  func settle() {
    while let event = queue.last, event.at <= now {
      queue.removeLast()
      event.action()
    }
  }

  /// The probe is busy, or is kept from running, for a while.
  func spend(_ length: Nanoseconds) {
    now = now + length
    while let stall = stalls.first, now >= stall.at {
      now = max(now, stall.at + stall.length)
      if stall.isStop { stopped = stall.at }
      stalls.removeFirst()
    }
  }

  /// The clocks in the order R, C, M, R'.
  func read() -> LocalReading {
    var pauses = guest.readingPauses(&readings)
    spend(pauses.removeFirst())
    let before = Instant<Raw>(nanoseconds: clocks.raw.reading(now))
    spend(pauses.removeFirst())
    let realtime = Instant<Realtime>(nanoseconds: clocks.realtime.reading(now))
    momentOfReading[before] = now
    lastReading = before
    spend(pauses.removeFirst())
    let monotonic = Instant<Monotonic>(nanoseconds: clocks.monotonic.reading(now))
    spend(pauses.removeFirst())
    let after = Instant<Raw>(nanoseconds: clocks.raw.reading(now))
    return LocalReading(rawBefore: before, realtime: realtime, monotonic: monotonic, rawAfter: after)
  }

  /// Until something is ready, a signal, or the time is over.
  func wait(_ length: Nanoseconds, _ ready: () -> Ready) -> Ready {
    settle()
    // A signal that came while the probe was busy comes as soon as it waits.
    if isInterrupted { return .nothing }
    if !ready().isNothing { return ready() }
    let start = now
    let deadline = min(now + length, interrupt ?? .init(nanoseconds: .max))
    while let event = queue.last, event.at <= deadline {
      now = max(now, event.at)
      settle()
      if !ready().isNothing { return wake(ready, start, deadline) }
    }
    now = max(now, deadline)
    return wake(ready, start, deadline)
  }

  private func wake(_ ready: () -> Ready, _ start: Moment, _ deadline: Moment) -> Ready {
    stopped = nil
    spend(Nanoseconds(Int64(guest.wakeFloor + wakes.exponential(mean: guest.wakeMean))))
    settle()
    var result = ready()
    result.left = max(deadline - now, .zero)
    if let stopped, stopped >= start { result.left = max(deadline - stopped, .zero) }
    return result
  }

  var isInterrupted: Bool { guest.interrupt.map { now >= .beginning + $0 } ?? false }

  private var interrupt: Moment? { guest.interrupt.map { .beginning + $0 }.flatMap { $0 > now ? $0 : nil } }
}

extension Ready {
  var isNothing: Bool { data | errors == 0 && !isAlarmed }
}
