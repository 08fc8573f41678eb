import Testing

@testable import Probe

@Suite("Verdicts") struct Claims {
  @Test("an offset near the limit: what is claimed is true", arguments: 0..<60 as Range<UInt64>)
  func near(seed: UInt64) {
    var scenario = Scenario(seed)
    var dice = Dice(seed, .parameters)
    scenario.clocks.offset = Nanoseconds(dice.pick(-1_500_000...1_500_000))
    scenario.clocks.steered = dice.real(-300...300)
    scenario.network.back.tail = 0.1
    #expect(scenario.run().violations == [])
  }

  @Test("far past the limit is critical, far within it is ok", arguments: [-1, 1] as [Int64])
  func clear(sign: Int64) {
    var scenario = Scenario(1)
    scenario.clocks.offset = .milliseconds(2 * sign)
    let critical = scenario.run()
    #expect(critical.violations == [])
    #expect(critical.summary.verdict == .critical)
    #expect(critical.summary.coverageCritical == 0)
    scenario.clocks.offset = .microseconds(700 * sign)
    let warning = scenario.run()
    #expect(warning.violations == [])
    #expect(warning.summary.verdict == .warning)
    scenario.clocks.offset = .microseconds(100 * sign)
    #expect(scenario.run().summary.verdict == .ok)
  }

  @Test("past the limit for a moment only", arguments: 0..<40 as Range<UInt64>)
  func excursion(seed: UInt64) {
    var scenario = Scenario(seed)
    var dice = Dice(seed, .parameters)
    let from = Nanoseconds(dice.pick(200_000_000...1_500_000_000))
    let size = Nanoseconds(Int64(dice.magnitude(2e5...1e8)))
    let length = Nanoseconds(Int64(dice.magnitude(2e7...4e8)))
    scenario.clocks.steps = [(from, size), (from + length, .zero - size)]
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    if size > .milliseconds(2) { #expect(outcome.summary.verdict == .critical) }
  }

  @Test("a reference too far away to prove the limit", arguments: 0..<5 as Range<UInt64>)
  func tooFar(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.out.floor = .milliseconds(3)
    scenario.network.back.floor = .milliseconds(3)
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.summary.verdict == .unknown)
    if case .coverage = outcome.summary.unknown {} else { Issue.record("\(outcome.summary.unknown as Any)") }
  }

  @Test("readings that are preempted cost width, never truth", arguments: 0..<20 as Range<UInt64>)
  func preempted(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.guest.preemption = 0.1
    scenario.guest.wakeMean = 100_000
    scenario.clocks.steered = 400
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.torn == 0)
  }
}
