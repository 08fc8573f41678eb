import Foundation
import Testing

@testable import Probe

@Suite struct ReplayTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func remove() { try? FileManager.default.removeItem(at: folder) }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: path)
    return path.path
  }

  private func replay(
    _ paths: [String], _ format: OutputFormat = .text, problems: inout [(LineProblem, UInt64)]
  ) throws -> (report: Report, output: String) {
    var settings = ReplaySettings()
    settings.inputs = paths
    settings.burst.format = format
    let output = folder.appendingPathComponent("out").path
    let sink = Sink(try OutputFile(path: output))
    var found: [(LineProblem, UInt64)] = []
    let inputs = Replay.Inputs(settings) { found.append(($0.problem, $0.line)) }
    let report = Replay(settings, inputs, sink, note: nil) { found.append(($0.problem, $0.line)) }.run()
    problems = found
    return (report, try String(contentsOfFile: output, encoding: .utf8))
  }

  private func replay(_ paths: [String], _ format: OutputFormat = .text) throws -> (
    report: Report, output: String
  ) {
    var problems: [(LineProblem, UInt64)] = []
    let result = try replay(paths, format, problems: &problems)
    #expect(problems.isEmpty)
    return result
  }

  // MARK: Our own streams

  private final class NoTransport: Transport {
    func send(_ bytes: [UInt8]) throws(SystemError) -> UInt32 { 0 }
    func resynchronise() {}
    func receiveError(into bytes: inout [UInt8]) throws(SystemError) -> Received { .nothing }
    func receive(into bytes: inout [UInt8]) throws(SystemError) -> Received { .nothing }
  }

  /// A burst as the loop would have it: its stream, and what it came to.
  private func burst(_ name: String, seed: UInt64, from first: Int64 = 0) throws -> (
    path: String, summary: Summary
  ) {
    var random = SeededGenerator(seed: seed)
    let path = folder.appendingPathComponent(name).path
    let sink = Sink(try OutputFile(path: path))
    let origin = Origin(probe: "vm7", run: (seed, 2))
    let recorder = StreamRecorder(.jsonl, origin, sink, [Fixture.gps1], nil, nil)
    let start = Instant<Raw>(nanoseconds: first)
    var hello = Fixture.hello
    hello.header = Header(seq: 0, time: Scene.reading(first).realtime, raw: start)
    hello.references = [Fixture.gps1]
    _ = recorder.begin(hello)
    let target = Target(
      index: 0, transport: NoTransport(), query: .scene(),
      tally: Tally(
        Limits(warning: .microseconds(500), critical: .milliseconds(1)), span: hello.interval, start: start))
    for index in 0..<Int64(300) {
      let sent = first + ms(8 * index)
      target.query.send(UInt64(index + 1), sent)
      if random.next() % 20 == 0 {
        let loss = Loss(
          query: UInt64(index + 1), reason: .timeout, sent: Scene.reading(sent),
          ended: Instant(nanoseconds: sent + ms(7)),
          rejected: CheckCounts())
        recorder.loss(loss, target)
        target.tally.add(loss)
        continue
      }
      let queue = Int64(random.next() % 300_000)
      var exchange = Scene.exchange(
        sent, sent + us(100) + queue, sent + us(110) + queue, sent + us(230) + queue, lag: us(3))
      exchange.query = UInt64(index + 1)
      var finding = target.tally.add(exchange)
      finding.unseen = Unseen()
      recorder.sample(finding, target)
    }
    let last = first + ms(8 * 300)
    recorder.finish(Scene.reading(last))
    let end = target.tally.bestNow() == nil ? start : Instant<Raw>(nanoseconds: first + ms(8 * 299) + us(700))
    return (path, target.tally.summary(Fixture.gps1, target.query, end: end))
  }

  private func expectSame(_ one: Summary, _ other: Summary, sourceLocation: SourceLocation = #_sourceLocation)
  {
    #expect(one.verdict == other.verdict, sourceLocation: sourceLocation)
    #expect(one.best == other.best, sourceLocation: sourceLocation)
    #expect(
      one.boundLow == other.boundLow && one.boundHigh == other.boundHigh, sourceLocation: sourceLocation)
    #expect(one.offset == other.offset && one.delay == other.delay, sourceLocation: sourceLocation)
    #expect(one.out == other.out && one.back == other.back, sourceLocation: sourceLocation)
    #expect(
      one.serverTime == other.serverTime && one.localTransmit == other.localTransmit,
      sourceLocation: sourceLocation)
    #expect(
      one.localReceive == other.localReceive && one.server == other.server, sourceLocation: sourceLocation)
    #expect(
      one.counts.good == other.counts.good && one.counts.lost == other.counts.lost,
      sourceLocation: sourceLocation)
    #expect(one.coverageCritical == other.coverageCritical, sourceLocation: sourceLocation)
    #expect(
      one.inconsistencies == other.inconsistencies && one.longestGap == other.longestGap,
      sourceLocation: sourceLocation)
    #expect(
      ((one.worst ?? .zero) - (other.worst ?? .zero)).magnitude < .microseconds(10),
      sourceLocation: sourceLocation)
  }

  @Test(arguments: 1...8) func aBurstReplayedIsTheBurst(seed: UInt64) throws {
    defer { remove() }
    let (path, summary) = try burst("a.jsonl", seed: seed)
    let (report, output) = try replay([path], .jsonl)
    #expect(report.summaries.count == 1)
    expectSame(report.summaries[0], summary)
    #expect(report.summaries[0].counts.sent == 300)
    // And what it writes is replayed to the same again.
    let again = try file("b.jsonl", output)
    expectSame(try replay([again]).report.summaries[0], summary)
    let facts = try #require(report.replay)
    #expect(facts.formats == [.timeprobe] && facts.inputs[0].used == 301 && facts.missingRecords == 0)
  }

  /// Cut into pieces and given in any order, it is one stream; two runs are two.
  @Test func piecesAndRuns() throws {
    defer { remove() }
    let (path, summary) = try burst("a.jsonl", seed: 4)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: true)
    let pieces = [lines[..<100], lines[100..<101], lines[101...]]
    let paths = try pieces.enumerated().map {
      try file("piece\($0.offset)", $0.element.joined(separator: "\n") + "\n")
    }
    expectSame(try replay([paths[2], paths[0], paths[1]]).report.summaries[0], summary)
    let (other, _) = try burst("b.jsonl", seed: 5, from: ms(1000))
    #expect(try replay([other, path]).report.summaries.count == 2)
    var problems: [(LineProblem, UInt64)] = []
    let twice = try replay(
      [path, try file("copy", lines.joined(separator: "\n") + "\n")], problems: &problems
    ).report
    #expect(problems.count == lines.count && problems.allSatisfy { $0.0 == .duplicate })
    expectSame(twice.summaries[0], summary)
  }

  @Test func whatIsMissingIsCounted() throws {
    defer { remove() }
    let (path, _) = try burst("a.jsonl", seed: 6)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: true)
    let some = lines.enumerated().filter { $0.offset % 10 != 5 }.map { $0.element }.joined(separator: "\n")
    let report = try replay([try file("some", some)]).report
    #expect(report.replay?.missingRecords == 30)
  }

  // MARK: Logs

  /// Line `index` of a log whose clock is `ahead` of the reference's by so many ns.
  private func rawstats(_ index: Int64, ahead: Int64 = 0, server: String = "10.0.0.1") -> String {
    func column(_ raw: Int64) -> String {
      var writer = ByteWriter()
      writer.append(seconds: Scene.epoch + raw + 2_208_988_800_000_000_000)
      return String(decoding: writer.bytes, as: UTF8.self)
    }
    let start = index * 1_000_000_000
    let second = 8645 + index
    return
      "61365 \(second).000 \(server) 10.0.0.7 \(column(start + ahead)) \(column(start + 100_000)) \(column(start + 110_000)) \(column(start + 210_000 + ahead)) 0 4 4 1 6 -25 0.000000 0.000015 .GPS.\n"
  }

  @Test func rawstatsOfTwoServers() throws {
    defer { remove() }
    let text = (0..<60).map { rawstats($0) + rawstats($0, ahead: 2_000_000, server: "10.0.0.2") }.joined()
    let (report, output) = try replay([try file("rawstats", text)], .rawstats)
    // The date is that of T4.
    func columns(_ text: String) -> [[Substring]] {
      text.split(separator: "\n").map { Array($0.split(separator: " ").dropFirst(2)) }
    }
    #expect(columns(output) == columns(text))
    #expect(report.summaries.map { $0.reference.address } == ["10.0.0.1", "10.0.0.2"])
    #expect(report.summaries.map { $0.verdict } == [.ok, .critical] && report.verdict == .critical)
    #expect(report.summaries[1].best.map { ($0 + .milliseconds(2)).magnitude < .microseconds(1) } == true)
    #expect(report.replay?.missing.count == 3 && report.summaries[0].duration == Nanoseconds(59_000_210_000))
  }

  /// The clock was set back by 5 s and the reference went on: told of, and measured on.
  @Test func aClockThatWasSetBack() throws {
    defer { remove() }
    let text = (0..<20).map { rawstats($0, ahead: $0 < 10 ? 0 : -5_000_000_000) }.joined()
    var problems: [(LineProblem, UInt64)] = []
    let report = try replay([try file("rawstats", text)], problems: &problems).report
    #expect(problems.map { $0.0 } == [.backwards] && problems.first?.1 == 11)
    #expect(report.summaries[0].counts.good == 20 && report.summaries[0].verdict == .critical)
    #expect(report.summaries[0].best.map { ($0 - .seconds(5)).magnitude < .milliseconds(1) } == true)
    #expect(report.summaries[0].duration == Nanoseconds(19_000_210_000))
  }

  /// Lines of a day before, behind those of the day: left out; as a file of their own: merged.
  @Test func aFileOutOfOrder() throws {
    defer { remove() }
    let (early, late) = ((0..<10).map { rawstats($0) }.joined(), (10..<20).map { rawstats($0) }.joined())
    var problems: [(LineProblem, UInt64)] = []
    let report = try replay([try file("one", late + early)], problems: &problems).report
    #expect(problems.count == 10 && problems.allSatisfy { $0.0 == .backwards && $0.1 > 10 })
    #expect(report.summaries[0].counts.good == 10)
    let merged = try replay([try file("late", late), try file("early", early)]).report
    #expect(merged.summaries[0].counts.good == 20)
  }

  @Test func badLinesAreToldOfAndTheRestIsRead() throws {
    defer { remove() }
    let good = (0..<9).map { rawstats($0) }
    let lines: [(String, LineProblem?)] = [
      (good[0], nil), (good[0], .duplicate), (good[1], nil), (String(good[2].prefix(60)) + "\n", .truncated),
      ("\n", nil),
      ("what is this\n", .unknown), (good[2].replacingOccurrences("GPS", "\0\0"), nil), ("\0\0\0\n", .binary),
      (String(repeating: "x", count: 200_000) + "\n", .tooLong), (good[3], nil),
      ("{\"schema\":\"timeprobe/1\",\"kind\":\"sample\"}\n", .malformed),
      ("{\"a\":1}\n", .unknown), ("{\"schema\":\"timeprobe/1\"\n", .truncated),
      (good[4].replacingOccurrences("61365", "61300"), .implausible),
      (good[5], nil), (String(good[6].prefix(100)), .truncated),
    ]
    var problems: [(LineProblem, UInt64)] = []
    let report = try replay([try file("mixed", lines.map { $0.0 }.joined())], problems: &problems).report
    let expected = lines.enumerated().compactMap { line in
      line.element.1.map { ($0, UInt64(line.offset + 1)) }
    }
    #expect(problems.map { "\($0)" } == expected.map { "\($0)" })
    #expect(report.summaries[0].counts.good == 5 && report.replay?.inputs[0].lines == UInt64(lines.count))
    #expect(report.replay?.problems.total == UInt64(expected.count))
  }

  @Test func filesThatAreNone() throws {
    defer { remove() }
    var problems: [(LineProblem, UInt64)] = []
    let paths = [
      folder.appendingPathComponent("nowhere").path, folder.path, try file("empty", ""),
      try file("other", "\n# nothing\n"),
      try file("good", rawstats(0) + rawstats(1)),
    ]
    let report = try replay(paths, problems: &problems).report
    #expect(
      problems.map { $0.0 } == [.unreadable, .unreadable, .empty, .otherFile]
        && problems.allSatisfy { $0.1 == 0 })
    #expect(report.summaries.count == 1 && report.summaries[0].counts.good == 2)
    #expect(try replay([paths[0]], problems: &problems).report.verdict == .unknown)
  }

  /// A reply that is no exchange is a query without a sample, by the check that it failed.
  @Test func repliesThatFailedACheck() throws {
    defer { remove() }
    let text =
      rawstats(0) + rawstats(1).replacingOccurrences(" 0 4 4 1 ", " 3 4 4 1 ")
      + rawstats(2).replacingOccurrences(" 0 4 4 1 ", " 0 4 5 1 ")
      + rawstats(3).replacingOccurrences(" 0 4 4 1 ", " 3 4 4 0 ").replacingOccurrences(".GPS.", ".RATE.")
    let counts = try replay([try file("rawstats", text)]).report.summaries[0].counts
    #expect(counts.sent == 4 && counts.good == 1 && counts.rejected == 3 && counts.rateLimited == 1)
    #expect(counts.checks[.unsynchronized] == 1 && counts.checks[.mode] == 1)
  }

  @Test func chronysTests() throws {
    defer { remove() }
    let line = ChronyLineTests.new + "\n"
    let text =
      "====\n   Date (UTC) Time     IP Address   L St 123 567 ABCD  LP RP Score\n====\n" + line
      + line.replacingOccurrences(":50 ", ":51 ").replacingOccurrences("111 111", "111 101")
      + line.replacingOccurrences(":50 ", ":52 ").replacingOccurrences("111 111", "011 111")
      + line.replacingOccurrences(":50 ", ":53 ").replacingOccurrences("1111 ", "0000 ")
    let summary = try replay([try file("measurements.log", text)]).report.summaries[0]
    #expect(summary.counts.sent == 3 && summary.counts.good == 2 && summary.counts.rejected == 1)
    #expect(summary.counts.checks[.duplicate] == 1 && summary.counts.checks[.unsynchronized] == 1)
    #expect(summary.serverTime == nil && summary.recorded == .chrony)
  }

  @Test func mostReferences() throws {
    defer { remove() }
    let text = (0..<66).map { rawstats(Int64($0), server: "10.0.1.\($0)") }.joined()
    var problems: [(LineProblem, UInt64)] = []
    let report = try replay([try file("rawstats", text)], problems: &problems).report
    #expect(report.summaries.count == 64 && problems.map { $0.0 } == [.tooMany, .tooMany])
  }
}
