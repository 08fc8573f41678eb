import Testing

@testable import Probe

@Suite struct VerdictTests {
  /// DESIGN section 5: 2 before 1 before 3 before 0; of nobody nothing is known.
  @Test(
    arguments: [
      ([], .unknown), ([.ok], .ok), ([.ok, .ok], .ok), ([.ok, .unknown], .unknown),
      ([.unknown, .warning, .ok], .warning), ([.ok, .warning, .critical, .unknown], .critical),
      ([.critical, .ok], .critical),
    ] as [([Verdict], Verdict)])
  func theWorstCounts(_ verdicts: [Verdict], _ worst: Verdict) {
    #expect(Verdict.worst(of: verdicts) == worst)
    #expect(Verdict.worst(of: verdicts.reversed()) == worst)
  }
}
