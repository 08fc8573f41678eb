import Foundation
import Testing

@testable import Probe

@Suite("Any world in which the assumptions hold") struct RandomWorlds {
  /// `make soak` raises it.
  static let seeds = ProcessInfo.processInfo.environment["TIMEPROBE_SIM_SEEDS"].flatMap(UInt64.init) ?? 1000

  @Test("every sample's bounds and every band contain the truth; every claim is true")
  func property() {
    var samples = 0
    var torn: UInt64 = 0
    var losses = 0
    var wrong: UInt64 = 0
    var narrowed: UInt64 = 0
    for seed in 0..<Self.seeds {
      let outcome = Scenario.random(seed).run()
      samples += outcome.findings.count
      losses += outcome.losses.count
      torn += outcome.counts.torn
      wrong += outcome.audit.wrong
      narrowed += outcome.audit.narrowed
      #expect(outcome.violations == [], "seed \(seed)")
    }
    print(
      "\(samples) samples of \(Self.seeds) worlds checked, \(torn) of them torn, \(narrowed) narrowed by the band,"
        + " \(wrong) wrong; \(losses) losses"
    )
    #expect(wrong == 0)
    #expect(samples > 0)
  }
}

extension Scenario {
  /// Anything that leaves the assumptions intact, with every order of magnitude as likely as the next.
  static func random(_ seed: UInt64) -> Scenario {
    var dice = Dice(seed, .parameters, 1 << 40)
    var scenario = Scenario(seed)
    scenario.interval = Nanoseconds(Int64(dice.magnitude(5e5...5e7)))
    scenario.rateAgreed = dice.chance(0.7)
    scenario.plan.duration = scenario.interval.scaled(by: dice.pick(20...200))
    scenario.plan.timeout = Nanoseconds(Int64(dice.magnitude(2e6...1e9)))
    scenario.critical = Nanoseconds(Int64(dice.magnitude(1e5...1e7)))
    scenario.clocks.draw(&dice)
    // Of several steps two may fall between two readings.
    scenario.isSeen = scenario.clocks.steps.count <= 1
    scenario.guest.draw(&dice)
    scenario.network.draw(&dice)
    if dice.chance(0.1) { scenario.guest.interrupt = Nanoseconds(Int64(dice.magnitude(1e6...2e9))) }
    return scenario
  }
}

extension ClockPlan {
  fileprivate mutating func draw(_ dice: inout Dice) {
    rawRate = dice.real(-400...400)
    referenceRate = dice.real(-60...60)
    rawWalk = dice.chance(0.5) ? dice.magnitude(0.001...1) : 0
    offset = Nanoseconds(Int64(dice.magnitude(1e3...1e10)) * (dice.chance(0.5) ? 1 : -1))
    steered = dice.real(-200...200)
    let end = 2_000_000_000 as Int64
    if dice.chance(0.5) {
      for _ in 0..<dice.pick(1...8) { slews.append((Nanoseconds(dice.pick(0...end)), dice.real(-200...200))) }
    }
    if dice.chance(0.5) {
      for _ in 0..<dice.pick(1...8) {
        let size = Nanoseconds(Int64(dice.magnitude(1e7...1e12)) * (dice.chance(0.5) ? 1 : -1))
        steps.append((Nanoseconds(dice.pick(0...end)), size))
      }
    }
  }
}

extension GuestPlan {
  fileprivate mutating func draw(_ dice: inout Dice) {
    readingCost = dice.magnitude(5...500)
    preemption = dice.chance(0.3) ? dice.magnitude(0.001...0.1) : 0
    wakeMean = dice.magnitude(100...1e6)
    if dice.chance(0.2) {
      stalls = [(Nanoseconds(dice.pick(0...1_000_000_000)), Nanoseconds(Int64(dice.magnitude(1e5...5e8))))]
    }
  }
}

extension Network {
  fileprivate mutating func draw(_ dice: inout Dice) {
    out.draw(&dice)
    back.draw(&dice)
    server.processingFloor = dice.magnitude(100...1e6)
    server.processingMean = dice.magnitude(100...1e6)
    server.transmitEarly = dice.magnitude(1...1e5)
    server.precision = Int8(dice.pick(-29...(-10)))
    server.quantised = dice.chance(0.3)
    server.silent = dice.chance(0.2) ? 0.1 : 0
    server.refused = dice.chance(0.2) ? 0.05 : 0
    kernel.queueing = dice.chance(0.3) ? dice.magnitude(100...1e6) : 0
    kernel.transmitMissing = dice.chance(0.3) ? dice.unit() : 0
    kernel.transmitLate = dice.chance(0.3) ? dice.unit() : 0
    kernel.transmitDoubled = dice.chance(0.3) ? dice.unit() : 0
    kernel.receiveMissing = dice.chance(0.3) ? dice.unit() : 0
    kernel.sendFailure = dice.chance(0.3) ? dice.magnitude(0.01...0.5) : 0
    if dice.chance(0.2) { attack = Attack(rate: dice.magnitude(10...3000)) }
  }
}

extension Leg {
  fileprivate mutating func draw(_ dice: inout Dice) {
    floor = dice.chance(0.1) ? .zero : Nanoseconds(Int64(dice.magnitude(1e2...2e7)))
    queueing = dice.magnitude(10...1e7)
    tail = dice.chance(0.3) ? dice.magnitude(0.01...0.5) : 0
    loss = dice.chance(0.3) ? dice.magnitude(0.001...0.5) : 0
    duplication = dice.chance(0.3) ? dice.magnitude(0.01...0.5) : 0
    if dice.chance(0.2) { routeChange = (.milliseconds(300), Nanoseconds(Int64(dice.magnitude(1e4...1e7)))) }
  }
}
