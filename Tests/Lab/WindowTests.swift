import Foundation
import Testing

/// The windows of a burst, against its own samples and losses. Both ends have one clock: the truth is 0.
@Suite(.needsRoot, .needs(.ip), .needsTimeprobe) struct WindowTests {
  private static let options = ["-d", "2500ms", "-i", "8ms", "-t", "300ms", "-c", "100ms"]

  /// One that answers, and one where nobody is at home.
  @Test func `each query is in one window`() throws {
    try Network.with { hosts in
      let server = try Serve(on: hosts[1].address4, in: hosts[1])
      let nobody = try Serve.freePort(on: hosts[1].address4, in: hosts[1])
      let names = [server.reference, "\(hosts[1].address4):\(nobody)"]
      let burst = try Burst.run(names, Self.options, inside: hosts[0])
      burst.expectComplete()
      try burst.expectSchema()
      for name in names {
        let windows = burst.all("window", of: name)
        #expect(windows.last?.string("span") == "whole" && windows.count >= 4)
        #expect(windows.filter { $0.string("span") == "1min" }.isEmpty)
        for window in windows { try expect(window, burst, name) }
        try expectSum(windows)
      }
      let far = burst.all("window", of: names[1])
      #expect(far.allSatisfy { $0.string("verdict") == "unknown" && $0.double("coverage") == 0 })
    }
  }

  /// Its counts are those of the records of its time, but for a query at its very edge.
  private func expect(_ window: JSONObject, _ burst: Burst, _ name: String) throws {
    let (from, to) = (try seconds(window, "from_raw"), try seconds(window, "to_raw"))
    func count(_ kind: String, _ back: String) throws -> Int {
      try burst.all(kind, of: name).filter { record in
        let sent = try seconds(record, "raw") - Double(record.int(back) ?? 0) * 1e-9
        return from <= sent && sent < to
      }.count
    }
    let queries = try #require(window.object("queries"))
    let good = try count("sample", "elapsed_ns")
    let lost = try count("loss", "waited_ns")
    #expect((Int(queries.int("good") ?? -9) - good).magnitude <= 2, "\(window.fields)")
    let ended = ["lost", "rejected", "abandoned"].reduce(0) { $0 + Int(queries.int($1) ?? -9) }
    #expect((ended - lost).magnitude <= 2, "\(window.fields)")
    #expect(Int64(good + lost) - (queries.int("sent") ?? -9) <= 2)
    try expectGuest(window)
    guard good > 0 else { return }
    #expect(window.string("verdict") == "within" && window.double("coverage") == 1)
    #expect(window.int("unproven_ns") == 0)
    let bounds = (try #require(window.int("bound_low_ns")), try #require(window.int("bound_high_ns")))
    let most = try #require(window.int("error_max_ns"))
    #expect(bounds.0 <= 0 && bounds.1 >= 0 && most >= max(bounds.1, -bounds.0))
    #expect(window.int("error_proven_ns") == 0)
    #expect(try #require(window.double("coverage_strict")) <= 1)
    for key in ["offset", "delay"] {
      let figures = try #require(window.object(key))
      let values = ["min_ns", "median_ns", "p99_ns", "max_ns"].compactMap { figures.int($0) }
      #expect(values.count == 4 && values == values.sorted())
    }
  }

  private func expectGuest(_ window: JSONObject) throws {
    let load = try #require(window.object("load_ns"), "\(window.fields)")
    let length = try #require(window.int("length_ns"))
    #expect((0...2 * length).contains(try #require(load.int("run_delay"))))
    for key in load.fields.keys { #expect(try #require(load.int(key)) >= 0) }
    let hasPressure = FileManager.default.fileExists(atPath: "/proc/pressure/cpu")
    #expect((load.int("pressure_cpu") != nil) == hasPressure)
    let rate = try #require(window.int("rate_ppb"))
    #expect(rate.magnitude <= 100_500_000 && window.int("rate_error_ppb") != nil)
  }

  /// Seconds follow one another, and come to the whole.
  private func expectSum(_ windows: [JSONObject]) throws {
    let seconds = windows.dropLast()
    let whole = try #require(windows.last)
    #expect(seconds.first?.string("from_raw") == whole.string("from_raw"))
    #expect(seconds.last?.string("to_raw") == whole.string("to_raw"))
    for (one, next) in zip(seconds, seconds.dropFirst()) {
      #expect(one.string("to_raw") == next.string("from_raw"))
    }
    for key in ["sent", "good", "lost", "rejected", "abandoned"] {
      let sum = seconds.reduce(0) { $0 + ($1.object("queries")?.int(key) ?? -999_999) }
      #expect(sum == whole.object("queries")?.int(key), "\(key)")
    }
  }

  private func seconds(_ record: JSONObject, _ key: String) throws -> Double {
    // Nine decimals of some days: a double has them to a microsecond or so.
    try #require(Double(record.string(key) ?? ""))
  }

  /// The stream read again: the same windows, but for what only the readings in between tell.
  @Test func `a recorded stream has them again`() throws {
    try Network.with { hosts in
      let server = try Serve(on: hosts[1].address4, in: hosts[1])
      let burst = try Burst.run([server.reference], Self.options, inside: hosts[0])
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let file = folder.appendingPathComponent("stream.jsonl")
      try Data(burst.text.utf8).write(to: file)
      let run = try Timeprobe.run(["--replay", file.path, "-c", "100ms", "-f", "jsonl"])
      let again = try Burst(run.outcome)
      try again.expectSchema()
      let (first, second) = (burst.all("window"), again.all("window"))
      let spans = second.map { $0.string("span") }
      #expect(spans.last == "whole" && spans.dropLast().allSatisfy { $0 == "1s" } && spans.count >= 3)
      #expect(second.allSatisfy { $0.double("coverage") == 1 && $0.object("load_ns") == nil })
      for key in ["sent", "good", "lost"] {
        #expect(first.last?.object("queries")?.int(key) == second.last?.object("queries")?.int(key))
      }
    }
  }
}
