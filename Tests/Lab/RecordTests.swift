import Foundation
import Testing

/// Asks every server for every kind of reply that the parser's tests hold recorded, and checks that each is
/// still of that kind. With TIMEPROBE_RECORD=1 it writes the recordings anew; `swift format` them afterwards.
@Suite(.serialized, .needsRoot, .needs(.ip, .setpriv, .chronyd, .ntpsec, .openntpd, .stillclock))
struct RecordTests {
  private let keys = [
    SymmetricKey(id: 1, hash: .md5, secret: "labsecretmd5"),
    SymmetricKey(id: 2, hash: .sha1, secret: "labsecretsha1"),
  ]

  @Test func `the servers' replies are as recorded`() throws {
    var recordings = try Network.with { try chrony($0) }
    recordings += try Network.with { try chronyAsClient($0) }
    recordings += try Network.with { try ntpsec($0) }
    recordings += try Network.with { try openNTPD($0) }
    #expect(recordings.allSatisfy { $0.reply.mode == 4 })
    #expect(Set(recordings.map(\.name)).count == recordings.count)
    if ProcessInfo.processInfo.environment["TIMEPROBE_RECORD"] == "1" {
      let file = Tool.packageRoot.appendingPathComponent("Tests/ProbeTests/Wire/RecordedPackets.swift")
      try RecordedSource.text(recordings).write(to: file, atomically: true, encoding: .utf8)
    }
  }

  private func chrony(_ hosts: [Namespace]) throws -> [Recording] {
    let source = try Tool.chronyd.release()
    var made: [Recording] = []
    func ask(_ name: String, _ server: any Server, _ request: [UInt8] = RawQuery.request()) throws
      -> RawPacket
    {
      let recording = try record("chrony \(name)", source, server, from: hosts[0], request)
      made.append(recording)
      return recording.reply
    }

    let local = try ChronyServer(in: hosts[1], keys: keys)
    let first = try ask("local", local)
    #expect(first.stratum == 1 && first.refid == [127, 127, 1, 1] && first.leap == 0)
    let version3 = try ask("version 3", local, [0x1b] + RawQuery.request().dropFirst())
    #expect(version3.version == 3)
    for key in keys {
      let request = RawQuery.request()
      let reply = try ask("\(key.hash.rawValue) MAC", local, request + key.mac(of: request))
      #expect(try reply.trailer == key.mac(of: Array(reply.bytes[..<48])))
    }
    // chrony's own experimental field F323, length 28, magic F5BEDD9A (ntp.h): it answers it with its values.
    let field: [UInt8] = [0xf3, 0x23, 0, 28, 0xf5, 0xbe, 0xdd, 0x9a] + [UInt8](repeating: 0, count: 20)
    #expect(try ask("extension field", local, RawQuery.request(trailer: field)).trailer.count == 28)
    made.append(try interleaved(local, from: hosts[0], source))
    local.stop()

    let gps = try ChronyServer(.gps, in: hosts[1])
    let reply = try ask("GPS", gps)
    #expect(reply.stratum == 1 && reply.refidText == "GPS\0" && reply.leap == 0)
    gps.stop()

    let lost = try ChronyServer(.unsynchronised, in: hosts[1])
    let unsynchronised = try ask("unsynchronised", lost)
    #expect(unsynchronised.stratum == 0 && unsynchronised.leap == 3)
    lost.stop()
    return made
  }

  /// The second exchange of a pair: its reply carries the departure of the first as transmit time, and the
  /// request's receive time as origin (draft-ietf-ntp-interleaved-modes).
  private func interleaved(_ server: any Server, from client: Namespace, _ source: String) throws -> Recording
  {
    let socket = try RawQuery.open(to: server.address, inside: client)
    // chronyd keeps times for those clients only that seem to want them: an origin that is not 0.
    var opening = RawQuery.request()
    HeaderField.origin(1).write(&opening)
    let first = try #require(RawQuery.ask(over: socket, request: opening))
    var request = RawQuery.request()
    let received = first.transmit &+ 1 << 16
    HeaderField.origin(first.receive).write(&request)
    HeaderField.receive(received).write(&request)
    #expect(socket.send(request))
    let reply = try #require(socket.receive(within: .seconds(1)).flatMap(RawPacket.init))
    #expect(reply.origin == received)
    // The server's kernel knows the departure a little later than the daemon had to write it.
    #expect(reply.transmit > first.transmit && reply.transmit &- first.transmit < 1 << 32)
    return Recording(name: "chrony interleaved", source: source, request: request, reply: reply)
  }

  /// What a real client asks, for the tests of the embedded reference; seen by a relay on the way.
  private func chronyAsClient(_ hosts: [Namespace]) throws -> [Recording] {
    let server = try ChronyServer(in: hosts[1])
    let relay = try Relay(to: server.address, in: hosts[0])
    let line = "server 127.0.0.1 port \(relay.address.port) minpoll -3 maxpoll -3 xleave"
    let client = try ChronyServer(.unsynchronised, in: hosts[0], directives: [line])
    defer {
      client.stop()
      relay.stop()
      server.stop()
    }
    func replies() -> [Relay.Packet] { relay.packets.filter { $0.direction == .toClient } }
    try eventually("three replies to chronyd: \(client.log)", within: .seconds(20)) { replies().count >= 3 }
    let source = try Tool.chronyd.release()
    return try replies().prefix(3).map { packet in
      let reply = try #require(RawPacket(packet.bytes))
      #expect(packet.request[0] & 7 == 3)
      return Recording(
        name: "chronyd asks \(packet.number)", source: source, request: packet.request, reply: reply)
    }
  }

  private func ntpsec(_ hosts: [Namespace]) throws -> [Recording] {
    let source = try Tool.ntpsec.release()
    var made: [Recording] = []
    let server = try NTPsecServer(in: hosts[1], keys: keys)
    let plain = try record("NTPsec local", source, server, from: hosts[0])
    #expect(plain.reply.stratum == 4 && plain.reply.leap == 0)
    made.append(plain)
    for key in keys {
      let request = RawQuery.request()
      let signed = try key.mac(of: request)
      let recording = try record(
        "NTPsec \(key.hash.rawValue) MAC", source, server, from: hosts[0], request + signed)
      #expect(try recording.reply.trailer == key.mac(of: Array(recording.reply.bytes[..<48])))
      made.append(recording)
    }
    server.stop()

    let strict = try NTPsecServer(in: hosts[1], isSynchronised: false, kisses: true)
    let lost = try record("NTPsec unsynchronised", source, strict, from: hosts[0])
    #expect(lost.reply.stratum == 0 && lost.reply.leap == 3 && lost.reply.refidText == "INIT")
    made.append(lost)
    let kiss = try eventuallyValue(within: .seconds(10), every: .zero) {
      let recording = try? record("NTPsec RATE", source, strict, from: hosts[0])
      return recording?.reply.refidText == "RATE" ? recording : nil
    }
    made.append(try #require(kiss))
    strict.stop()
    return made
  }

  private func openNTPD(_ hosts: [Namespace]) throws -> [Recording] {
    let source = try Tool.openntpd.release()
    let chrony = try ChronyServer(in: hosts[0])
    defer { chrony.stop() }
    return try [true, false].map { isSynchronised in
      let server = try OpenNTPDServer(
        in: hosts[1], upstream: chrony.address.host, isSynchronised: isSynchronised)
      defer { server.stop() }
      let name = isSynchronised ? "OpenNTPD synchronised" : "OpenNTPD unsynchronised"
      let recording = try record(name, source, server, from: hosts[0])
      #expect(recording.reply.leap == (isSynchronised ? 0 : 3))
      return recording
    }
  }

  private func record(
    _ name: String, _ source: String, _ server: any Server, from client: Namespace,
    _ request: [UInt8] = RawQuery.request()
  ) throws -> Recording {
    let reply = try RawQuery.ask(server.address, inside: client, request: request)
    guard let reply else { throw LabFailure("\(name): no reply; \(server.log)") }
    return Recording(name: name, source: source, request: request, reply: reply)
  }
}
