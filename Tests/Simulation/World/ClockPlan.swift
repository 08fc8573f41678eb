@testable import Probe

/// What the clocks do in a scenario; moments are counted from the world's beginning.
struct ClockPlan {
  /// R against true time, in ppm; how its rate wanders, in ppm each 100 ms; and how far at most, in ppm to either
  /// side: `Assumption.driftTolerance` less what the product of two rates adds.
  var rawRate = 12.0
  var rawWalk = 0.0
  var rawReach = 0.99
  /// S against true time, in ppm.
  var referenceRate = 0.0
  /// S - C at the beginning; positive = the local clock is behind.
  var offset = Nanoseconds.microseconds(100)
  /// C against R in ppm, from the beginning.
  var steered = 0.0
  /// New rates of C against R, in ppm.
  var slews: [(at: Nanoseconds, rate: Double)] = []
  /// Positive = C is set forward.
  var steps: [(at: Nanoseconds, size: Nanoseconds)] = []
  /// Positive = S is set forward.
  var referenceSteps: [(at: Nanoseconds, size: Nanoseconds)] = []
  /// New rates of S against true time, in ppm.
  var referenceSlews: [(at: Nanoseconds, rate: Double)] = []
  /// The guest's own clocks and the guest stand still.
  var pauses: [(at: Nanoseconds, length: Nanoseconds)] = []
  /// The same, but the kernel knows: BOOTTIME runs on, and C is set by the length when the guest comes back.
  var suspends: [(at: Nanoseconds, length: Nanoseconds)] = []
  /// R is read by another counter from then on, whose rate differs by this, in ppm.
  var counters: [(at: Nanoseconds, rate: Double)] = []
  /// What S shows at the beginning, since 1970.
  var epoch = Nanoseconds.seconds(1_795_223_845)
  /// What R shows at the beginning.
  var uptime = Nanoseconds.seconds(81_273)
  /// For how long the random walk goes on.
  var length = Nanoseconds.seconds(4)
}

/// The clocks of a world, with their whole course.
struct ClockSet {
  private(set) var raw: SimulatedClock
  private(set) var realtime: SimulatedClock
  private(set) var monotonic: SimulatedClock
  private(set) var reference: SimulatedClock
  /// As `reference`, but nobody sets it.
  private(set) var steady: SimulatedClock

  private enum Change {
    case wander(Double)
    case slew(Double)
    case step(Nanoseconds)
    case reference(Nanoseconds)
    case drift(Double)
    case counter(Double)
    case stop
    case resume
  }

  init(_ plan: ClockPlan, seed: UInt64) {
    let ppm = 1e-6
    var own = plan.rawRate * ppm
    var steered = plan.steered * ppm
    let local = { (1 + own) * (1 + steered) - 1 }
    raw = SimulatedClock(reading: plan.uptime.count, rate: own)
    realtime = SimulatedClock(reading: (plan.epoch - plan.offset).count, rate: local())
    monotonic = SimulatedClock(reading: plan.uptime.count + 5_000_000, rate: local())
    reference = SimulatedClock(reading: plan.epoch.count, rate: plan.referenceRate * ppm)
    steady = reference
    var base = plan.rawRate
    var isStopped = false

    for (at, change) in Self.course(plan, seed) {
      let moment = Moment.beginning + at
      switch change {
      case .wander(let by):
        let middle = base * ppm
        own = max(middle - plan.rawReach * ppm, min(middle + plan.rawReach * ppm, own + by * ppm))
      case .slew(let rate): steered = rate * ppm
      case .counter(let by):
        base += by
        own += by * ppm
      case .step(let size): realtime.change(at: moment, step: size)
      case .reference(let size): reference.change(at: moment, step: size)
      case .drift(let rate): reference.change(at: moment, rate: rate * ppm)
      case .stop:
        for clock in [\ClockSet.raw, \.realtime, \.monotonic] {
          self[keyPath: clock].change(at: moment, rate: -1)
        }
        isStopped = true
      case .resume: isStopped = false
      }
      if isStopped { continue }
      raw.change(at: moment, rate: own)
      realtime.change(at: moment, rate: local())
      monotonic.change(at: moment, rate: local())
    }
  }

  private static func course(_ plan: ClockPlan, _ seed: UInt64) -> [(at: Nanoseconds, Change)] {
    var course: [(at: Nanoseconds, Change)] = []
    course += plan.slews.map { ($0.at, .slew($0.rate)) }
    course += plan.steps.map { ($0.at, .step($0.size)) }
    course += plan.referenceSteps.map { ($0.at, .reference($0.size)) }
    course += plan.referenceSlews.map { ($0.at, .drift($0.rate)) }
    course += plan.counters.map { ($0.at, .counter($0.rate)) }
    for pause in plan.suspends {
      course += [
        (pause.at, .stop), (pause.at + pause.length, .resume), (pause.at + pause.length, .step(pause.length)),
      ]
    }
    for pause in plan.pauses { course += [(pause.at, .stop), (pause.at + pause.length, .resume)] }
    if plan.rawWalk > 0 {
      var dice = Dice(seed, .clocks)
      for tenth in 1...max(1, plan.length.count / 100_000_000) {
        course.append((.milliseconds(100 * tenth), .wander(plan.rawWalk * dice.gaussian())))
      }
    }
    return course.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      .map(\.element)
  }
}
