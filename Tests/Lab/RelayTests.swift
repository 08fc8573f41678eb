import Foundation
import Testing

/// A relay on loopback before a real server; no namespace, no right needed.
@Suite(.serialized, .needs(.chronyd)) struct RelayTests {
  let server: ChronyServer

  init() throws { server = try ChronyServer() }

  private func relay(_ faults: Fault..., seed: UInt64 = 1) throws -> Relay {
    try Relay(to: server.address, faults: faults, seed: seed)
  }

  private func reply(over relay: Relay, timeout: Duration = .milliseconds(500)) throws -> RawPacket? {
    try RawQuery.ask(relay.address, timeout: timeout)
  }

  /// All that comes within `window` after one request.
  private func allReplies(over relay: Relay, within window: Duration) throws -> [[UInt8]] {
    let socket = try UDPSocket(connect: relay.address)
    #expect(socket.send(RawQuery.request()))
    return receive(socket, within: window)
  }

  private func receive(_ socket: UDPSocket, within window: Duration) -> [[UInt8]] {
    let end = monotonicNanoseconds() + window.nanoseconds
    var received: [[UInt8]] = []
    while let bytes = socket.receive(within: .nanoseconds(max(0, end - monotonicNanoseconds()))) {
      received.append(bytes)
    }
    return received
  }

  /// Nanoseconds from the request to its reply.
  private func roundTrip(over relay: Relay) throws -> Int64 {
    let socket = try UDPSocket(connect: relay.address)
    let start = monotonicNanoseconds()
    _ = try #require(RawQuery.ask(over: socket))
    return monotonicNanoseconds() - start
  }

  @Test func `without faults it passes on what it gets`() throws {
    let relay = try relay()
    defer { relay.stop() }
    let reply = try #require(try reply(over: relay))
    #expect(reply.stratum == 1 && reply.mode == 4)
    #expect(relay.counts == Relay.Counts(requestsIn: 1, requestsOut: 1, repliesIn: 1, repliesOut: 1))
    #expect(relay.packets.last?.bytes == reply.bytes)
  }

  @Test func `it works over IPv6`() throws {
    let relay = try Relay(to: server.address6, listen: "::1")
    defer { relay.stop() }
    #expect(try reply(over: relay)?.stratum == 1)
  }

  @Test func `a delay holds in its own direction`() throws {
    for direction in [Relay.Direction.toServer, .toClient] {
      let relay = try relay(.delay(direction, by: .milliseconds(40)))
      defer { relay.stop() }
      #expect(try roundTrip(over: relay) >= 40_000_000)
      // The server stood between the two: its receive time tells on which side the delay was.
      let packets = relay.packets
      let reply = try #require(RawPacket(packets[1].bytes))
      let request = try #require(RawPacket(packets[0].bytes))
      let out = Double(reply.receive &- request.transmit) / 4_294_967_296
      #expect((out > 0.039) == (direction == .toServer))
    }
  }

  @Test func `jitter is the same for the same seed`() throws {
    func delays(_ seed: UInt64) -> [Duration] {
      var random = SplitMix64(seed: seed)
      let packet = Relay.Packet(direction: .toClient, number: 1, bytes: [], request: [], arrival: 0)
      let delivery = Relay.Delivery(bytes: [], direction: .toClient)
      let fault = Fault.jitter(.toClient, upTo: .milliseconds(10))
      return (1...20).flatMap { _ in fault.apply(packet, [delivery], &random).map(\.delay) }
    }
    #expect(delays(7) == delays(7))
    #expect(delays(7) != delays(8))
    #expect(delays(7).allSatisfy { $0 >= .zero && $0 <= .milliseconds(10) })
  }

  @Test func `every third packet is dropped`() throws {
    let relay = try relay(.drop(.toServer, every: 3))
    defer { relay.stop() }
    let answered = try (1...6).map { _ in try reply(over: relay, timeout: .milliseconds(400)) != nil }
    #expect(answered == [true, true, false, true, true, false])
  }

  @Test func `all replies are dropped, until the faults change`() throws {
    let relay = try relay(.dropAll(.toClient))
    defer { relay.stop() }
    #expect(try reply(over: relay, timeout: .milliseconds(100)) == nil)
    #expect(relay.counts.repliesIn == 1 && relay.counts.repliesOut == 0)
    relay.setFaults([])
    #expect(try reply(over: relay) != nil)
  }

  @Test func `a duplicate is the same bytes again`() throws {
    let relay = try relay(.duplicate(.toClient, after: .milliseconds(5)))
    defer { relay.stop() }
    let replies = try allReplies(over: relay, within: .milliseconds(250))
    #expect(replies.count == 2)
    #expect(replies.first == replies.last)
  }

  @Test func `a held packet comes after the next one`() throws {
    let relay = try relay(Fault.delay(.toClient, by: .milliseconds(50)).only { $0 == 1 })
    defer { relay.stop() }
    let socket = try UDPSocket(connect: relay.address)
    let requests = [RawQuery.request(), RawQuery.request()]
    for request in requests { #expect(socket.send(request)) }
    let origins = receive(socket, within: .milliseconds(300)).map { Array($0[24..<32]) }
    #expect(origins == [Array(requests[1][40..<48]), Array(requests[0][40..<48])])
  }

  @Test func `bytes are corrupted, replies truncated`() throws {
    let corrupting = try relay(.corrupt(.toClient, byte: 1, mask: 0x80))
    defer { corrupting.stop() }
    #expect(try reply(over: corrupting)?.stratum == 0x81)
    let truncating = try relay(.truncate(.toClient, to: 47))
    defer { truncating.stop() }
    #expect(try allReplies(over: truncating, within: .milliseconds(250)).map(\.count) == [47])
  }

  @Test func `header fields are rewritten`() throws {
    let relay = try relay(.rewrite(.leap(1), .stratum(0), .refid("DENY"), .rootDelay(5), .shift(1 << 32)))
    defer { relay.stop() }
    let reply = try #require(try reply(over: relay))
    #expect(reply.leap == 1 && reply.stratum == 0 && reply.refidText == "DENY" && reply.rootDelay == 5)
    #expect(abs(reply.offset - 1) < 0.1)
  }

  @Test func `a forged reply with a wrong origin comes before the true one`() throws {
    let relay = try relay(.spoof(.wrongOrigin), .delay(.toServer, by: .milliseconds(10)))
    defer { relay.stop() }
    let replies = try allReplies(over: relay, within: .milliseconds(250)).compactMap(RawPacket.init)
    #expect(replies.count == 2)
    #expect(replies.map(\.refidText).first == "EVIL")
    #expect(replies.first?.origin != replies.last?.origin)
  }

  @Test func `a connected socket never sees a reply from another port`() throws {
    let relay = try relay(.spoof(.otherPort))
    defer { relay.stop() }
    #expect(try allReplies(over: relay, within: .milliseconds(250)).count == 1)
    #expect(relay.counts.repliesOut == 2)
  }

  @Test func `the previous reply is replayed`() throws {
    let relay = try relay(.replayPrevious())
    defer { relay.stop() }
    let socket = try UDPSocket(connect: relay.address)
    let first = try #require(RawQuery.ask(over: socket))
    #expect(socket.send(RawQuery.request()))
    let second = receive(socket, within: .milliseconds(250))
    #expect(second.count == 2 && second.last == first.bytes)
  }

  @Test func `a forged kiss has the request's origin`() throws {
    let relay = try relay(.spoof(.kiss("RATE")), .dropAll(.toServer))
    defer { relay.stop() }
    let reply = try #require(try reply(over: relay))
    #expect(reply.refidText == "RATE" && reply.stratum == 0)
    #expect(relay.counts.requestsOut == 0)
  }

  @Test func `a flood ends by itself`() throws {
    let relay = try relay(Fault.flood(.wrongOrigin, count: 200, every: .milliseconds(1)).only { $0 == 1 })
    defer { relay.stop() }
    let socket = try UDPSocket(connect: relay.address)
    #expect(socket.send(RawQuery.request()))
    #expect(receive(socket, within: .seconds(1)).count == 201)
    #expect(try reply(over: relay) != nil)
    #expect(relay.counts.repliesOut == 202)
  }

  @Test(.needsRoot, .needs(.ip)) func `it works inside a namespace`() throws {
    try Network.with { hosts in
      let server = try ChronyServer(in: hosts[1])
      defer { server.stop() }
      let relay = try Relay(to: server.address, in: hosts[0])
      defer { relay.stop() }
      #expect(try RawQuery.ask(relay.address, inside: hosts[0])?.stratum == 1)
    }
  }
}
