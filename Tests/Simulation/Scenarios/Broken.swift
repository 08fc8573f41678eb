import Testing

@testable import Probe

@Suite("Broken assumptions are found") struct Broken {
  /// The first sample after a moment whose exchange began after it, and how many contradictions there were.
  @Test("the guest is paused: R loses time", arguments: 0..<20 as Range<UInt64>)
  func pause(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.holds = false
    scenario.clocks.pauses = [(.milliseconds(1001), .milliseconds(5 + 10 * Int64(seed)))]
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect((1...2).contains(outcome.summary.inconsistencies))
    // Found at the next exchange: at most one sample's band was wrong.
    #expect(outcome.audit.excused <= 4)
    #expect(outcome.truth.offset(outcome.truth.moment(outcome.end.raw)).above(outcome.summary.boundHigh!) < 0)
  }

  @Test("the reference is set", arguments: [-50, -5, 5, 50] as [Int64])
  func reference(milliseconds: Int64) {
    for seed in 0..<10 as Range<UInt64> {
      var scenario = Scenario(seed)
      scenario.holds = false
      scenario.clocks.referenceSteps = [(.milliseconds(1003), .milliseconds(milliseconds))]
      let outcome = scenario.run()
      #expect(outcome.violations == [])
      #expect(outcome.summary.inconsistencies == 1)
      #expect(outcome.truth.offset(outcome.truth.moment(outcome.end.raw)).above(outcome.summary.boundLow!) > 0)
      #expect(outcome.truth.offset(outcome.truth.moment(outcome.end.raw)).above(outcome.summary.boundHigh!) < 0)
    }
  }
}
