import Foundation
import Testing

/// A reply that is wrong in one way never becomes a sample, and is counted under its check's name.
@Suite(.needsTimeprobe) struct RejectedReplyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let check: String
    let fault: Fault
    /// The server's own statement ends a query; for the rest a better reply may still come.
    var endsQuery = false
    /// Its form is so wrong that it is no query's: the query ends by timeout.
    var isStray = false
  }

  static let cases: [Case] = [
    Case(testDescription: "leap 3", check: "unsynchronized", fault: .rewrite(.leap(3)), endsQuery: true),
    Case(
      testDescription: "stratum 16", check: "unsynchronized", fault: .rewrite(.stratum(16)), endsQuery: true),
    Case(
      testDescription: "an unknown kiss", check: "kiss", fault: .rewrite(.stratum(0), .refid("XYZW")),
      endsQuery: true),
    Case(testDescription: "T2 zero", check: "bad-times", fault: .rewrite(.receive(0))),
    Case(testDescription: "T3 zero", check: "bad-times", fault: .rewrite(.transmit(0))),
    Case(testDescription: "T3 before T2", check: "bad-times", fault: shiftReceive(by: 1 << 32)),
    Case(testDescription: "held for ten seconds", check: "bad-delay", fault: shiftReceive(by: -10 << 32)),
    Case(
      testDescription: "root dispersion 16 s", check: "bad-root", fault: .rewrite(.rootDispersion(16 << 16))),
    Case(testDescription: "root delay 65536 s", check: "bad-root", fault: .rewrite(.rootDelay(.max))),
    Case(testDescription: "another origin", check: "bad-origin", fault: .rewrite(.origin(1)), isStray: true),
    Case(testDescription: "version 3", check: "bad-version", fault: .rewrite(.version(3)), isStray: true),
    Case(testDescription: "mode 5", check: "bad-mode", fault: .rewrite(.mode(5)), isStray: true),
    Case(testDescription: "47 bytes", check: "short", fault: .truncate(.toClient, to: 47), isStray: true),
    Case(testDescription: "no bytes", check: "short", fault: .truncate(.toClient, to: 0), isStray: true),
    Case(testDescription: "4000 bytes", check: "long", fault: append(3952), isStray: true),
    Case(testDescription: "five bytes too many", check: "bad-trailer", fault: append(5), isStray: true),
    Case(
      testDescription: "corrupted mode bits", check: "bad-mode", fault: .corrupt(.toClient, byte: 0, mask: 3),
      isStray: true),
  ]

  private static func shiftReceive(by ticks: Int64) -> Fault {
    .each(.toClient) { delivery, _ in
      guard let reply = RawPacket(delivery.bytes) else { return }
      HeaderField.receive(reply.receive &+ UInt64(bitPattern: ticks)).write(&delivery.bytes)
    }
  }

  private static func append(_ count: Int) -> Fault {
    .each(.toClient) { delivery, _ in delivery.bytes += [UInt8](repeating: 0xaa, count: count) }
  }

  @Test(arguments: cases) func `each is counted under its name`(example: Case) throws {
    let serve = try Serve()
    let relay = try Relay(to: serve.target, faults: [example.fault])
    defer { relay.stop() }
    let options = ["-n", "10", "-i", "2ms", "-t", "200ms"]
    let report = try Burst.report(["\(relay.address)"], options)
    let reference = try #require(report.array("references")?.first)
    #expect(report.int("exit") == 3)
    #expect(reference.object("queries")?.int("good") == 0)
    #expect(reference.object("queries")?.int("sent") == 10)
    #expect(reference.object("checks")?.fields as? [String: Int] == [example.check: 10])

    let burst = try Burst.run(["\(relay.address)"], options)
    burst.expectComplete(sent: 10)
    #expect(burst.samples.isEmpty)
    #expect(Set(burst.reasons) == [example.isStray ? "timeout" : "rejected"])
    if !example.isStray {
      #expect(
        burst.losses.allSatisfy { $0.object("rejected")?.fields as? [String: Int] == [example.check: 1] })
    }
    let waited = burst.losses.compactMap { $0.int("waited_ns") }
    #expect(waited.allSatisfy { ($0 < 200_000_000) == example.endsQuery })
    if !example.isStray { try burst.expectSchema() }
  }

  @Test(.needs(.chronyd)) func `a real server that is not synchronised`() throws {
    let server = try ChronyServer(.unsynchronised)
    defer { server.stop() }
    let run = try Timeprobe.run(["--burst", "\(server.address)", "-n", "10", "-i", "2ms"])
    #expect(run.status == 3)
    #expect(run.stdout.contains("10 sent, 0 good, 10 rejected (10 unsynchronized)"))
    #expect(run.stdout.contains("\nUNKNOWN  no usable reply: the reference is not synchronized"))
  }

  /// A check that fails once costs that query its first reply and no more.
  @Test func `a good reply after a bad one is a sample`() throws {
    let serve = try Serve()
    let relay = try Relay(
      to: serve.target, faults: [.duplicate(.toClient, after: .milliseconds(2)), Self.firstHasNoTime()])
    defer { relay.stop() }
    try Burst.run(["\(relay.address)"]).expectAnswered()
    let reference = try #require(try Burst.report(["\(relay.address)"]).array("references")?.first)
    #expect(reference.object("queries")?.int("good") == 50)
    #expect(reference.object("checks")?.fields as? [String: Int] == ["bad-times": 50])
  }

  private static func firstHasNoTime() -> Fault {
    Fault { packet, deliveries, _ in
      guard packet.direction == .toClient, var first = deliveries.first else { return deliveries }
      HeaderField.transmit(0).write(&first.bytes)
      return [first] + deliveries.dropFirst()
    }
  }
}
