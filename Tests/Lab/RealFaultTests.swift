import Foundation
import Testing

/// Real faults of the clock, the way, the probe and the reference, two of each, judged by the bench (`bench.py faults`, which
/// makes twenty).
///
/// The machine has faults of its own meanwhile: other tests run. A group may be tried three times; that something is proven
/// which is not true of the clock, the guest or a reference fails at once.
@Suite(.serialized, .needsRoot, .needsTimeprobe) struct RealFaultTests {
  @Test(arguments: [
    ["step of the clock", "slew of the clock"], ["5 ms one way"], ["another way"], ["queue"],
    ["stopped", "throttled"], ["the reference"], ["one of two"],
  ])
  func `each is told by its cause`(_ faults: [String]) throws {
    let path = try #require(Timeprobe.path)
    let bench = Tool.packageRoot.appendingPathComponent("Tests/Bench/bench.py").path
    let words = ["python3", bench, "faults", "--faults", "2", "--binary", path]
    var outcome = try run(words, faults)
    for _ in 0..<2 where outcome.status != 0 && !outcome.stdout.contains("UNTRUE") {
      outcome = try run(words, faults)
    }
    #expect(outcome.status == 0, "\(outcome.stdout)\n\(outcome.stderr)")
  }

  private func run(_ words: [String], _ faults: [String]) throws -> Outcome {
    // Whoever steps the clock waits for all who measure it.
    try Child.run(words + faults.flatMap { ["--only", $0] }, deadline: .seconds(420))
  }
}
