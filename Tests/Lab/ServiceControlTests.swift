import Foundation
import Testing

/// --status, --mark and the socket behind them.
@Suite(.needsTimeprobe) struct ServiceControlTests {
  private let stream = "stream jsonl file:FOLDER/out.jsonl records samples,windows,events"

  @Test func `status for people and for programs, and a mark in every stream`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let service = try Service([
        "reference \(serve.reference) name a interval 10ms", "reference nowhere.invalid name lost",
        "window 1s", stream,
        "stream jsonl file:FOLDER/windows.jsonl", "stream influx tcp://127.0.0.1:1",
      ])
      try service.waitForSamples(20)
      try eventually("a window", within: .seconds(20), every: .milliseconds(50)) {
        try service.status().array("references")?.first?.object("window") != nil
      }
      let status = try service.status()
      #expect(status.string("schema") == "timeprobe-status/1" && status.string("probe") == "lab")
      let references = try #require(status.array("references"))
      #expect(references.map { $0.string("name") } == ["a", "lost"])
      #expect(references[0].int("good") ?? 0 >= 20 && references[0].int("interval_ns") == 10_000_000)
      let streams = try #require(status.array("streams"))
      #expect(streams.count == 3 && streams[0].string("state") == "open")
      #expect(streams[2].int("lag_bytes") ?? 0 > 0 && streams[2].string("state") != "open")
      let text = try service.ask(["--status"])
      #expect(text.status == 0 && text.stderr == "")
      let lines = text.stdout.split(separator: "\n")
      #expect(lines.count == 11 && lines.allSatisfy { $0.count <= 80 }, "\(text.stdout)")
      #expect(lines[0].hasPrefix("lab  timeprobe ") && lines[2].contains("(proven)"), "\(text.stdout)")
      let mark = try service.ask(["--mark", "disk load \"starts\" \u{e9}"])
      #expect(mark.status == 0 && mark.stdout == "" && mark.stderr == "")
      for name in ["out.jsonl", "windows.jsonl"] {
        try eventually("the mark in \(name)", within: .seconds(10)) {
          try service.records(name).contains {
            $0.kind == "mark" && $0.string("text") == "disk load \"starts\" \u{e9}"
          }
        }
      }
      try service.stop()
      ServiceRecords(all: try service.records()).expectWhole()
    }
  }

  @Test func `nobody there: exit 3`() throws {
    let folder = try Scratch.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let control = ["--set", "control \(folder.path)/none", "--config", "/dev/null"]
    for words in [["--status"], ["--status", "--json"], ["--mark", "x"]] {
      let run = try Timeprobe.run(words + control)
      #expect(run.status == 3 && run.stdout == "" && run.stderr.contains("no service at"), "\(run.stderr)")
    }
    // A socket that a killed service left behind.
    let serve = try Serve()
    let service = try Service(["reference \(serve.reference)", "stream off"])
    try eventually("it answers", within: .seconds(20)) { (try? service.status()) != nil }
    service.child.kill()
    #expect(try service.ask(["--status"]).status == 3)
    try service.restart()
    try eventually("it answers", within: .seconds(20)) { (try? service.status()) != nil }
    // A second one leaves it alone.
    let second = try Timeprobe.start(["--config", service.file, "--set", "spool off"])
    try eventually("it says so: \(second.stderr)", within: .seconds(20)) {
      second.stderr.contains("no control socket")
    }
    second.signal(SIGTERM)
    #expect(try second.wait().status == 0)
    #expect(try service.status().int("seq") != nil)
  }

  @Test func `garbage, clients that do not read, and a thousand connections`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let service = try Service(["reference \(serve.reference) name a interval 5ms", stream])
      try service.waitForSamples(20)
      var random = SplitMix64(seed: 5)
      for _ in 0..<200 {
        let client = try ControlClient(service.control)
        client.say(
          (0..<Int.random(in: 1...6000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
          })
      }
      for text in [
        "\n", "status", "mark \n", "mark a\u{1}b\n", "mark \(String(repeating: "x", count: 1025))\n",
        "STATUS\n",
      ] {
        let client = try ControlClient(service.control)
        client.say(Array(text.utf8))
        let answer = try #require(try client.answer())
        #expect(answer == "" || answer.hasPrefix("{\"error\":"), "\(text): \(answer)")
      }
      // They ask and never read, or say nothing at all.
      var idle: [ControlClient] = []
      for number in 0..<1000 {
        let client = try ControlClient(service.control)
        if number % 2 == 0 { client.say(Array("status\n".utf8)) }
        idle.append(client)
      }
      try service.waitForSamples(200)
      idle = []
      try eventually("it answers again", within: .seconds(30)) { (try? service.status()) != nil }
      try service.stop()
      let records = ServiceRecords(all: try service.records())
      records.expectWhole()
      #expect(records.count("mark") == 0)
      try expectNoGap(records, of: "a", longest: 0.25)
    }
  }

  @Test(.needsRoot, .needs(.setpriv)) func `anybody may ask, and only root and its own user may mark`() throws
  {
    let serve = try Serve()
    try ClockTurn.measuring {
      let binary = try PublicBinary()
      let service = try Service(["reference \(serve.reference) name a", stream])
      try eventually("it answers", within: .seconds(20)) { (try? service.status()) != nil }
      let status = try Child.run(binary.asNobody(["--status", "--config", service.file]))
      #expect(status.status == 0, "\(status.stderr)")
      let mark = try Child.run(binary.asNobody(["--mark", "x", "--config", service.file]))
      #expect(mark.status == 77 && mark.stderr.contains("only root"), "\(mark.stderr)")
    }
  }
}
