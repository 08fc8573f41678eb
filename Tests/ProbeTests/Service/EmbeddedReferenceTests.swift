import Testing

@testable import Probe

/// The embedded reference in a thread of its own, asked by a plain socket.
@Suite struct EmbeddedReferenceTests {
  private func start(_ settings: ServeSettings = ServeSettings()) throws -> (EmbeddedReference, Endpoint) {
    let local = Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 0)
    let reference = try EmbeddedReference(settings, on: local)
    let endpoint = try #require(try reference.localEndpoint())
    try Thread.start(reference)
    return (reference, endpoint)
  }

  private func ask(_ query: [UInt8], _ endpoint: Endpoint) throws -> [UInt8] {
    let client = try PlainSocket()
    client.send(query, to: endpoint)
    return try #require(client.receive())
  }

  @Test(arguments: [3, 4] as [UInt8])
  func aReplySaysWhatWasSet(_ version: UInt8) throws {
    var settings = ServeSettings()
    settings.stratum = 2
    settings.referenceID = 0x4750_5300
    let (reference, endpoint) = try start(settings)
    defer { reference.end() }
    let before = LocalReading.now()
    var query = NTPPacket.query(cookie: Scene.cookie(7), version: version)
    query.poll = 6
    let bytes = try ask(query.written, endpoint)
    let after = LocalReading.now()
    #expect(bytes.count == 48)
    let reply = try #require(NTPPacket(bytes))
    #expect(reply.version == version && reply.mode == NTPPacket.Mode.server && reply.leap == 0)
    #expect(reply.stratum == 2 && reply.referenceID == ReferenceID(ascii: "GPS") && reply.poll == 6)
    #expect(reply.originTime == Scene.cookie(7))
    #expect(PacketCheck.server(reply) == nil)

    // T1 <= T2 <= T3 <= T4 on one clock, to the nanosecond that a fraction of 2^-32 s costs.
    let arrival: Instant<Realtime> = reply.receiveTime.instant(near: before.realtime)
    let departure: Instant<Realtime> = reply.transmitTime.instant(near: before.realtime)
    let slack = before.bracket + after.bracket + Nanoseconds(1)
    #expect(before.realtime <= arrival + slack && departure <= after.realtime + slack)
    #expect(reply.receiveTime.bits <= reply.transmitTime.bits)
    #expect((-30...0).contains(reply.precision.exponent))
  }

  @Test func shiftIsSeenByAClient() throws {
    var settings = ServeSettings()
    settings.shift = .seconds(100)
    settings.base = .raw
    let (reference, endpoint) = try start(settings)
    defer { reference.end() }
    let before = LocalReading.now().realtime
    let reply = try #require(NTPPacket(try ask(Scene.sent(7), endpoint)))
    let told: Instant<Realtime> = reply.receiveTime.instant(near: before)
    #expect((told - before - .seconds(100)).magnitude < .seconds(50))
  }

  /// What is no client's query gets no answer; the next one does.
  @Test func onlyQueriesAreAnswered() throws {
    let (reference, endpoint) = try start()
    defer { reference.end() }
    let client = try PlainSocket()
    client.send([], to: endpoint)
    client.send([UInt8](repeating: 0x23, count: 47), to: endpoint)
    for mode: UInt8 in 0...7 where mode != NTPPacket.Mode.client {
      var packet = NTPPacket.query(cookie: Scene.cookie(1))
      packet.mode = mode
      client.send(packet.written, to: endpoint)
    }
    for version: UInt8 in [0, 1, 2, 5, 6, 7] {
      client.send(NTPPacket.query(cookie: Scene.cookie(2), version: version).written, to: endpoint)
    }
    // Longer than any query: what follows the header asks for nothing.
    client.send(Scene.sent(3) + [UInt8](repeating: 0xff, count: 1400), to: endpoint)
    let reply = try #require(client.receive())
    #expect(reply.count == 48)
    #expect(NTPPacket(reply.span)?.originTime == Scene.cookie(3))
  }

  @Test func itEndsWhenToldTo() throws {
    let reference = try EmbeddedReference(
      ServeSettings(), on: Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 0))
    reference.run(until: LocalReading.now().raw)
    reference.end()
    reference.run()
    #expect(reference.answered == 0 && reference.ignored == 0)
  }
}
