import Foundation
import Testing

/// `--serve`: a reference whose truth is known to some nanoseconds.
@Suite(.needsTimeprobe) struct ServeTests {
  /// R and C, in ns: C - R between the ends of an interval of R.
  private struct Reading {
    let rawBefore = nanoseconds(of: CLOCK_MONOTONIC_RAW)
    let realtime = nanoseconds(of: CLOCK_REALTIME)
    let rawAfter = nanoseconds(of: CLOCK_MONOTONIC_RAW)
    var low: Int64 { realtime - rawAfter }
    var high: Int64 { realtime - rawBefore }
  }

  @Test(.needsRoot, .needs(.ip)) func `a shifted reference is found at its shift, by any stratum and refid`()
    throws
  {
    try Network.with { hosts in
      for (address, shift, count) in [
        (hosts[1].address4, "250us", Int64(250_000)), (hosts[1].address6, "-3s", -3_000_000_000),
      ] {
        let serve = try Serve(
          ["--shift", shift, "--stratum", "7", "--refid", "LAB"], on: address, port: 123, in: hosts[1])
        let burst = try Burst.run([address], Burst.quick, inside: hosts[0])
        burst.expectAnswered()
        burst.expectTruth(count, count)
        #expect(burst.samples.allSatisfy { $0.int("stratum") == 7 })
        // Above stratum 1 the four bytes are shown as an address.
        #expect(burst.samples.allSatisfy { $0.string("refid") == "76.65.66.0" })
        #expect(burst.status == (shift == "-3s" ? 2 : 0))
        serve.child.stop()
      }
    }
  }

  @Test(.needsRoot, .needs(.ip))
  func `on the raw clock with a drift, every bound holds and the drift is found`() throws {
    try Network.with { hosts in
      try ClockTurn.measuring {
        let before = Reading()
        let serve = try Serve(
          ["--base", "raw", "--drift", "200ppm", "--refid", "GPS"], on: hosts[1].address4, in: hosts[1])
        let ready = Reading()
        let arguments = ["--burst", serve.reference, "-n", "200", "-i", "4ms", "-c", "100ms", "-f", "jsonl"]
        let burst = try Burst(Timeprobe.run(arguments, inside: hosts[0]).outcome)
        let after = Reading()
        burst.expectAnswered(200)
        #expect(burst.samples.allSatisfy { $0.string("refid") == "GPS" })
        // The anchor lies between two readings, and C - R moves only as slowly as it is steered here.
        let readings = [before, ready, after]
        let spread = try #require(readings.map(\.high).max()) - #require(readings.map(\.low).min())
        for sample in burst.samples {
          let raw = try #require(sample.string("raw").flatMap(Double.init)) * 1e9
          let least = (raw - Double(ready.rawAfter)) * 200e-6
          let most = (raw - Double(before.rawBefore)) * 200e-6
          let (low, high) = (
            try #require(sample.int("bound_low_ns")), try #require(sample.int("bound_high_ns"))
          )
          #expect(Double(low) <= most + Double(spread) && Double(high) >= least - Double(spread))
        }
        #expect(abs(try slope(burst.samples) - 200e-6) < 60e-6)
      }
    }
  }

  /// Of the fastest exchanges of the first and the last third: a slow one is off by half its delay.
  private func slope(_ samples: [JSONObject]) throws -> Double {
    func fastest(_ part: ArraySlice<JSONObject>) throws -> (raw: Double, offset: Double) {
      let best = part.min { ($0.int("delay_ns") ?? .max) < ($1.int("delay_ns") ?? .max) }
      let raw = try #require(best?.string("raw").flatMap(Double.init))
      return (raw * 1e9, Double(try #require(best?.int("offset_ns"))))
    }
    let (first, last) = (
      try fastest(samples.prefix(samples.count / 3)), try fastest(samples.suffix(samples.count / 3))
    )
    return (last.offset - first.offset) / (last.raw - first.raw)
  }

  @Test func `it binds loopback unless an address is given`() throws {
    let port = try Serve.freePort()
    let child = try Timeprobe.start(["--serve", "-p", "\(port)"])
    defer { child.stop() }
    try eventually("serving", within: .seconds(10)) { child.stderr.contains("serving 127.0.0.1:\(port), ") }
    // Nobody else has the port: another address of loopback is free.
    _ = try UDPSocket(bind: SocketAddress(host: "127.0.0.2", port: port))
    #expect(try RawQuery.ask(SocketAddress(host: "127.0.0.1", port: port))?.stratum == 1)
  }

  @Test func `it answers clients only, and never with more than it was asked`() throws {
    let serve = try Serve()
    let socket = try UDPSocket(connect: serve.target)
    var server = RawQuery.request()
    server[0] = 0x24
    for datagram in [server, [0x23], [UInt8](repeating: 0xff, count: 600)] { #expect(socket.send(datagram)) }
    // Answers come in the order of the questions: the first is the answer to this last one.
    let request = RawQuery.request(trailer: [UInt8](repeating: 0, count: 400))
    #expect(socket.send(request))
    let reply = try #require(socket.receive(within: .seconds(5)).flatMap(RawPacket.init))
    #expect(reply.bytes.count == 48)
    #expect(Array(reply.bytes[24..<32]) == Array(request[40..<48]))
  }

  @Test func `a port that another has is refused with its name`() throws {
    let serve = try Serve()
    let second = try Timeprobe.run(["--serve", serve.reference])
    #expect(second.status == 74)
    #expect(second.stderr == "timeprobe: cannot serve on \(serve.reference): Address already in use\n")
  }

  @Test(.needsRoot, .needs(.ip, .setpriv)) func `without the right to port 123 it says what is needed`()
    throws
  {
    let binary = try PublicBinary()
    try Network.with { hosts in
      let command = binary.asNobody(["--serve", "127.0.0.1"])
      let run = try hosts[0].run(command)
      #expect(run.status == 77)
      #expect(run.stderr.contains("cannot serve on 127.0.0.1:123: Permission denied"))
      #expect(run.stderr.contains("CAP_NET_BIND_SERVICE"))
    }
  }

  @Test func `a signal ends it well`() throws {
    for signal in [SIGINT, SIGTERM] {
      let serve = try Serve(["-v"])
      #expect(try RawQuery.ask(serve.target) != nil)
      serve.child.signal(signal)
      let outcome = try serve.child.wait()
      #expect(outcome.status == 0)
      #expect(outcome.stderr.contains("1 queries answered, 0 datagrams ignored"))
    }
  }
}
