import Testing

@testable import Probe

@Suite("Politeness") struct Polite {
  /// As `--burst` without a count and a duration.
  private func burst(_ seed: UInt64, _ scope: IPAddress.Scope) -> Scenario {
    var scenario = Scenario(seed)
    scenario.scope = scope
    scenario.plan = Query.Plan(
      count: nil, slowCount: BurstSettings.politeCount, duration: .seconds(2), timeout: .seconds(1))
    return scenario
  }

  @Test("a public address: eight queries, one a second at the most", arguments: 0..<5 as Range<UInt64>)
  func publicAddress(seed: UInt64) {
    let outcome = burst(seed, .public).run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.sent == 8)
    #expect(outcome.gaps.allSatisfy { $0 >= .milliseconds(999) && $0 < .milliseconds(1002) })
    #expect(outcome.summary.slow == .publicAddress)
  }

  @Test("a public address, agreed: three queries at one a second, the rest as wished",
    arguments: 0..<5 as Range<UInt64>)
  func agreed(seed: UInt64) {
    var scenario = burst(seed, .public)
    scenario.plan = Query.Plan(count: 100, slowCount: nil, duration: nil, timeout: .seconds(1))
    scenario.rateAgreed = true
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.sent == 100)
    #expect(outcome.gaps[0..<2].allSatisfy { $0 >= .milliseconds(999) })
    #expect(outcome.gaps[3...].allSatisfy { $0 < .milliseconds(9) })
    #expect(outcome.summary.slow == nil)
  }

  @Test("private but far: slow from the third reply on", arguments: 0..<10 as Range<UInt64>)
  func far(seed: UInt64) {
    var scenario = burst(seed, .privateUse)
    scenario.network.out.floor = .milliseconds(7)
    scenario.network.back.floor = .milliseconds(7)
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.sent == 8)
    #expect(outcome.summary.slow == .farAway)
    let third = outcome.findings[2].exchange.received
    let known = outcome.truth.moment(third.raw)
    let departures = outcome.departures
    // Nobody knew before; from then on each comes a second after the one before it.
    for (gap, departure) in zip(outcome.gaps, departures.dropFirst()) where departure > known {
      #expect(gap >= .milliseconds(999))
    }
  }

  @Test("private and near: as wished")
  func near() {
    let outcome = burst(3, .privateUse).run()
    #expect(outcome.counts.sent == 250)
    #expect(outcome.summary.slow == nil)
  }

  @Test("a stall does not make up for queries to a public address", arguments: 0..<10 as Range<UInt64>)
  func stalled(seed: UInt64) {
    var scenario = burst(seed, .public)
    scenario.guest.stalls = [(.milliseconds(2500), .milliseconds(4700))]
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.sent == 8)
    #expect(outcome.gaps.allSatisfy { $0 >= .milliseconds(999) })
  }
}
