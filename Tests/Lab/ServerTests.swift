import Foundation
import Testing

/// Each server starts and says what its type promises, seen from another host; and none of them has touched
/// the machine's clock.
@Suite(.serialized, .needsRoot, .needs(.ip, .setpriv)) struct ServerTests {
  @Test(.needs(.chronyd)) func `chrony, local stratum 1`() throws {
    try Network.with { hosts in
      let server = try ChronyServer(in: hosts[1])
      defer { server.stop() }
      let reply = try #require(try RawQuery.ask(server.address, inside: hosts[0]))
      expectServerReply(reply, stratum: 1, refid: [127, 127, 1, 1])
      let reply6 = try #require(try RawQuery.ask(server.address6, inside: hosts[0]))
      expectServerReply(reply6, stratum: 1, refid: [127, 127, 1, 1])
    }
  }

  @Test(.needs(.chronyd)) func `chrony, GPS stratum 1`() throws {
    try Network.with { hosts in
      let server = try ChronyServer(.gps, in: hosts[1])
      defer { server.stop() }
      let reply = try #require(try RawQuery.ask(server.address, inside: hosts[0]))
      expectServerReply(reply, stratum: 1, refid: Array("GPS\0".utf8))
      #expect(abs(reply.offset) < 0.001)
    }
    #expect(try ownSegments() == 0)
  }

  @Test(.needs(.chronyd)) func `chrony, unsynchronised`() throws {
    try Network.with { hosts in
      let server = try ChronyServer(.unsynchronised, in: hosts[1])
      defer { server.stop() }
      let reply = try #require(try RawQuery.ask(server.address, inside: hosts[0]))
      #expect(reply.leap == 3 && reply.stratum == 0 && reply.mode == 4)
    }
  }

  @Test(.needs(.chronyd)) func `chrony with a rate limit leaves queries unanswered`() throws {
    try Network.with { hosts in
      let server = try ChronyServer(in: hosts[1], rateLimit: "interval 1 burst 4 leak 4")
      defer { server.stop() }
      let socket = try RawQuery.open(to: server.address, inside: hosts[0])
      let replies = (1...30).compactMap { _ in RawQuery.ask(over: socket, timeout: .milliseconds(20)) }
      #expect(!replies.isEmpty && replies.count < 25)
      #expect(replies.allSatisfy { $0.stratum == 1 })
    }
  }

  @Test(.needs(.ntpsec)) func `NTPsec, synchronised`() throws {
    try Network.with { hosts in
      let server = try NTPsecServer(in: hosts[1])
      defer { server.stop() }
      let reply = try #require(try RawQuery.ask(server.address, inside: hosts[0]))
      expectServerReply(reply, stratum: 4, refid: [127, 127, 1, 0])
      #expect(try RawQuery.ask(server.address6, inside: hosts[0])?.stratum == 4)
    }
  }

  @Test(.needs(.ntpsec)) func `NTPsec sends RATE kisses`() throws {
    try Network.with { hosts in
      let server = try NTPsecServer(in: hosts[1], isSynchronised: false, kisses: true)
      defer { server.stop() }
      let socket = try RawQuery.open(to: server.address, inside: hosts[0])
      let kiss = try eventuallyValue(within: .seconds(10), every: .zero) {
        RawQuery.ask(over: socket, timeout: .milliseconds(50)).flatMap { $0.refidText == "RATE" ? $0 : nil }
      }
      let reply = try #require(kiss)
      #expect(reply.stratum == 0 && reply.leap == 3 && reply.mode == 4)
    }
  }

  @Test(.needs(.ntpsec, .chronyd)) func `NTPsec writes rawstats of the server that it polls`() throws {
    try Network.with { hosts in
      let chrony = try ChronyServer(in: hosts[1])
      defer { chrony.stop() }
      let client = try NTPsecServer(in: hosts[0], polls: chrony.address.host)
      defer { client.stop() }
      try eventually("two lines of rawstats: \(client.log)", within: .seconds(20)) {
        client.rawstats.split(separator: "\n").count >= 2
      }
      let words = try #require(client.rawstats.split(separator: "\n").first).split(separator: " ")
      #expect(words.count >= 8)
      // Remote address, local address; then T1 ... T4.
      #expect(words[2] == "10.77.0.2" && words[3] == "10.77.0.1")
    }
  }

  @Test(.needs(.openntpd, .chronyd, .stillclock)) func `OpenNTPD, synchronised`() throws {
    try Network.with { hosts in
      let chrony = try ChronyServer(in: hosts[0])
      defer { chrony.stop() }
      let server = try OpenNTPDServer(in: hosts[1], upstream: chrony.address.host)
      defer { server.stop() }
      let reply = try #require(try RawQuery.ask(server.address, inside: hosts[0]))
      expectServerReply(reply, stratum: 2, refid: [10, 77, 0, 1])
      #expect(try RawQuery.ask(server.address6, inside: hosts[0])?.stratum == 2)
    }
  }

  @Test(.needs(.openntpd)) func `OpenNTPD, unsynchronised`() throws {
    try Network.with { hosts in
      let server = try OpenNTPDServer(in: hosts[1], upstream: hosts[0].address4, isSynchronised: false)
      defer { server.stop() }
      let reply = try #require(try RawQuery.ask(server.address, inside: hosts[0]))
      #expect(reply.leap == 3 && reply.mode == 4)
    }
  }

  @Test(.needs(.chronyd)) func `a server that cannot start is an error with its log`() throws {
    try Network.with { hosts in
      _ = #expect(throws: LabFailure.self) {
        try ChronyServer(in: hosts[1], directives: ["no-such-directive"])
      }
    }
  }

  private func expectServerReply(_ reply: RawPacket, stratum: Int, refid: [UInt8]) {
    #expect(reply.mode == 4 && reply.version == 4 && reply.leap == 0)
    #expect(reply.stratum == stratum)
    #expect(reply.refid == refid)
    #expect(reply.transmit >= reply.receive)
  }

  /// Shared memory segments that this process made and that still have a key: fields key, shmid, perms, size,
  /// cpid.
  private func ownSegments() throws -> Int {
    try String(contentsOfFile: "/proc/sysvipc/shm", encoding: .utf8).split(separator: "\n").dropFirst().filter
    {
      let words = $0.split(whereSeparator: \.isWhitespace)
      return words.count > 4 && pid_t(words[4]) == getpid() && words[0] != "0"
    }.count
  }
}

extension RawPacket {
  /// Seconds by which the server's clock was ahead of this machine's when it sent this, less the way back:
  /// good to some 100 us in a namespace.
  var offset: Double {
    let now = nanoseconds(of: CLOCK_REALTIME) + RawQuery.secondsFrom1900To1970 * 1_000_000_000
    let seconds = Int64(transmit >> 32) - now / 1_000_000_000
    let fraction = Double(transmit & 0xffff_ffff) / 4_294_967_296 - Double(now % 1_000_000_000) / 1e9
    return Double(seconds) + fraction
  }
}
