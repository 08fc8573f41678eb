import Foundation
import Testing

/// Ctrl-C ends a burst early with all that is known.
@Suite(.needsTimeprobe) struct InterruptTests {
  @Test(arguments: [SIGINT, SIGTERM]) func `each open query is recorded once`(signal: Int32) throws {
    let deaf = try UDPSocket(bind: SocketAddress(host: "127.0.0.1", port: 0))
    let child = try Timeprobe.start(
      ["--burst", "127.0.0.1:\(deaf.localPort)", "-d", "60s", "-t", "50s", "-f", "jsonl"])
    var asked = 0
    func drain() { while deaf.receive(within: .zero) != nil { asked += 1 } }
    try eventually("thirty queries", within: .seconds(20)) {
      drain()
      return asked >= 30
    }
    child.signal(signal)
    let burst = try Burst(child.wait())
    drain()
    burst.expectComplete(sent: asked)
    #expect(Set(burst.reasons) == ["abandoned"])
    #expect(burst.status == 3)
    try burst.expectSchema()
  }

  @Test func `the summary is whole`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let relay = try Relay(to: serve.target)
      defer { relay.stop() }
      let child = try Timeprobe.start(["--burst", "\(relay.address)", "-d", "60s", "-c", "100ms"])
      try eventually("fifty replies", within: .seconds(20)) { relay.counts.repliesOut >= 50 }
      child.signal(SIGINT)
      let outcome = try child.wait()
      #expect(outcome.status == 0, "\(outcome.stdout)")
      let lines = outcome.stdout.split(separator: "\n")
      for label in ["guest ", "path ", "queries ", "OK ", "offset ", "worst ", "delay ", "where "] {
        #expect(lines.contains { $0.hasPrefix(label) }, "\(label)")
      }
      let sent = try #require(try /queries  (\d+) sent, (\d+) good/.firstMatch(in: outcome.stdout))
      let count = try #require(Int(sent.1))
      #expect(count >= 50 && count == relay.counts.requestsIn)
    }
  }

  @Test(.needsRoot, .needs(.ip)) func `also while a name is looked up`() throws {
    try Network.with { hosts in
      let deaf = try hosts[1].inside { try UDPSocket(bind: SocketAddress(host: hosts[1].address4, port: 53)) }
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      try "nameserver \(hosts[1].address4)\n"
        .write(to: folder.appendingPathComponent("resolv.conf"), atomically: false, encoding: .utf8)
      let command = try Timeprobe.command(["--burst", "no-such.example", "-t", "50s"])
      let child = try Child(
        hosts[0].command(["sh", "-c", "mount --bind \"$0\" /etc && exec \"$@\"", folder.path] + command))
      try eventually("the resolver is asked", within: .seconds(20)) { deaf.receive(within: .zero) != nil }
      child.signal(SIGINT)
      #expect(try child.wait(.seconds(10)).status == 3)
    }
  }
}
