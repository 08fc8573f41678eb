@testable import Probe

/// What is done to a world, and what an event must call it.
struct Fault {
  var name: String
  /// Sizes that are well above the noise, and two decades apart.
  var sizes: ClosedRange<Double>
  /// The first cause must be one of these.
  var label: [Cause]
  /// These look alike (DESIGN section 3): where both are named, either may be first.
  var alike: [Cause] = []
  /// What may be called proven; nil: what `label` has.
  var provable: [Cause]?
  var taker: Taker?
  /// The first event must be proven.
  var isProven = false
  var isQuiet = false
  /// So many events must have the label.
  var times = 1
  /// What happens, from where to where.
  var inflict: (inout Scenario, inout Dice, _ at: Nanoseconds, _ size: Nanoseconds) -> [Stretch]

  typealias Stretch = (from: Nanoseconds, to: Nanoseconds)

  /// When it happens: after the usual is known, and early enough that a route is seen to stay.
  static let earliest = 1_200_000_000.0
  static let latest = 1_500_000_000.0

  /// - Parameter scale: of the size; below 1 it may be in the noise
  func scenario(_ seed: UInt64, scale: Double) -> (Scenario, [Stretch]) {
    var dice = Dice(seed, .parameters, 1 << 41)
    var scenario = Scenario(seed)
    scenario.holds = false
    scenario.isGentle = false
    scenario.plan.duration = .seconds(3)
    scenario.plan.timeout = .milliseconds(250)
    scenario.guest.evidence = EvidencePlan()
    scenario.clocks.rawRate = dice.real(-50...50)
    scenario.clocks.steered = dice.real(-30...30)
    scenario.clocks.rawWalk = 0.01
    scenario.network = .draw(&dice)
    let at = Nanoseconds(Int64(dice.real(Self.earliest...Self.latest)))
    let size = Nanoseconds(Int64(dice.magnitude(sizes) * scale))
    let stretches = inflict(&scenario, &dice, at, size)
    if scenario.other != nil { scenario.other = .draw(&dice) }
    return (scenario, stretches)
  }
}

extension Network {
  /// A quiet path: nothing of it is above the noise.
  fileprivate static func draw(_ dice: inout Dice) -> Network {
    var network = Network()
    network.out.floor = Nanoseconds(Int64(dice.magnitude(3e4...5e5)))
    network.back.floor = Nanoseconds(Int64(dice.magnitude(3e4...5e5)))
    network.out.queueing = dice.magnitude(2e3...3e4)
    network.back.queueing = dice.magnitude(2e3...3e4)
    return network
  }
}
