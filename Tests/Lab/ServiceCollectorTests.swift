import Foundation
import Testing

/// Collectors that stop, are slow, refuse, or are cut off: in the end they have what was sent.
///
/// TIMEPROBE_OUTAGE=60 makes each outage so many seconds long, TIMEPROBE_OUTAGES=50 repeats it.
@Suite(.needsTimeprobe) struct ServiceCollectorTests {
  private static let variables = ProcessInfo.processInfo.environment
  static let outage = variables["TIMEPROBE_OUTAGE"].flatMap { Int($0) } ?? 3
  static let outages = variables["TIMEPROBE_OUTAGES"].flatMap { Int($0) } ?? 1

  private let kinds = "records samples,windows,events"

  /// Samples at 500/s for as long as an outage is.
  private func pass(_ service: Service) throws {
    try service.waitForSamples(500 * Self.outage, within: .seconds(Int64(60 + 10 * Self.outage)))
  }

  /// Ends the service and holds what came against what was sent: the file has it all.
  private func expectAll(_ service: Service, _ collector: Collector, mayRepeat: Bool = true) throws {
    try eventually("nothing waits any more", within: .seconds(60), every: .milliseconds(100)) {
      (try service.status().array("streams") ?? []).allSatisfy {
        $0.int("lag_bytes") ?? 1 < 20_000 && $0.string("state") == "open"
      }
    }
    try service.stop()
    let sent = ServiceRecords(all: try service.records())
    sent.expectWhole()
    #expect(sent.count("drop") == 0)
    let wanted = Set(sent.keys)
    try eventually("all has come", within: .seconds(30), every: .milliseconds(100)) {
      Set(try collector.records().keys).isSuperset(of: wanted)
    }
    let received = try collector.records().keys
    #expect(Set(received) == wanted)
    let repeated = received.count - wanted.count
    #expect(repeated >= 0 && (mayRepeat || repeated == 0), "\(repeated) came twice")
    print("collector: \(wanted.count) records sent, \(repeated) of them came more than once")
  }

  private func lines(_ serve: Serve, _ destination: String) -> [String] {
    [
      "reference \(serve.reference) name a interval 2ms", "window 1s",
      "stream jsonl file:FOLDER/out.jsonl \(kinds)",
      "stream jsonl \(destination) \(kinds)",
    ]
  }

  @Test(arguments: ["tcp", "unix"]) func `one that stops for a while, and one that is slow`(kind: String)
    throws
  {
    let serve = try Serve()
    try ClockTurn.measuring {
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let out = folder.appendingPathComponent("got").path
      let port = try Collector.freePort()
      let path = folder.appendingPathComponent("socket").path
      let place = kind == "tcp" ? Collector.Place.tcp("127.0.0.1", port) : .unix(path)
      let collector = try Collector(place, to: out)
      let service = try Service(lines(serve, kind == "tcp" ? "tcp://127.0.0.1:\(port)" : "unix:\(path)"))
      for _ in 0..<Self.outages {
        try service.waitForSamples(100)
        collector.child.signal(SIGSTOP)
        try pass(service)
        collector.child.signal(SIGCONT)
      }
      try service.waitForSamples(100)
      try expectAll(service, collector, mayRepeat: false)
    }
  }

  /// Slower than the records come: it lags, and catches up when it can.
  @Test func `one that is slow, until it is not`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let port = try Collector.freePort()
      let collector = try Collector(
        .tcp("127.0.0.1", port), to: folder.appendingPathComponent("got").path, slow: 20_000)
      let service = try Service(lines(serve, "tcp://127.0.0.1:\(port)"))
      try service.waitForSamples(100)
      // More than all buffers on the way hold.
      try eventually("it lags", within: .seconds(120), every: .milliseconds(200)) {
        try service.status().array("streams")?.last?.int("lag_bytes") ?? 0 > 200_000
      }
      collector.child.signal(SIGUSR1)
      // A change of references leaves the connection alone.
      try service.reload(
        lines(serve, "tcp://127.0.0.1:\(port)").map {
          $0.replacingOccurrences(of: "name a interval 2ms", with: "name b interval 50ms")
        })
      try expectAll(service, collector, mayRepeat: false)
    }
  }

  @Test func `one that is killed, refuses, and is there again`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let out = folder.appendingPathComponent("got").path
      let port = try Collector.freePort()
      var collector = try Collector(.tcp("127.0.0.1", port), to: out)
      let service = try Service(lines(serve, "tcp://127.0.0.1:\(port)"))
      for _ in 0..<Self.outages {
        try service.waitForSamples(200)
        collector.child.kill()
        try pass(service)
        #expect(try service.status().array("streams")?.last?.string("state") != "open")
        collector = try Collector(.tcp("127.0.0.1", port), to: out)
      }
      try expectAll(service, collector)
      #expect(service.child.stderr.contains(" fails") && service.child.stderr.contains("works again"))
    }
  }

  /// What the spool has is sent by the next run.
  @Test func `one that comes back only after the service's end`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let out = folder.appendingPathComponent("got").path
      let port = try Collector.freePort()
      var collector = try Collector(.tcp("127.0.0.1", port), to: out)
      let service = try Service(lines(serve, "tcp://127.0.0.1:\(port)"))
      try service.waitForSamples(200)
      collector.child.kill()
      try service.waitForSamples(500)
      try service.stop()
      collector = try Collector(.tcp("127.0.0.1", port), to: out)
      try service.restart()
      try service.waitForSamples(100)
      try eventually("nothing waits any more", within: .seconds(60), every: .milliseconds(100)) {
        try service.status().array("streams")?.last?.int("lag_bytes") ?? 1 < 20_000
      }
      try service.stop()
      let wanted = Set(ServiceRecords(all: try service.records()).keys)
      try eventually("all has come", within: .seconds(30), every: .milliseconds(100)) {
        Set(try collector.records().keys).isSuperset(of: wanted)
      }
      #expect(Set(try collector.records().keys) == wanted)
    }
  }

  @Test(.needsRoot, .needs(.ip)) func `one that is cut off`() throws {
    try Network.with(hosts: 3) { hosts in
      let serve = try Serve(on: hosts[1].address4, port: 123, in: hosts[1])
      defer { serve.child.stop() }
      try ClockTurn.measuring {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let out = folder.appendingPathComponent("got").path
        let collector = try Collector(.tcp(hosts[2].address4, 9000), to: out, in: hosts[2])
        let service = try Service(lines(serve, "tcp://\(hosts[2].address4):9000"), inside: hosts[0])
        for _ in 0..<Self.outages {
          try service.waitForSamples(200)
          try Child.check(["ip", "-n", hosts[2].name, "link", "set", "eth0", "down"])
          try pass(service)
          try Child.check(["ip", "-n", hosts[2].name, "link", "set", "eth0", "up"])
        }
        try service.waitForSamples(200)
        try expectAll(service, collector)
      }
    }
  }

  @Test(.needsRoot) func `a full disk: measuring and streams go on, and a drop says what went`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let disk = try Scratch.makeFolder()
      try Child.check(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0755", "none", disk.path])
      defer {
        _ = try? Child.run(["umount", "-l", disk.path])
        try? FileManager.default.removeItem(at: disk)
      }
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let port = try Collector.freePort()
      let collector = try Collector(.tcp("127.0.0.1", port), to: folder.appendingPathComponent("got").path)
      let service = try Service(
        lines(serve, "tcp://127.0.0.1:\(port)") + [
          "spool \(disk.path)/spool size 10MB", "stream jsonl tcp://127.0.0.1:1 \(kinds)",
        ])
      try eventually("a drop: \(service.child.stderr)", within: .seconds(60), every: .milliseconds(50)) {
        Service.wholeLines(service.path("out.jsonl")).contains(#""kind":"drop""#)
      }
      try service.waitForSamples(300)
      try service.stop()
      let records = ServiceRecords(all: try service.records())
      records.expectWhole()
      try expectNoGap(records, of: "a", longest: 0.5)
      let drops = records.all.filter { $0.kind == "drop" }
      #expect(
        drops.contains {
          ($0.int("from_seq") ?? 0) > 0 && ($0.int("to_seq") ?? 0) >= ($0.int("from_seq") ?? 1)
        })
      // The collector that reads loses nothing by it.
      let got = Set(try collector.records().keys)
      #expect(got == Set(records.keys))
    }
  }

  @Test(.needsRoot, .needs(.ip)) func `datagrams fit a small MTU, and no line is split`() throws {
    try Network.with { hosts in
      let serve = try Serve(on: hosts[1].address4, port: 123, in: hosts[1])
      defer { serve.child.stop() }
      try Child.check(["ip", "-n", hosts[0].name, "link", "set", "eth0", "mtu", "1280"])
      try ClockTurn.measuring {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let out = folder.appendingPathComponent("got").path
        let collector = try Collector(.udp(hosts[1].address4, 9000), to: out, in: hosts[1])
        let service = try Service(
          lines(serve, "udp://\(hosts[1].address4):9000"), inside: hosts[0])
        try service.waitForSamples(1000)
        try service.stop()
        let count = try service.records().count
        try eventually("\(count) records", within: .seconds(20), every: .milliseconds(50)) {
          Service.wholeLines(collector.out).components(separatedBy: "\\\"timeprobe/1\\\"").count > count
        }
        let datagrams = try Timeprobe.parse(lines: Service.wholeLines(collector.out))
        // 20 bytes of IPv4, 8 of UDP.
        #expect(datagrams.allSatisfy { $0.int("size") ?? .max <= 1252 })
        let texts = datagrams.compactMap { $0.string("text") }
        #expect(texts.allSatisfy { $0.hasSuffix("\n") })
        let got = ServiceRecords(all: try Timeprobe.parse(lines: texts.joined()))
        let sent = ServiceRecords(all: try service.records())
        sent.expectWhole()
        // On a veth pair nothing is lost.
        #expect(Set(got.keys) == Set(sent.keys))
        #expect(texts.contains { $0.split(separator: "\n").count > 1 })
        let fragments = try Child.check(hosts[0].command(["nstat", "-asz", "IpFragCreates"]))
        #expect(
          fragments.contains("IpFragCreates") && fragments.split(whereSeparator: \.isWhitespace).contains("0")
        )
      }
    }
  }
}
