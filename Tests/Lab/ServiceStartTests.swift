import Foundation
import Testing

/// The service from its start to its end.
@Suite(.needsTimeprobe) struct ServiceStartTests {
  @Test func `from a file, and each query ends in one record`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let service = try Service([
        "reference \(serve.reference) name a interval 10ms", "window 1s", "label site x",
        "stream jsonl file:FOLDER/out.jsonl records samples,windows,events",
      ])
      try service.waitForSamples(150)
      try service.stop()
      let records = ServiceRecords(all: try service.records())
      records.expectWhole()
      #expect(records.count("hello") == 1 && records.all.first?.kind == "hello")
      #expect(records.count("window") >= 2)
      #expect(
        records.all.allSatisfy { $0.object("labels")?.string("site") == "x" || $0.string("site") == "x" })
      try Schema.expect(Service.wholeLines(service.path("out.jsonl")))
      #expect(!FileManager.default.fileExists(atPath: service.control))
    }
  }

  @Test func `a pod has no file: directives and references as arguments`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let child = try Timeprobe.start(
        [serve.reference, "-i", "10ms", "-c", "100ms", "--set", "control off", "--set", "spool off"]
          + ["--set", "stream jsonl stdout records samples,windows,events", "--set", "probe pod-${X:-1}"])
      try eventually("samples: \(child.stderr)", within: .seconds(20)) {
        guard child.isRunning else { throw LabFailure("ended: \(child.stderr)") }
        return child.stdout.components(separatedBy: #""kind":"sample""#).count > 50
      }
      child.signal(SIGINT)
      let outcome = try child.wait()
      #expect(outcome.status == 0, "\(outcome.stderr)")
      ServiceRecords(all: try Timeprobe.parse(lines: outcome.stdout)).expectWhole()
    }
  }

  @Test func `nothing configured: says so, waits, and measures once it is told`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let manager = try NotifySocket()
      let service = try Service([], environment: ["NOTIFY_SOCKET": manager.path])
      try service.waitForLog("nothing is configured")
      try manager.wait(for: "READY=1")
      try service.write([
        "reference \(serve.reference) name a interval 10ms",
        "stream jsonl file:FOLDER/out.jsonl records samples,windows,events",
      ])
      service.child.signal(SIGHUP)
      try service.waitForSamples(20)
      try service.stop()
    }
  }

  @Test func `the service manager is told`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let manager = try NotifySocket()
      let lines = [
        "reference \(serve.reference) name a interval 10ms",
        "stream jsonl file:FOLDER/out.jsonl records samples,windows,events",
      ]
      let service = try Service(
        lines, environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "400000"])
      try manager.wait(for: "READY=1")
      let since = monotonicNanoseconds()
      try manager.wait(for: "WATCHDOG=1", count: 12)
      // Each 200 ms, half of what is allowed: never two of them missing.
      #expect(monotonicNanoseconds() - since < 12 * 400_000_000)
      service.child.signal(SIGHUP)
      try manager.wait(for: "RELOADING=1")
      try manager.wait(for: "READY=1", count: 2)
      let words = manager.all()
      let reloading = try #require(words.first { $0.contains("RELOADING=1") })
      let stamp = reloading.split(separator: "\n").first { $0.hasPrefix("MONOTONIC_USEC=") }?.dropFirst(15)
      let at = try #require(stamp.flatMap { Int64($0) })
      #expect(abs(at - monotonicNanoseconds() / 1000) < 20_000_000)
      try service.stop()
      #expect(manager.all().contains { $0.contains("STOPPING=1") })
    }
  }
}
