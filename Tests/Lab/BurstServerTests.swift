import Foundation
import Testing

/// Against other people's servers, on one machine: the truth is 0.
@Suite(.needsRoot, .needs(.ip, .setpriv), .needsTimeprobe) struct BurstServerTests {
  private func expectGood(_ burst: Burst) throws {
    burst.expectAnswered()
    burst.expectTruth()
    #expect(burst.status == 0, "\(burst.stderr)")
    try burst.expectSchema()
  }

  @Test(.needs(.chronyd)) func `chrony over IPv4 and IPv6 at once`() throws {
    try Network.with { hosts in
      let server = try ChronyServer(in: hosts[1])
      defer { server.stop() }
      let burst = try Burst.run([server.address.host, server.address6.host], inside: hosts[0])
      try expectGood(burst)
      #expect(burst.samples.count == 100)
      #expect(burst.samples.allSatisfy { $0.int("stratum") == 1 && $0.int("leap") == 0 })
      let references = try #require(burst.all("hello").first?.array("references"))
      #expect(references.map { $0.string("source") } == [hosts[0].address4, hosts[0].address6])
      #expect(references.map { $0.string("interface") } == ["eth0", "eth0"])
      #expect(references.map { $0.int("mtu") } == [1500, 1500])
    }
  }

  @Test(.needs(.chronyd)) func `a GPS stratum 1 is called so in record and on screen`() throws {
    try Network.with { hosts in
      let server = try ChronyServer(.gps, in: hosts[1])
      defer { server.stop() }
      let burst = try Burst.run([server.address.host], inside: hosts[0])
      try expectGood(burst)
      #expect(burst.samples.allSatisfy { $0.string("refid") == "GPS" && $0.int("stratum") == 1 })
      let screen = try ClockTurn.measuring {
        try Timeprobe.run(["--burst", server.address.host] + Burst.quick, inside: hosts[0])
      }
      let heading = try #require(screen.stdout.split(separator: "\n").first)
      #expect(heading.contains(" -> \(server.address.host)  GPS, stratum 1, root distance "))
      #expect(heading.hasSuffix(", leap none"))
      #expect(screen.stdout.contains("kernel stamps both"))
      #expect(screen.stdout.contains("\nOK       within 100ms for 100 % of the time, proven\n"))
      #expect(screen.status == 0)
    }
  }

  /// NTPsec listens on every address: the link-local one needs its zone.
  @Test(.needs(.ntpsec)) func `NTPsec over IPv4, IPv6 and a link-local address with its zone`() throws {
    try Network.with { hosts in
      let server = try NTPsecServer(in: hosts[1])
      defer { server.stop() }
      let line = try hosts[1].run(["ip", "-6", "-o", "address", "show", "dev", "eth0", "scope", "link"])
      let words = line.stdout.split(whereSeparator: \.isWhitespace)
      let local = try #require(words.first { $0.hasPrefix("fe80::") }?.split(separator: "/").first)
      let zoned = "\(local)%eth0"
      let burst = try Burst.run([server.address.host, server.address6.host, zoned], inside: hosts[0])
      try expectGood(burst)
      #expect(burst.all("sample", of: zoned).count == 50)
      #expect(burst.samples.allSatisfy { $0.string("refid") == "127.127.1.0" })
      #expect(burst.all("hello").first?.array("references")?.last?.string("address") == zoned)
    }
  }

  @Test(.needs(.openntpd, .chronyd, .stillclock)) func `OpenNTPD over IPv4 and IPv6`() throws {
    try Network.with { hosts in
      let upstream = try ChronyServer(in: hosts[0])
      defer { upstream.stop() }
      let server = try OpenNTPDServer(in: hosts[1], upstream: upstream.address.host)
      defer { server.stop() }
      let burst = try Burst.run([server.address.host, server.address6.host], inside: hosts[0])
      try expectGood(burst)
      #expect(burst.samples.allSatisfy { $0.int("stratum") == 2 })
    }
  }

  @Test(.needs(.chronyd)) func `names from the hosts file`() throws {
    try Network.with { hosts in
      let server = try ChronyServer(in: hosts[1])
      defer { server.stop() }
      let etc = PrivateEtc(["hosts": "\(hosts[1].address4) lab-gps\n\(hosts[1].address6) lab-gps\n"])
      for (option, address) in [("-4", hosts[1].address4), ("-6", hosts[1].address6)] {
        let arguments = ["--burst", "lab-gps", option, "-f", "jsonl"] + Burst.quick
        let burst = try ClockTurn.measuring { try Burst(etc.run(arguments, inside: hosts[0])) }
        try expectGood(burst)
        let reference = try #require(burst.all("hello").first?.array("references")?.first)
        #expect(reference.string("name") == "lab-gps")
        #expect(reference.string("address") == address)
        #expect(burst.samples.allSatisfy { $0.string("reference") == "lab-gps" })
      }
    }
  }

  /// The dead one takes nothing from the others; the worst verdict is the whole's.
  @Test(.needs(.chronyd)) func `several references, one of them dead`() throws {
    try Network.with { hosts in
      let server = try ChronyServer(in: hosts[1])
      defer { server.stop() }
      let deaf = SocketAddress(host: hosts[1].address4, port: 1024)
      let socket = try hosts[1].inside { try UDPSocket(bind: deaf) }
      defer { withExtendedLifetime(socket) {} }
      let references = [server.address.host, "\(deaf)", server.address6.host]
      // Agreed, or the dead one would be asked only until it is clear that nobody answers.
      let options = Burst.quick + ["-t", "200ms", "--rate-agreed"]
      let burst = try Burst.run(references, options, inside: hosts[0])
      burst.expectComplete(sent: 50)
      burst.expectTruth()
      #expect(burst.all("sample", of: references[0]).count == 50)
      #expect(burst.all("sample", of: references[2]).count == 50)
      #expect(
        burst.all("loss", of: references[1]).map { $0.string("reason") }
          == Array(repeating: "timeout", count: 50))
      #expect(burst.status == 3)
      #expect(burst.stderr.contains("\(deaf): no reply"))
      let report = try Burst.report(references, options, inside: hosts[0])
      #expect(report.array("references")?.map { $0.string("verdict") } == ["ok", "unknown", "ok"])
      #expect(report.array("references")?[1].string("unknown") == "no-reply")
    }
  }
}
