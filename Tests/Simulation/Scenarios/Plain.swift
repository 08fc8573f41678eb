import Testing

@testable import Probe

@Suite("An undisturbed burst") struct Plain {
  @Test(
    "two seconds at 8 ms: 250 queries, each a sample whose bounds hold", arguments: 0..<10 as Range<UInt64>)
  func undisturbed(seed: UInt64) {
    let outcome = Scenario(seed).run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.sent == 250)
    #expect(outcome.counts.good == 250)
    #expect(outcome.counts.transmitKernel == 250)
    #expect(outcome.counts.receiveKernel == 250)
    #expect(outcome.summary.verdict == .ok)
    #expect(outcome.summary.coverageCritical == 1_000_000)
  }

  @Test("each sample tells of the time before its own reply too", arguments: 0..<10 as Range<UInt64>)
  func unseen(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.plan.duration = .milliseconds(400)
    let outcome = scenario.run()
    #expect(!outcome.findings.isEmpty)
    for finding in outcome.findings {
      // Between the stamp's wake-up, or the query, and the reply there was no reading.
      #expect((finding.unseen?.most ?? .zero) > .zero, "query \(finding.exchange.query)")
    }
  }
}
