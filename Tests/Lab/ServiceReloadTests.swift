import Foundation
import Testing

/// SIGHUP: what is the same goes on without a gap.
@Suite(.needsTimeprobe) struct ServiceReloadTests {
  private let stream = "stream jsonl file:FOLDER/out.jsonl records samples,windows,events"

  @Test func `references come and go, and the one that stays is asked on`() throws {
    let (a, b) = (try Serve(), try Serve())
    try ClockTurn.measuring {
      let kept = "reference \(a.reference) name a interval 10ms"
      let service = try Service([kept, "reference \(b.reference) name b interval 10ms", stream])
      try service.waitForSamples(50)
      try service.waitForSamples(20, of: "b")
      try service.reload([kept, stream])
      try service.waitForSamples(50)
      try service.reload([kept, stream, "reference \(b.reference) name c interval 20ms"])
      try service.waitForSamples(20, of: "c")
      try service.stop()
      let records = ServiceRecords(all: try service.records())
      records.expectWhole()
      #expect(records.names == ["a", "b", "c"])
      #expect(records.count("hello") == 3)
      // Those that end are told as such; at a reload none of the one that stays.
      #expect(records.abandoned(of: "a") <= 1 && records.abandoned(of: "b") <= 1)
      let end = records.all.lastIndex { $0.string("reason") == "abandoned" && $0.string("reference") == "a" }
      #expect(end ?? .max > records.all.count - 10)
    }
  }

  @Test func `other streams take over where the old ones end`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let reference = "reference \(serve.reference) name a interval 10ms"
      let service = try Service([reference, stream])
      try service.waitForSamples(50)
      let other = stream.replacingOccurrences(of: "out.jsonl", with: "other.jsonl")
      try service.reload([reference, stream, other])
      try service.waitForSamples(50, in: "other.jsonl")
      try service.reload([reference, other])
      try service.waitForSamples(50, in: "other.jsonl")
      try service.stop()
      let (first, second) = (try service.records(), try service.records("other.jsonl"))
      let seqs = Set((first + second).compactMap { $0.int("seq") })
      #expect(seqs == Set(1...(seqs.max() ?? 1)))
      #expect(Set(second.compactMap { $0.int("seq") }).count == second.count)
      let records = ServiceRecords(all: first.filter { $0.int("seq")! < second[0].int("seq")! } + second)
      records.expectWhole()
      #expect(records.abandoned(of: "a") <= 1)
    }
  }

  /// A stream that cannot be finished holds nobody up: neither the queries nor the change.
  @Test func `a collector that does not read, and a change of streams`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appendingPathComponent("socket").path
      let collector = try Collector(.unix(path), to: folder.appendingPathComponent("got").path)
      let reference = "reference \(serve.reference) name a interval 2ms"
      let stuck = "stream jsonl unix:\(path) records samples,windows,events"
      let service = try Service([reference, stream, stuck])
      try service.waitForSamples(50)
      collector.child.signal(SIGSTOP)
      // More than the socket's buffers hold.
      try service.waitForSamples(1000)
      try service.reload([reference, stream])
      try service.waitForSamples(50)
      collector.child.signal(SIGCONT)
      try service.stop()
      let records = ServiceRecords(all: try service.records())
      records.expectWhole()
      try expectNoGap(records, of: "a", longest: 1)
    }
  }

  @Test func `a broken file is refused, and all goes on as before`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let lines = ["reference \(serve.reference) name a interval 10ms", stream]
      let service = try Service(lines)
      try service.waitForSamples(20)
      try service.reload(lines + ["refference 10.0.0.1"], says: "stays in force")
      #expect(service.child.stderr.contains("'refference'"))
      try service.waitForSamples(20)
      try FileManager.default.removeItem(atPath: service.file)
      service.child.signal(SIGHUP)
      try service.waitForLog("does not exist")
      try service.waitForSamples(20)
      try service.stop()
      let records = ServiceRecords(all: try service.records())
      records.expectWhole()
      #expect(records.count("hello") <= 3 && records.abandoned(of: "a") <= 1)
    }
  }

  @Test func `many at once`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let service = try Service(["reference \(serve.reference) name a interval 10ms", stream])
      try service.waitForSamples(20)
      for _ in 0..<200 { service.child.signal(SIGHUP) }
      try service.waitForSamples(100)
      try service.stop()
      let records = ServiceRecords(all: try service.records())
      records.expectWhole()
      #expect(records.abandoned(of: "a") <= 1)
    }
  }
}

/// Between two answered queries lies never more than this, unless this process or the machine stood still.
func expectNoGap(
  _ records: ServiceRecords, of name: String, longest: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let stalls = records.all.filter { $0.string("cause") == "guest-stall" }
    .compactMap { $0.string("from_raw").flatMap(Double.init) }
  let times = records.queries(of: name).compactMap { $0.string("raw").flatMap(Double.init) }.sorted()
  for (a, b) in zip(times, times.dropFirst()) where b - a > longest {
    let isStall = stalls.contains { $0 >= a - 0.1 && $0 <= b }
    #expect(isStall, "\(b - a) s without a query", sourceLocation: sourceLocation)
  }
}
