import Testing

@testable import Probe

@Suite("Kiss codes") struct Kisses {
  private func kissing(_ seed: UInt64, _ code: StaticString, _ numbers: ClosedRange<UInt64>) -> Scenario {
    var scenario = Scenario(seed)
    scenario.network.server.alter = { number, reply in
      guard numbers.contains(number) else { return }
      (reply.stratum, reply.referenceID) = (0, ReferenceID(ascii: code))
    }
    return scenario
  }

  @Test("RATE: the next query is two seconds later, and each further RATE doubles that",
    arguments: 0..<5 as Range<UInt64>)
  func rate(seed: UInt64) {
    var scenario = kissing(seed, "RATE", 20...22)
    scenario.plan = Query.Plan(count: 24, slowCount: nil, duration: nil, timeout: .seconds(1))
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.rateLimited == 3)
    let gaps = outcome.gaps
    #expect(gaps[0..<19].allSatisfy { $0 < .milliseconds(9) })
    for (gap, seconds) in zip(gaps[19...], [2, 4, 8, 8] as [Int64]) {
      #expect(gap >= .seconds(seconds) - .milliseconds(1) && gap < .seconds(seconds) + .milliseconds(2))
    }
    #expect(outcome.summary.slow == .rateLimited)
  }

  @Test("one RATE to many queries under way is one", arguments: 0..<5 as Range<UInt64>)
  func rateUnderWay(seed: UInt64) {
    var scenario = kissing(seed, "RATE", 20...26)
    scenario.rateAgreed = true
    scenario.network.out.floor = .milliseconds(30)
    scenario.network.back.floor = .milliseconds(30)
    scenario.plan = Query.Plan(count: 30, slowCount: nil, duration: nil, timeout: .seconds(1))
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.rateLimited == 7)
    #expect(outcome.gaps.suffix(2).allSatisfy { $0 < .milliseconds(2100) })
  }

  @Test("DENY and RSTR: no further query", arguments: ["DENY", "RSTR"])
  func deny(code: String) {
    for seed in 0..<5 as Range<UInt64> {
      let outcome = kissing(seed, code == "DENY" ? "DENY" : "RSTR", 10...(.max)).run()
      #expect(outcome.violations == [])
      #expect(outcome.counts.sent == 10)
      #expect(outcome.counts.good == 9)
      #expect(outcome.counts.denied == 1)
      #expect(outcome.losses.map(\.reason) == [.denied])
    }
  }

  @Test("a burst that is denied from the start says so")
  func deniedAtOnce() {
    let outcome = kissing(1, "DENY", 1...(.max)).run()
    #expect(outcome.counts.sent == 1)
    #expect(outcome.summary.verdict == .unknown)
    if case .denied = outcome.summary.unknown {} else { Issue.record("\(outcome.summary.unknown as Any)") }
  }

  @Test("a kiss that asks for nothing ends its query only")
  func other() {
    let outcome = kissing(1, "INIT", 5...5).run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.sent == 250)
    #expect(outcome.counts.rejected == 1)
    #expect(outcome.counts.checks[.kiss] == 1)
  }
}
