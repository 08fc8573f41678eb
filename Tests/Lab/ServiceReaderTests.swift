import Foundation
import Testing

/// Other people's programs read what the service streams.
@Suite(.needsTimeprobe) struct ServiceReaderTests {
  private final class Folder {
    let url: URL
    init() throws { url = try Scratch.makeFolder() }
    deinit { try? FileManager.default.removeItem(at: url) }
    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
    func write(_ name: String, _ text: String) throws -> String {
      try text.write(toFile: path(name), atomically: true, encoding: .utf8)
      return path(name)
    }
  }

  private func waitForText(_ path: String, _ what: String, _ isThere: (String) -> Bool) throws {
    try eventually(
      "\(what) in \(Service.wholeLines(path).suffix(500))", within: .seconds(30), every: .milliseconds(50)
    ) {
      isThere(Service.wholeLines(path))
    }
  }

  private func keys(_ records: [JSONObject], _ kinds: Set<String>) -> Set<Int64> {
    Set(records.filter { kinds.contains($0.kind ?? "") }.compactMap { $0.int("seq") })
  }

  /// RFC 5424 by TCP with octet counting, UDP and a unix socket: each message is taken apart as it was meant.
  @Test(.needs(.rsyslogd)) func `rsyslog reads its messages`() throws {
    let serve = try Serve()
    let folder = try Folder()
    let port = try Collector.freePort()
    let program = try Tool.rsyslogd.path()
    let modules = program.replacingOccurrences(
      of: "/usr/sbin/rsyslogd", with: "/usr/lib/x86_64-linux-gnu/rsyslog")
    let parts = [
      "pri-text", "timestamp:::date-rfc3339", "hostname", "app-name", "procid", "msgid", "structured-data",
      "msg",
    ]
    let configuration = """
      module(load="imtcp")
      module(load="imudp")
      module(load="imuxsock" SysSock.Use="off")
      template(name="t" type="string" string="\(parts.map { "%\($0)%" }.joined(separator: "\\t"))\\n")
      ruleset(name="tcp") { action(type="omfile" file="\(folder.path("tcp"))" template="t") }
      ruleset(name="udp") { action(type="omfile" file="\(folder.path("udp"))" template="t") }
      ruleset(name="unix") { action(type="omfile" file="\(folder.path("unix"))" template="t") }
      input(type="imtcp" address="127.0.0.1" port="\(port)" ruleset="tcp")
      input(type="imudp" address="127.0.0.1" port="\(port)" ruleset="udp")
      input(type="imuxsock" Socket="\(folder.path("log"))" IgnoreTimestamp="off" UseSysTimeStamp="off" UseSpecialParser="off" ParseHostname="on" ruleset="unix")

      """
    let file = try folder.write("rsyslog.conf", configuration)
    let collector = try Child([program, "-n", "-f", file, "-i", folder.path("pid"), "-M", modules])
    try eventually("its socket: \(collector.stderr)", within: .seconds(20)) {
      guard collector.isRunning else { throw LabFailure("rsyslogd ended: \(collector.stderr)") }
      return FileManager.default.fileExists(atPath: folder.path("log"))
    }
    try ClockTurn.measuring {
      let service = try Service([
        "reference \(serve.reference) name a interval 10ms", "window 1s",
        "stream jsonl file:FOLDER/out.jsonl", "stream syslog tcp://127.0.0.1:\(port)",
        "stream syslog udp://127.0.0.1:\(port)", "stream syslog unixgram:\(folder.path("log"))",
      ])
      try eventually("windows", within: .seconds(30), every: .milliseconds(50)) {
        try service.records().count { $0.kind == "window" } >= 3
      }
      #expect(try service.ask(["--mark", "a \"mark\" ]here\\"]).status == 0)
      try eventually("the mark", within: .seconds(10)) {
        try service.records().contains { $0.kind == "mark" }
      }
      try service.stop()
      let records = try service.records()
      let run = try #require(records.first?.string("run"))
      let wanted = keys(records, ["window", "event", "mark"])
      for name in ["tcp", "udp", "unix"] {
        func lines() -> [[String]] {
          Service.wholeLines(folder.path(name)).split(separator: "\n").map {
            $0.components(separatedBy: "\t")
          }
        }
        func seq(_ line: [String]) -> Int64? {
          guard line.count == parts.count, let range = line[6].range(of: " seq=\"") else { return nil }
          return Int64(line[6][range.upperBound...].prefix { $0 != "\"" })
        }
        try eventually("\(wanted.count) messages by \(name)", within: .seconds(20), every: .milliseconds(50))
        {
          Set(lines().compactMap(seq)).isSuperset(of: wanted)
        }
        for line in lines() {
          let number = try #require(seq(line), "\(line)")
          let record = try #require(records.first { $0.int("seq") == number })
          #expect(
            line[0].hasPrefix("daemon.") && line[2] == "lab" && line[3] == "timeprobe" && line[4] == run)
          #expect(line[5] == record.kind && line[6].hasPrefix("[timeprobe@32473 ") && line[6].hasSuffix("]"))
          // Six decimals, in rsyslog's local zone: the same second and microsecond.
          let fraction = line[1].split(separator: ".").last?.prefix(6)
          #expect(fraction == record.string("time")?.split(separator: ".").last?.prefix(6), "\(line[1])")
          #expect(line[6].contains("time=\"\(record.string("time") ?? "?")\""))
        }
        #expect(
          lines().contains { $0[5] == "mark" && $0[6].contains(#"text="a \"mark\" \]here\\""#) }, "\(name)")
      }
    }
  }

  @Test(.needs(.promtool)) func `promtool accepts the figures and the alerts`() throws {
    let serve = try Serve()
    let promtool = try Tool.promtool.path()
    let rules = Tool.packageRoot.appendingPathComponent("packaging/prometheus/timeprobe.rules.yml").path
    let checked = try Child.run([promtool, "check", "rules", rules])
    #expect(checked.status == 0, "\(checked.stdout)\(checked.stderr)")
    try ClockTurn.measuring {
      let service = try Service([
        "reference \(serve.reference) name a interval 10ms", "window 1s", "label site ams1",
        "stream prometheus file:FOLDER/out.prom",
      ])
      try waitForText(service.path("out.prom"), "a coverage") { $0.contains("timeprobe_coverage_ratio{") }
      let text = try String(contentsOfFile: service.path("out.prom"), encoding: .utf8)
      let outcome = try Child.run([promtool, "check", "metrics"], input: Array(text.utf8))
      #expect(outcome.status == 0 && outcome.stderr == "", "\(outcome.stdout)\(outcome.stderr)")
      #expect(text.contains("site=\"ams1\"") && text.contains("probe=\"lab\""))
      // What the alerts speak of is there.
      let alerts = try String(contentsOfFile: rules, encoding: .utf8)
      let names = Set(
        alerts.split { !($0.isLetter || $0 == "_") }.map(String.init).filter { $0.hasPrefix("timeprobe_") })
      for name in names { #expect(text.contains("# TYPE \(name) "), "\(name)") }
      try service.stop()
    }
  }

  @Test(.needs(.nodeExporter)) func `node_exporter serves the figures`() throws {
    let serve = try Serve()
    let folder = try Folder()
    let port = try Collector.freePort()
    let exporter = try Child([
      try Tool.nodeExporter.path(), "--collector.disable-defaults", "--collector.textfile",
      "--collector.textfile.directory=\(folder.url.path)", "--web.listen-address=127.0.0.1:\(port)",
    ])
    try ClockTurn.measuring {
      let service = try Service([
        "reference \(serve.reference) name a interval 10ms", "window 1s",
        "stream prometheus file:\(folder.path("t.prom"))",
      ])
      let fetch =
        "import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:\(port)/metrics').read().decode())"
      try eventually("the figures: \(exporter.stderr)", within: .seconds(30), every: .milliseconds(100)) {
        let outcome = try Child.run(["python3", "-c", fetch])
        return outcome.stdout.contains("timeprobe_queries_total{")
          && outcome.stdout.contains("timeprobe_offset_seconds{")
          && outcome.stdout.contains("node_textfile_scrape_error 0")
      }
      try service.stop()
    }
  }

  /// Lines by UDP and, from a TCP collector, by HTTP: all fields come back, and each nanosecond.
  @Test(.needs(.influxd)) func `influxdb takes every line`() throws {
    let serve = try Serve()
    let folder = try Folder()
    let (http, udp, rpc, tcp) = (
      try Collector.freePort(), try Serve.freePort(), try Collector.freePort(), try Collector.freePort()
    )
    let file = try folder.write(
      "influxdb.conf",
      """
      reporting-disabled = true
      bind-address = "127.0.0.1:\(rpc)"
      [meta]
        dir = "\(folder.path("meta"))"
      [data]
        dir = "\(folder.path("data"))"
        wal-dir = "\(folder.path("wal"))"
      [http]
        bind-address = "127.0.0.1:\(http)"
        log-enabled = false
      [[udp]]
        enabled = true
        bind-address = "127.0.0.1:\(udp)"
        database = "udp"
        batch-timeout = "100ms"
        read-buffer = 4194304

      """)
    let database = try Child([try Tool.influxd.path(), "run", "-config", file])
    func query(_ database: String, _ text: String) throws -> JSONObject {
      let script = """
        import sys, urllib.request, urllib.parse
        q = urllib.parse.urlencode({"db": sys.argv[1], "q": sys.argv[2], "epoch": "ns"})
        print(urllib.request.urlopen("http://127.0.0.1:\(http)/query?" + q, b"").read().decode())
        """
      let said = try Child.check(["python3", "-c", script, database, text])
      return try #require(try Timeprobe.parse(lines: said).first)
    }
    try eventually(
      "it answers: \(database.stderr.suffix(300))", within: .seconds(60), every: .milliseconds(200)
    ) {
      guard database.isRunning else { throw LabFailure("influxd ended: \(database.stderr.suffix(500))") }
      return (try? query("x", "CREATE DATABASE tcp")) != nil
    }
    try ClockTurn.measuring {
      let collector = try Collector(.tcp("127.0.0.1", tcp), to: folder.path("lines"))
      let kinds = "records samples,windows,events"
      let service = try Service([
        "reference \(serve.reference) name a interval 5ms", "window 1s", "label site \"ams 1\"",
        "stream jsonl file:FOLDER/out.jsonl \(kinds)", "stream influx udp://127.0.0.1:\(udp) \(kinds)",
        "stream influx tcp://127.0.0.1:\(tcp) \(kinds)",
      ])
      try service.waitForSamples(400)
      try service.stop()
      let records = try service.records()
      let wanted = keys(records, ["sample"])
      try waitForText(collector.out, "all lines") { $0.split(separator: "\n").count >= wanted.count }
      let write = """
        import urllib.request
        body = open("\(collector.out)", "rb").read()
        r = urllib.request.urlopen("http://127.0.0.1:\(http)/write?db=tcp&precision=ns", body)
        assert r.status == 204, r.status
        """
      try Child.check(["python3", "-c", write])
      for name in ["tcp", "udp"] {
        func rows() throws -> [[Any]] {
          let answer = try query(name, "SELECT seq, offset_ns, bound_low_ns, t1, site FROM timeprobe_sample")
          let series = answer.array("results")?.first?.array("series")?.first
          return series?.fields["values"] as? [[Any]] ?? []
        }
        try eventually("\(wanted.count) samples by \(name)", within: .seconds(30), every: .milliseconds(200))
        {
          try rows().count >= wanted.count
        }
        let found = try rows()
        #expect(found.count == wanted.count)
        for row in found {
          let seq = try #require((row[1] as? NSNumber)?.int64Value)
          let record = try #require(records.first { $0.int("seq") == seq })
          #expect((row[2] as? NSNumber)?.int64Value == record.int("offset_ns"))
          #expect((row[3] as? NSNumber)?.int64Value == record.int("bound_low_ns"))
          #expect(row[5] as? String == "ams 1")
          let time = try #require((row[0] as? NSNumber)?.int64Value)
          let nanoseconds = record.string("time")?.split(separator: ".").last?.prefix(9)
          #expect(nanoseconds.flatMap { Int64($0) } == time % 1_000_000_000)
        }
      }
    }
  }

  /// Plain listeners, and jq over what they got.
  @Test(.needs(.netcat, .socat, .jq)) func `nc, socat and jq`() throws {
    let serve = try Serve()
    let folder = try Folder()
    let port = try Collector.freePort()
    let path = folder.path("socket")
    let nc = try Child([try Tool.netcat.path(), "-l", "-k", "127.0.0.1", "\(port)"])
    let socat = try Child([try Tool.socat.path(), "-u", "UNIX-LISTEN:\(path),fork", "STDOUT"])
    try eventually("socat listens: \(socat.stderr)", within: .seconds(20)) {
      FileManager.default.fileExists(atPath: path)
    }
    try ClockTurn.measuring {
      let service = try Service([
        "reference \(serve.reference) name a interval 10ms", "window 1s",
        "stream jsonl file:FOLDER/out.jsonl records samples,windows,events",
        "stream jsonl tcp://127.0.0.1:\(port) records samples,windows,events",
        "stream jsonl unix:\(path) records samples,windows,events",
      ])
      try service.waitForSamples(100)
      try service.stop()
      let count = try service.records().count
      for child in [nc, socat] {
        try eventually("\(count) lines: \(child.stderr)", within: .seconds(20), every: .milliseconds(20)) {
          child.stdout.split(separator: "\n").count >= count
        }
        let outcome = try Child.run(
          [try Tool.jq.path(), "-s", "-e", "map(.seq) == [range(1; \(count + 1))]"],
          input: Array(child.stdout.utf8))
        #expect(outcome.status == 0, "\(outcome.stdout)\(outcome.stderr)")
      }
    }
  }
}
