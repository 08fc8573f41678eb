import Foundation
import Testing

/// An attacker who cannot stop the true replies changes no result.
@Suite(.needsTimeprobe) struct HostileReplyTests {
  /// That the very numbers are the same, the simulation holds: here two runs are never alike.
  /// 40 forgeries to each of 50 queries: before, with and after the true reply. More would push the true ones
  /// out of a socket's buffer where the machine is busy, which is another test.
  @Test func `a flood of hostile replies changes no result`() throws {
    let serve = try Serve()
    let relay = try Relay(to: serve.target)
    defer { relay.stop() }
    let options = ["-n", "50", "-i", "5ms", "-c", "100ms"]
    let quiet = try Burst.run(["\(relay.address)"], options)
    let old = try #require(relay.packets.last { $0.direction == .toClient }).bytes
    let forgeries: [Forgery] = [
      .wrongOrigin, .noise, .otherPort, .replay(of: old), .kiss("DENY", origin: 1), .kiss("RATE", origin: 2),
      .kiss("RSTR", origin: 3), .replay(of: []),
    ]
    relay.setFaults(forgeries.map { .flood($0, count: 5, every: .microseconds(100)) })
    let flooded = try Burst.run(["\(relay.address)"], options)
    for burst in [quiet, flooded] {
      burst.expectAnswered()
      burst.expectTruth()
      #expect(burst.status == 0)
      #expect(burst.samples.allSatisfy { $0.string("refid") == "LOCL" })
    }

    let reference = try #require(try Burst.report(["\(relay.address)"], options).array("references")?.first)
    #expect(reference.object("queries")?.int("good") == 50)
    #expect(reference.string("slow") == nil)
    let checks = try #require(reference.object("checks"))
    #expect(try #require(checks.int("bad-origin")) > 500)
    #expect(try #require(checks.int("short")) > 100)
  }

  /// Right in every field but for the port: the kernel keeps it from a connected socket.
  @Test func `a forged reply from another port is never seen`() throws {
    let serve = try Serve()
    let relay = try Relay(
      to: serve.target, faults: [.spoof(.otherPort), .delay(.toServer, by: .milliseconds(2))])
    defer { relay.stop() }
    let burst = try Burst.run(["\(relay.address)"])
    burst.expectAnswered()
    burst.expectTruth()
    let reference = try #require(try Burst.report(["\(relay.address)"]).array("references")?.first)
    #expect(reference.object("checks") == nil)
  }

  @Test func `the previous reply, sent again, is a duplicate`() throws {
    let serve = try Serve()
    let relay = try Relay(to: serve.target, faults: [.replayPrevious()])
    defer { relay.stop() }
    let reference = try #require(try Burst.report(["\(relay.address)"]).array("references")?.first)
    #expect(reference.object("queries")?.int("good") == 50)
    #expect(reference.object("checks")?.fields.keys.sorted() == ["duplicate"])
    let burst = try Burst.run(["\(relay.address)"])
    burst.expectAnswered()
    burst.expectTruth()
  }

  /// An observer who can read the queries still learns nothing of this machine's clock, and cannot guess the
  /// next one.
  @Test func `queries carry random numbers and nothing else`() throws {
    let serve = try Serve()
    let relay = try Relay(to: serve.target)
    defer { relay.stop() }
    try Burst.run(["\(relay.address)"]).expectAnswered()
    let queries = relay.packets.filter { $0.direction == .toServer }.map(\.bytes)
    #expect(queries.count == 50)
    for query in queries {
      #expect(query.count == 48 && query[0] == 0x23)
      #expect(query[1..<40].allSatisfy { $0 == 0 })
    }
    let cookies = queries.compactMap(RawPacket.init).map(\.transmit)
    #expect(Set(cookies).count == 50)
    // Of 3200 random bits half are set, within eight standard deviations.
    #expect(abs(cookies.reduce(0) { $0 + $1.nonzeroBitCount } - 1600) < 8 * 28)
  }
}
