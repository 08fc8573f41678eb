import Foundation
import Testing

/// Kiss codes are obeyed at once, after the origin check and not before.
@Suite(.needsTimeprobe) struct KissTests {
  /// Slow enough that the kiss is there before the next query is due.
  private let options = ["-i", "50ms", "-d", "1s", "-c", "100ms"]

  private func kiss(_ code: String, from number: Int) -> Fault {
    Fault.rewrite(.leap(3), .stratum(0), .refid(code)).only { $0 >= number }
  }

  @Test(arguments: ["DENY", "RSTR"]) func `who is denied asks no more`(code: String) throws {
    let serve = try Serve()
    let relay = try Relay(to: serve.target, faults: [kiss(code, from: 4)])
    defer { relay.stop() }
    let burst = try Burst.run(["\(relay.address)"], options)
    burst.expectComplete(sent: 4)
    #expect(burst.reasons == ["denied"])
    #expect(relay.counts.requestsIn == 4)
    try burst.expectSchema()
    let relay2 = try Relay(to: serve.target, faults: [kiss(code, from: 1)])
    defer { relay2.stop() }
    let run = try Timeprobe.run(["--burst", "\(relay2.address)"] + options)
    #expect(relay2.counts.requestsIn == 1)
    #expect(run.status == 3)
    #expect(run.stdout.contains("1 sent, 0 good, 1 rejected"))
    #expect(run.stdout.contains("\nUNKNOWN  ") && run.stdout.contains("DENY or RSTR"))
  }

  @Test func `who is told to slow down does so at once, and more so at each further kiss`() throws {
    let serve = try Serve()
    let relay = try Relay(to: serve.target, faults: [kiss("RATE", from: 4)])
    defer { relay.stop() }
    let burst = try Burst.run(["\(relay.address)"], ["-i", "50ms", "-d", "2500ms", "-c", "100ms"])
    burst.expectComplete(sent: 5)
    #expect(burst.reasons == ["rate-limited", "rate-limited"])
    let asked = relay.packets.filter { $0.direction == .toServer }.map(\.arrival)
    #expect(asked.count == 5)
    #expect(asked[4] - asked[3] >= 2_000_000_000)
    try burst.expectSchema()
  }

  @Test func `a kiss from who does not know the query is nothing`() throws {
    let serve = try Serve()
    let codes = ["RATE", "DENY", "RSTR"]
    let faults = codes.map { Fault.spoof(.kiss($0, origin: 0x1234)) }
    let relay = try Relay(to: serve.target, faults: faults + [.delay(.toServer, by: .milliseconds(2))])
    defer { relay.stop() }
    try Burst.run(["\(relay.address)"]).expectAnswered()
    let reference = try #require(try Burst.report(["\(relay.address)"]).array("references")?.first)
    #expect(reference.object("queries")?.int("good") == 50)
    #expect(reference.object("checks")?.fields as? [String: Int] == ["bad-origin": 150])
    #expect(reference.string("slow") == nil)
  }

  /// It kisses who asks more than once in two seconds.
  @Test(.needsRoot, .needs(.ip, .setpriv, .ntpsec)) func `NTPsec's kiss is obeyed`() throws {
    try Network.with { hosts in
      let server = try NTPsecServer(in: hosts[1], isSynchronised: false, kisses: true)
      defer { server.stop() }
      let relay = try Relay(to: server.address, in: hosts[0])
      defer { relay.stop() }
      let arguments = ["-i", "50ms", "-d", "2s", "-t", "500ms", "-c", "100ms"]
      let burst = try Burst.run(["\(relay.address)"], arguments, inside: hosts[0])
      burst.expectComplete()
      burst.expectTruth()
      let kiss = try #require(
        relay.packets.first { $0.direction == .toClient && RawPacket($0.bytes)?.refidText == "RATE" })
      #expect(burst.reasons.contains("rate-limited"))
      // 30 ms for the kiss to be read: the next query was due 50 ms after the one that was kissed.
      let after = relay.packets.filter { $0.direction == .toServer && $0.arrival > kiss.arrival + 30_000_000 }
      #expect(after.isEmpty)
    }
  }
}
