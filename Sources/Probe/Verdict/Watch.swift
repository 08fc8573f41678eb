/// What one turn of the loop brought.
public struct Tick: Sendable {
  public var reading: LocalReading
  /// The kernel said that C was set since the last turn.
  public var wasSet = false
  /// From when on the thread wanted to run.
  public var due: Instant<Raw>
  /// When a signal stopped the thread in its sleep; nil: none did.
  public var stopped: Instant<Raw>?

  public init(_ reading: LocalReading, due: Instant<Raw>) {
    self.reading = reading
    self.due = due
  }
}

/// What costs a system call each, and so is not read at each turn.
public struct Look: Sendable {
  /// adjtimex; nil: it may not be asked here.
  public var kernel: KernelClock?
  /// BOOTTIME - MONOTONIC.
  public var suspended = Nanoseconds.zero

  public init(kernel: KernelClock? = nil, suspended: Nanoseconds = .zero) {
    self.kernel = kernel
    self.suspended = suspended
  }
}

/// What the kernel counts time by.
public struct CounterLook: Sendable {
  /// `current_clocksource`; nil: not told here.
  public var clocksource: Word?
  /// Of the guest's pvclock page; nil: there is none.
  public var pvclock: PvclockFields?
  /// The disruption marker of the guest's vmclock page; nil: there is none.
  public var marker: UInt64?

  public init(clocksource: Word? = nil, pvclock: PvclockFields? = nil, marker: UInt64? = nil) {
    self.clocksource = clocksource
    self.pvclock = pvclock
    self.marker = marker
  }

  /// The hypervisor stopped the guest; the guest's kernel takes the flag back once it has seen it.
  var isStopped: Bool { pvclock.map { $0.flags & PvclockFields.guestStopped != 0 } ?? false }
}

/// The local watch: readings and evidence in, events out. No clock, no I/O.
public struct Watch: Sendable {
  private var steps: StepWatch
  private var slews: SlewWatch
  private var unseen: UnseenWatch
  private var look: Look
  private var lookedAt: Instant<Raw>
  private var counter: CounterLook
  private var countedAt: Instant<Raw>
  /// C was read to have jumped before the kernel's word for it came: the word is expected until then.
  private var wordUntil = Instant<Raw>(nanoseconds: .min)

  /// How often adjtimex and BOOTTIME are asked where the readings give no reason, and what counts time.
  public static let lookPeriod = Nanoseconds.milliseconds(64)
  public static let counterPeriod = Nanoseconds.milliseconds(500)
  /// The kernel sets C and then tells the timers; who asked it to may wait for a processor in between
  /// (kernel/time/hrtimer.c, clock_was_set).
  static let wordPatience = Nanoseconds.milliseconds(250)

  public init(_ reading: LocalReading, _ look: Look, _ counter: CounterLook) {
    steps = StepWatch(reading)
    slews = SlewWatch(reading, kernel: look.kernel?.rate)
    unseen = UnseenWatch(reading)
    self.look = look
    self.counter = counter
    lookedAt = reading.raw
    countedAt = reading.raw
  }

  // MARK: What is wanted

  @inline(__always)
  public func wantsCounter(_ now: Instant<Raw>) -> Bool { now - countedAt >= Self.counterPeriod }

  // MARK: In

  /// A reading of the clocks.
  /// - Parameter takeLook: asked at most twice, where there is a reason
  @_optimize(speed)
  public mutating func add(_ tick: Tick, into events: inout EventBuffer, takeLook: () -> Look) {
    let reading = tick.reading
    let from = steps.from
    let jump = steps.add(reading)
    let hasReason = jump != nil || tick.wasSet || slews.isChanging
    var taken: Look?
    if hasReason || reading.raw - lookedAt >= Self.lookPeriod { taken = takeLook() }
    var explained = Nanoseconds.zero
    if let taken {
      let slept = taken.suspended - look.suspended
      if slept >= Self.leastSuspend {
        events.keep(suspend(slept, jump, from, reading))
        explained = -slept
        slews = SlewWatch(reading, kernel: taken.kernel?.rate)
      }
    }
    // Asked first: an event is long, and most turns have none.
    if jump != nil || tick.wasSet, let event = setting(tick, jump, explained, from, taken) {
      events.keep(event)
      if event.size == nil { unseen.lose() }
    }
    if tick.wasSet {
      wordUntil = Instant(nanoseconds: .min)
    } else if jump != nil {
      wordUntil = reading.rawAfter + Self.wordPatience
    }
    var change = slews.add(reading, kernel: taken.map { $0.kernel?.rate })
    let departure = slews.departure
    if taken == nil && slews.isChanging {
      let look = takeLook()
      change = slews.add(reading, kernel: look.kernel?.rate) ?? change
      taken = look
    }
    if let change { events.keep(slew(change, reading)) }
    unseen.add(reading, rate: slews.inForce, isAsked: taken != nil, departure: departure)
    if let taken {
      look = taken
      lookedAt = reading.raw
    }
  }

  /// What may have happened since this was last asked.
  public mutating func takeUnseen() -> Unseen { unseen.take() }

  /// What counts time now.
  public mutating func add(_ now: CounterLook, _ reading: LocalReading, into events: inout EventBuffer) {
    if let event = pause(now, reading) { events.keep(event) }
    if let event = change(now, reading) { events.keep(event) }
    // What cannot be read for once is compared with what it was before.
    counter = CounterLook(
      clocksource: now.clocksource ?? counter.clocksource, pvclock: now.pvclock ?? counter.pvclock,
      marker: now.marker ?? counter.marker)
    countedAt = reading.raw
  }

  private func pause(_ now: CounterLook, _ reading: LocalReading) -> LocalEvent? {
    var isMarked = false
    if let marker = now.marker, let before = counter.marker { isMarked = marker != before }
    let isStopped = now.isStopped && !counter.isStopped
    guard isMarked || isStopped else { return nil }
    var event = LocalEvent(.guestPause, .proven, from: countedAt, to: reading.rawAfter, known: reading)
    event.evidence.isVmclock = isMarked
    event.evidence.isStopped = isStopped
    return event
  }

  private func change(_ now: CounterLook, _ reading: LocalReading) -> LocalEvent? {
    var isNew = false
    if let word = now.clocksource, let before = counter.clocksource { isNew = word != before }
    var isRate = false
    if let page = now.pvclock, let before = counter.pvclock { isRate = !page.isSameRate(as: before) }
    guard isNew || isRate else { return nil }
    var event = LocalEvent(
      .clocksourceChange, .proven, from: countedAt, to: reading.rawAfter, known: reading)
    if isNew {
      event.evidence.clocksourceBefore = counter.clocksource
      event.evidence.clocksource = now.clocksource
    }
    event.evidence.isPvclock = isRate
    return event
  }

  /// A turn that came late; nil: it did not. Judged before the counters are read.
  static func stall(_ tick: Tick) -> Stall? {
    let to = tick.reading.rawBefore
    let from = tick.stopped ?? tick.due
    let stall = Stall(from: from, to: to, isStop: tick.stopped != nil)
    return stall.length >= Stall.threshold ? stall : nil
  }
}

extension Watch {
  /// A suspend shorter than this is none: the two clocks are read one after the other.
  static let leastSuspend = Nanoseconds.milliseconds(1)
  /// A suspend sets C, and BOOTTIME is read at another moment than C and M: a step of C beside it is told from here on.
  static let suspendSlack = Nanoseconds.microseconds(100)

  private func suspend(
    _ length: Nanoseconds, _ jump: StepWatch.Jump?, _ from: Instant<Raw>, _ reading: LocalReading
  ) -> LocalEvent {
    var event = LocalEvent(.guestSuspend, .proven, from: from, to: reading.rawAfter, known: reading)
    event.length = length
    event.size = jump?.size
    event.error = jump?.error ?? .zero
    return event
  }

  /// A jump of C that no suspend explains, or the kernel's word for one.
  private func setting(
    _ tick: Tick, _ jump: StepWatch.Jump?, _ explained: Nanoseconds, _ from: Instant<Raw>, _ taken: Look?
  ) -> LocalEvent? {
    guard jump != nil || tick.wasSet && tick.reading.rawAfter > wordUntil else { return nil }
    if explained != .zero, ((jump?.size ?? .zero) - explained).magnitude <= Self.suspendSlack { return nil }
    let leap = leap(jump, taken?.kernel)
    var event = LocalEvent(
      leap == nil ? .clockStep : .leapSecond, jump == nil ? .indicated : .proven,
      from: jump?.from ?? from, to: jump?.to ?? tick.reading.rawAfter, known: tick.reading)
    event.size = jump.map { $0.size - explained }
    event.error = jump?.error ?? .zero
    event.evidence.timer = tick.wasSet
    event.evidence.leap = leap
    if let now = taken?.kernel, let before = look.kernel, now.tai != before.tai {
      event.evidence.tai = now.tai
    }
    return event
  }

  /// The leap second that explains a jump: announced before, or under way, and a second long.
  private func leap(_ jump: StepWatch.Jump?, _ now: KernelClock?) -> KernelClock.Leap? {
    guard let jump, (jump.size.magnitude - .seconds(1)).magnitude <= .milliseconds(1) else { return nil }
    let isBack = jump.size > .zero
    for state in [now?.leap ?? .none, look.kernel?.leap ?? .none] {
      switch state {
      case .insert, .inProgress: if isBack { return state }
      case .delete: if !isBack { return state }
      case .over: return state
      case .none: break
      }
    }
    return nil
  }

  private func slew(_ change: SlewWatch.Change, _ reading: LocalReading) -> LocalEvent {
    var event = LocalEvent(
      .clockSlew, change.isProven ? .proven : .indicated, from: change.from, to: change.to,
      known: reading)
    event.size = change.size
    event.error = change.sizeError
    event.evidence.rateBefore = change.before
    event.evidence.rate = change.rate
    event.evidence.rateError = change.error
    event.evidence.isKernelRate = change.isKernelRate
    return event
  }

  /// The event of a stall, with what the counters grew by over it.
  static func event(_ stall: Stall, _ growth: LoadCounters, _ reading: LocalReading) -> LocalEvent {
    var event = LocalEvent(.guestStall, .proven, from: stall.from, to: stall.to, known: reading)
    event.length = stall.length
    event.evidence.taker = stall.taker(growth)
    event.evidence.runDelay = growth.runDelay
    event.evidence.throttled = growth.throttled
    event.evidence.steal = growth.steal
    return event
  }
}
