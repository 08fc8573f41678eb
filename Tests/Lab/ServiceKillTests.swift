import Foundation
import Testing

/// kill -9 under load, at moments that nobody chose: what is missing is the last second, and it shows.
///
/// TIMEPROBE_KILLS=200 for more of them.
@Suite(.needsTimeprobe) struct ServiceKillTests {
  static let count = ProcessInfo.processInfo.environment["TIMEPROBE_KILLS"].flatMap { Int($0) } ?? 5

  @Test func `at most the last second is missing, and the next run says where it ended`() throws {
    let (a, b) = (try Serve(), try Serve())
    var random = SplitMix64(seed: 9)
    try ClockTurn.measuring {
      let service = try Service([
        "reference \(a.reference) name a interval 2ms", "reference \(b.reference) name b interval 2ms",
        "window 1s",
        "stream jsonl file:FOLDER/out.jsonl records samples,windows,events",
        "stream jsonl tcp://127.0.0.1:1 records samples,windows,events",
      ])
      var killed: [Double] = []
      for number in 0..<Self.count {
        try service.waitForSamples(Int.random(in: 50...1500, using: &random), of: number % 2 == 0 ? "a" : "b")
        service.child.kill()
        killed.append(Double(nanoseconds(of: CLOCK_MONOTONIC_RAW)) / 1e9)
        try service.restart()
      }
      try service.waitForSamples(50)
      try service.stop()
      let spool = try lines(of: service)
      let runs = try split(spool)
      #expect(runs.count == Self.count + 1)
      for (index, run) in runs.enumerated() {
        let seqs = run.compactMap { $0.int("seq") }
        #expect(seqs == Array(1...Int64(max(seqs.count, 1))))
        guard index + 1 < runs.count else { continue }
        let last = run.compactMap { $0.string("raw").flatMap(Double.init) }.max() ?? 0
        // A second, and what a busy machine is late.
        #expect(killed[index] - last < 2, "\(killed[index] - last) s are missing")
        let hello = try #require(runs[index + 1].first)
        #expect(hello.kind == "hello")
        #expect(
          hello.string("previous_run") == run.first?.string("run") && hello.int("previous_seq") == seqs.last)
      }
      // The file has whole lines, but for a torn one at each kill, and each record that the spool has, at least once.
      let text = Service.wholeLines(service.path("out.jsonl"))
      var bad = 0
      var keys: Set<String> = []
      for line in text.split(separator: "\n") {
        guard let record = try? Timeprobe.parse(lines: String(line)).first else {
          bad += 1
          continue
        }
        keys.insert(ServiceRecords(all: [record]).keys[0])
      }
      #expect(bad <= Self.count)
      let missing = Set(ServiceRecords(all: runs.flatMap { $0 }).keys).subtracting(keys)
      #expect(
        missing.isEmpty, "\(missing.count) of the spool are not in the file: \(missing.sorted().prefix(3))")
    }
  }

  /// What all segments have, in their order; a torn line only at the end of one.
  private func lines(of service: Service) throws -> [JSONObject] {
    let folder = service.folder.appendingPathComponent("spool")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".jsonl")
    }
    #expect(!names.isEmpty)
    return try names.sorted().flatMap {
      try Timeprobe.parse(lines: Service.wholeLines(folder.appendingPathComponent($0).path))
    }
  }

  private func split(_ records: [JSONObject]) throws -> [[JSONObject]] {
    var runs: [[JSONObject]] = []
    for record in records {
      if let last = runs.last?.first, last.string("run") == record.string("run") {
        runs[runs.count - 1].append(record)
      } else {
        runs.append([record])
      }
    }
    return runs
  }
}
