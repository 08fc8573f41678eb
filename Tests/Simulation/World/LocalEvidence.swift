@testable import Probe

/// What a guest's kernel and hypervisor tell of it, besides its clocks.
struct EvidencePlan {
  /// The kernel inserts a leap second then; announced from the beginning.
  var leap: Nanoseconds?
  /// `current_clocksource` has another word from then on.
  var clocksource: Nanoseconds?
  /// The vmclock page's disruption marker changes then.
  var marker: Nanoseconds?
  /// Moments at which C is set; the kernel cancels the timer.
  var settings: [Nanoseconds] = []
}

/// The evidence of a world as time goes on.
final class LocalEvidence {
  private let world: World
  private let clocks: ClockPlan
  private let plan: EvidencePlan?
  private var isSet = false

  init(_ world: World, _ clocks: ClockPlan) {
    self.world = world
    self.clocks = clocks
    plan = world.guest.evidence
    guard let plan else { return }
    let resumes = clocks.suspends.map { $0.at + $0.length }
    for moment in clocks.steps.map(\.at) + resumes + plan.settings {
      world.schedule(.beginning + moment) { [self] in isSet = true }
    }
  }

  func ready(_ sockets: [SimulatedSocket], for wanted: Wanted) -> Ready {
    var ready = Ready.nothing
    for socket in sockets where wanted.hasSockets {
      ready.data |= socket.ready.data
      ready.errors |= socket.ready.errors
    }
    ready.isAlarmed = isSet && wanted.hasAlarm
    return ready
  }

  /// nil plan: a guest without adjtimex, counters or notices; the watch has its readings alone.
  var sources: LocalSources {
    guard let plan else {
      return LocalSources(
        look: { Look() }, counter: { CounterLook() }, load: { _ in LoadCounters() }, wasSet: { false },
        continues: { 0 })
    }
    return LocalSources(
      look: { [self] in look(plan) }, counter: { [self] in counter(plan) }, load: { [self] in load($0) },
      wasSet: { [self] in
        defer { isSet = false }
        return isSet
      },
      continues: { [self] in Int32(over(clocks: world.guest.taken.filter { $0.taker == .stopped })) })
  }

  private var elapsed: Nanoseconds { world.now - .beginning }

  private func over(clocks stops: [(at: Nanoseconds, length: Nanoseconds, taker: Taker)]) -> Int {
    stops.filter { $0.at + $0.length <= elapsed }.count
  }

  private func look(_ plan: EvidencePlan) -> Look {
    world.spend(Nanoseconds(600))
    let rate = clocks.slews.last { $0.at <= elapsed }?.rate ?? clocks.steered
    // The kernel counts in 2^-16 ppm.
    let kernel = KernelClock(
      rate: KernelClock.rate(tick: 10_000, frequency: Int64((rate * 65_536).rounded())), leap: leap(plan))
    let slept = clocks.suspends.filter { $0.at + $0.length <= elapsed }.map(\.length.count).reduce(0, +)
    return Look(kernel: kernel, suspended: Nanoseconds(slept))
  }

  private func leap(_ plan: EvidencePlan) -> KernelClock.Leap {
    guard let leap = plan.leap else { return .none }
    if elapsed < leap { return .insert }
    return elapsed < leap + .seconds(1) ? .inProgress : .over
  }

  private func counter(_ plan: EvidencePlan) -> CounterLook {
    world.spend(Nanoseconds(2000))
    let isOther = plan.clocksource.map { $0 <= elapsed } ?? false
    let isMoved = plan.marker.map { $0 <= elapsed } ?? false
    return CounterLook(clocksource: isOther ? Self.hpet : Self.tsc, marker: isMoved ? 2 : 1)
  }

  private static let tsc = Word([UInt8]("tsc".utf8).span)
  private static let hpet = Word([UInt8]("hpet".utf8).span)

  private func load(_ withSteal: Bool) -> LoadCounters {
    world.spend(Nanoseconds(3000))
    func sum(_ takers: Taker...) -> Nanoseconds {
      let lengths = world.guest.taken.filter { $0.at + $0.length <= elapsed && takers.contains($0.taker) }
      return Nanoseconds(lengths.map(\.length.count).reduce(0, +))
    }
    let steal = Nanoseconds(sum(.stolen).count / 10_000_000 * 10_000_000)
    // A throttled thread waits on its run queue too.
    return LoadCounters(
      runDelay: sum(.preempted, .throttled), throttled: sum(.throttled), steal: withSteal ? steal : nil)
  }
}
