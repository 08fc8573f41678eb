import Foundation
import Testing

/// Old logs and own streams through `--replay`, as the programs wrote them.
@Suite(.needsTimeprobe) struct ReplayTests {
  private func replay(_ arguments: [String], input: String = "") throws -> Outcome {
    try Child.run(try Timeprobe.command(["--replay"] + arguments), input: Array(input.utf8))
  }

  private func report(_ arguments: [String], input: String = "") throws -> JSONObject {
    let outcome = try replay(arguments + ["--json"], input: input)
    try Schema.expect(outcome.stdout)
    let object = try #require(try Timeprobe.parse(lines: outcome.stdout).first)
    #expect(object.int("exit") == Int64(outcome.status), "\(outcome.stderr)")
    return object
  }

  private func first(_ report: JSONObject) throws -> JSONObject {
    try #require(report.array("references")?.first)
  }

  private static let line =
    "61365 8645.838 10.0.0.1 10.0.0.7 4004216645.838933792 4004216645.838934305 4004216645.838943435"
    + " 4004216645.838945372 0 4 4 1 6 -25 0.000000 0.000015 .GPS.\n"

  // MARK: Own streams

  /// A burst's own summary, from a stream of it: its screen is of the same run as its records are not, so that the
  /// figures are computed here from the records.
  @Test func `a burst's stream gives the burst's figures`() throws {
    let server = try Serve()
    let burst = try Burst.run([server.reference])
    burst.expectAnswered()
    let report = try report(["-", "-c", "100ms"], input: burst.text)
    #expect(report.kind == "replay" && report.string("verdict") == "ok" && report.int("exit") == 0)
    let summary = try first(report)
    #expect(summary.string("name") == server.reference && summary.string("recorded") == "timeprobe")
    #expect(summary.object("queries")?.int("good") == 50 && summary.object("tx")?.int("kernel") == 50)
    let offsets = burst.samples.compactMap { $0.int("offset_ns") }
    #expect(summary.object("offset")?.int("min_ns") == offsets.min())
    #expect(summary.object("offset")?.int("max_ns") == offsets.max())
    let delays = burst.samples.compactMap { $0.int("delay_ns") }
    #expect(summary.object("delay")?.int("min_ns") == delays.min())
    let bounds = try #require(summary.object("offset"))
    #expect(try #require(bounds.int("bound_low_ns")) <= 0 && #require(bounds.int("bound_high_ns")) >= 0)
  }

  /// Each sample comes out as it went in: bounds, errors and stages.
  @Test func `a replayed stream is the stream`() throws {
    let server = try Serve()
    let burst = try Burst.run([server.reference])
    let outcome = try replay(["-", "-c", "100ms", "-f", "jsonl"], input: burst.text)
    #expect(outcome.status == 0, "\(outcome.stderr)")
    try Schema.expect(outcome.stdout)
    let again = try Burst(lines: outcome.stdout)
    #expect(again.samples.count == burst.samples.count)
    for (one, other) in zip(again.samples, burst.samples) {
      for key in ["time", "raw", "t1", "t2", "t3", "t4", "tx", "rx", "reference", "refid"] {
        #expect(one.string(key) == other.string(key), "\(key)")
      }
      for key in [
        "offset_ns", "delay_ns", "bound_low_ns", "bound_high_ns", "utc_low_ns", "blind_ns", "query",
      ] {
        #expect(one.int(key) == other.int(key), "\(key)")
      }
      for key in ["stamps", "precision", "map_tx", "map_rx"] {
        #expect(one.object("eps_ns")?.int(key) == other.object("eps_ns")?.int(key), "\(key)")
      }
      #expect(one.object("stages_ns")?.int("local_tx") == other.object("stages_ns")?.int("local_tx"))
    }
    let text = try replay(["-", "-c", "100ms"], input: burst.text)
    #expect(text.status == 0 && text.stdout.contains("replay   records of timeprobe from standard input, "))
    #expect(text.stdout.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
  }

  // MARK: Logs of real servers

  @Test(.needsRoot, .needs(.ip, .setpriv, .ntpsec)) func `rawstats of NTPsec`() throws {
    try Network.with { hosts in
      let server = try Serve(["--refid", "GPS"], on: hosts[1].address4, port: 123, in: hosts[1])
      defer { server.child.stop() }
      let client = try NTPsecServer(in: hosts[0], polls: server.address)
      defer { client.stop() }
      try eventually("three lines of rawstats: \(client.log)", within: .seconds(30)) {
        client.rawstats.filter { $0 == "\n" }.count >= 3
      }
      let log = client.rawstats
      let lines = log.split(separator: "\n", omittingEmptySubsequences: true)
      let count = log.hasSuffix("\n") ? lines.count : lines.count - 1
      let whole = lines.prefix(count).joined(separator: "\n") + "\n"
      // The same server's clock is this machine's: the truth is 0.
      let report = try report(["-", "-c", "1s"], input: whole)
      let summary = try first(report)
      #expect(summary.string("name") == hosts[1].address4 && summary.string("recorded") == "rawstats")
      #expect(
        summary.object("queries")?.int("good") == Int64(count)
          && summary.object("server")?.string("refid") == "GPS")
      #expect(summary.object("tx") == nil)
      let offset = try #require(summary.object("offset"))
      #expect(try #require(offset.int("bound_low_ns")) <= 0 && #require(offset.int("bound_high_ns")) >= 0)
      #expect(report.array("missing_evidence")?.count == 3)
      // Column for column, but for NTPsec's own three at the end.
      let again = try replay(["-", "-c", "1s", "-f", "rawstats"], input: whole)
      let ours = again.stdout.split(separator: "\n").map { $0.split(separator: " ") }
      let theirs = lines.prefix(count).map { Array($0.split(separator: " ").prefix(17)) }
      #expect(ours.map { $0.dropFirst(2) } == theirs.map { $0.dropFirst(2) })
    }
  }

  @Test(.needsRoot, .needs(.ip, .setpriv, .chronyd), arguments: ["measurements", "rawmeasurements"])
  func `chrony's measurements`(form: String) throws {
    try Network.with { hosts in
      let server = try Serve(["--refid", "GPS"], on: hosts[1].address4, port: 123, in: hosts[1])
      defer { server.child.stop() }
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let client = try ChronyServer(
        .local(stratum: 10), in: hosts[0],
        directives: [
          "server \(server.address) minpoll -2 maxpoll -2", "logdir \(folder.path)", "log \(form)",
          "logbanner 4",
        ])
      defer { client.stop() }
      let file = folder.appendingPathComponent("measurements.log")
      func text() -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
      try eventually("six lines: \(client.log)", within: .seconds(30)) {
        text().split(separator: "\n").filter { $0.contains(server.address) }.count >= 6
      }
      client.stop()
      let lines = text().split(separator: "\n").filter { $0.contains(server.address) }
      #expect(text().contains("Date (UTC)"))
      let report = try report([file.path, "-c", "1s"])
      let summary = try first(report)
      #expect(summary.string("name") == server.address && summary.string("recorded") == "chrony")
      #expect(summary.object("queries")?.int("good") == Int64(lines.count))
      #expect(
        summary.object("server")?.string("refid") == "GPS"
          && summary.object("server")?.int("precision") == nil)
      let offset = try #require(summary.object("offset"))
      #expect(try #require(offset.int("bound_low_ns")) <= 0 && #require(offset.int("bound_high_ns")) >= 0)
      #expect(summary.object("stages_ns")?.int("server") == nil)
      let records = try replay([file.path, "-c", "1s", "-f", "jsonl"])
      try Schema.expect(records.stdout)
      let samples = try Burst(lines: records.stdout).samples
      let theirs = lines.map { Double($0.split(separator: " ")[11]) ?? .nan }
      #expect(zip(samples, theirs).allSatisfy { abs(Double($0.int("offset_ns") ?? 0) - $1 * 1e9) <= 1 })
    }
  }

  // MARK: Every format

  @Test(arguments: ["text", "json", "jsonl", "csv", "rawstats", "plugin"]) func `every format`(format: String)
    throws
  {
    let outcome = try replay(["-", "-f", format], input: Self.line)
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stderr == "")
    switch format {
    case "rawstats":
      #expect(outcome.stdout == Self.line)
    case "csv":
      #expect(outcome.stdout.split(separator: "\n").count == 2)
      #expect(
        outcome.stdout.hasSuffix(",10.0.0.1\n")
          && outcome.stdout.contains("1795227845.838945372,-0.000000712,"))
    case "plugin": #expect(outcome.stdout.hasPrefix("TIMEPROBE OK - 10.0.0.1 712ns ahead (best), "))
    case "text": #expect(outcome.stdout.hasPrefix("standard input -> 10.0.0.1  GPS, stratum 1"))
    default: try Schema.expect(outcome.stdout)
    }
  }

  // MARK: Bad input

  @Test func `bad lines are told of with file and line, and the rest is read`() throws {
    let folder = try Scratch.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("rawstats")
    let next = Self.line.replacingOccurrences(of: "645.838", with: "646.838")
    let cut = String(Self.line.prefix(70)) + "\n"
    let text = Self.line + cut + "\u{0}\u{0}\n" + next + Self.line + String(repeating: cut, count: 5) + next
    try Data(text.utf8).write(to: file)
    let outcome = try replay([file.path])
    #expect(outcome.status == 65)
    #expect(
      outcome.stderr == """
        timeprobe: \(file.path):2: cut short
        timeprobe: \(file.path):3: has zero bytes
        timeprobe: \(file.path):5: time goes backwards
        timeprobe: \(file.path):6: cut short
        timeprobe: \(file.path):7: cut short
        timeprobe: \(file.path):11: was there before
        timeprobe: 3 lines more: cut short

        """)
    #expect(outcome.stdout.contains("queries  2 recorded, 2 good"))
    let plugin = try replay([file.path, "--plugin"])
    #expect(plugin.status == 3 && plugin.stdout.hasPrefix("TIMEPROBE UNKNOWN - "))
    let json = try report([file.path, "-q"])
    #expect(json.int("exit") == 65 && json.object("bad_input")?.int("truncated") == 6)
  }

  @Test func `files that are none, and the one that is`() throws {
    let folder = try Scratch.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["gone", "empty", "other", "good"].map { folder.appendingPathComponent($0).path }
    try Data().write(to: URL(fileURLWithPath: paths[1]))
    try Data("GIF89a\n".utf8).write(to: URL(fileURLWithPath: paths[2]))
    try Data(Self.line.utf8).write(to: URL(fileURLWithPath: paths[3]))
    let outcome = try replay(paths + [folder.path])
    #expect(outcome.status == 65)
    let words = [
      "\(paths[0]): No such file or directory", "\(paths[1]): is empty", "\(paths[2]):1: of no known kind",
      "\(paths[2]): has no record of timeprobe, rawstats or chrony's measurements",
      "\(folder.path): Is a directory",
    ]
    #expect(
      Set(outcome.stderr.split(separator: "\n").map(String.init)) == Set(words.map { "timeprobe: \($0)" }))
    #expect(outcome.stdout.contains("queries  1 recorded, 1 good"))
  }

  @Test func `the output is not one of the inputs`() throws {
    let folder = try Scratch.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, link) = (folder.appendingPathComponent("log"), folder.appendingPathComponent("link"))
    try Data(Self.line.utf8).write(to: file)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
    let outcome = try replay([file.path, "-f", "csv", "-o", link.path])
    #expect(outcome.status == 64 && outcome.stderr.contains("is an input; it was not touched"))
    #expect(try String(contentsOf: file, encoding: .utf8) == Self.line)
  }

  @Test func `a reference that is too far, and a limit that is passed`() throws {
    let far = [("838934305", "888934305"), ("838943435", "888943435"), ("838945372", "938945372")].reduce(
      Self.line
    ) {
      $0.replacingOccurrences(of: $1.0, with: $1.1)
    }
    #expect(try replay(["-"], input: far).status == 3)
    let off = Self.line.replacingOccurrences(of: "645.838933792", with: "645.848933792")
      .replacingOccurrences(of: "645.838945372", with: "645.848945372")
    #expect(try replay(["-"], input: off).status == 2)
    #expect(try replay(["-", "-c", "20ms", "-w", "9ms"], input: off).status == 1)
    #expect(try replay(["-", "-c", "50ms"], input: off).status == 0)
  }

  /// A pipe that nobody writes to yet, one that has written a line and waits, and Ctrl-C.
  @Test func `a pipe is waited for, and a signal ends the wait`() throws {
    let folder = try Scratch.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let pipe = folder.appendingPathComponent("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    let child = try Timeprobe.start(["--replay", pipe, "-v"])
    defer { child.stop() }
    let writer = open(pipe, O_WRONLY | O_CLOEXEC)
    defer { close(writer) }
    let bytes = Array(Self.line.utf8)
    #expect(write(writer, bytes, bytes.count) == bytes.count)
    try eventually("the line is read: \(child.stderr)", within: .seconds(10)) {
      child.stderr.contains("#1 712ns ahead")
    }
    #expect(child.isRunning)
    kill(child.id, SIGINT)
    let outcome = try child.wait(.seconds(10))
    #expect(
      outcome.status == 0 && outcome.stdout.contains("queries  1 recorded, 1 good"), "\(outcome.stderr)")
  }

  /// As many lines as one likes, and no more memory than for few.
  @Test func `memory does not grow with the input`() throws {
    let script = Tool.packageRoot.appendingPathComponent("Tests/Bench/replay.py").path
    let input = try Child.run(["python3", script, "rawstats", "100000"]).stdout
    let outcome = try replay(["-"], input: input)
    #expect(outcome.stdout.contains("queries  100000 recorded, 100000 good"), "\(outcome.stderr)")
    #expect(outcome.usage.peakRSS < 8 << 20, "\(outcome.usage.peakRSS)")
  }
}
