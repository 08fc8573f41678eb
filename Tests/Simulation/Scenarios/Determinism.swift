import Testing

@testable import Probe

@Suite("Determinism") struct Determinism {
  @Test("the same seed gives the same findings", arguments: 0..<10 as Range<UInt64>)
  func twice(seed: UInt64) {
    let first = Scenario.random(seed).run()
    let second = Scenario.random(seed).run()
    #expect(first.findings.map(\.exchange) == second.findings.map(\.exchange))
    #expect(first.findings.map(\.bound) == second.findings.map(\.bound))
    #expect(first.losses.map(\.query) == second.losses.map(\.query))
    #expect(first.losses.map(\.ended) == second.losses.map(\.ended))
    #expect(first.summary.verdict == second.summary.verdict)
    #expect(first.summary.worst == second.summary.worst)
  }

  @Test("another seed gives others")
  func another() {
    #expect(Scenario(1).run().findings.map(\.bound) != Scenario(2).run().findings.map(\.bound))
  }
}
