import Foundation
import Testing

/// References that come and go.
@Suite(.needsTimeprobe) struct ServiceReferenceTests {
  private let stream = "stream jsonl file:FOLDER/out.jsonl records samples,windows,events"

  @Test func `a reference that stops and comes back`() throws {
    try ClockTurn.measuring {
      let port = try Serve.freePort()
      var serve: Serve? = try Serve(port: port)
      let service = try Service(["reference 127.0.0.1:\(port) name a interval 10ms timeout 100ms", stream])
      try service.waitForSamples(20)
      serve?.child.stop()
      serve = nil
      try eventually("losses", within: .seconds(20)) {
        Service.wholeLines(service.path("out.jsonl")).components(separatedBy: #""kind":"loss""#).count > 20
      }
      serve = try Serve(port: port)
      try service.waitForSamples(20)
      try service.stop()
      ServiceRecords(all: try service.records()).expectWhole()
    }
  }

  @Test(.needsRoot, .needs(.ip)) func `a network that is not there at first`() throws {
    try Network.with { hosts in
      let serve = try Serve(on: hosts[1].address4, port: 123, in: hosts[1])
      defer { serve.child.stop() }
      try Child.check(["ip", "-n", hosts[0].name, "link", "set", "eth0", "down"])
      try ClockTurn.measuring {
        let service = try Service(
          ["reference \(serve.address) name a interval 10ms", stream], inside: hosts[0])
        try service.waitForLog("cannot be asked")
        try Child.check(["ip", "-n", hosts[0].name, "link", "set", "eth0", "up"])
        try service.waitForSamples(20)
        try service.stop()
        ServiceRecords(all: try service.records()).expectWhole()
      }
    }
  }

  @Test(.needsRoot, .needs(.ip)) func `a name that does not resolve at first`() throws {
    try Network.with { guests in
      let serve = try Serve(on: guests[1].address4, port: 123, in: guests[1])
      defer { serve.child.stop() }
      let etc = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: etc) }
      func hosts(_ text: String) throws {
        try text.write(to: etc.appendingPathComponent("hosts"), atomically: true, encoding: .utf8)
      }
      try hosts("127.0.0.1 localhost\n")
      try ClockTurn.measuring {
        let service = try Service(["reference gps.test name a interval 10ms", stream], inside: guests[0]) {
          ["sh", "-c", "mount --bind \"$0\" /etc && exec \"$@\"", etc.path] + $0
        }
        try service.waitForLog("cannot be asked")
        let status = try service.status()
        #expect(
          status.array("references")?.first?.object("failure") != nil
            || status.array("references")?.first?.string("failure") != nil)
        try hosts("127.0.0.1 localhost\n\(serve.address) gps.test\n")
        try service.waitForSamples(20, within: .seconds(60))
        try service.stop()
        ServiceRecords(all: try service.records()).expectWhole()
      }
    }
  }
}
