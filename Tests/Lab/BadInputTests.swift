import Foundation
import Testing

/// What cannot be done is refused with the reason, on standard error alone, and soon.
@Suite(.needsTimeprobe) struct BadInputTests {
  @Test(arguments: [
    (["--intervall", "8ms"], "'--intervall'", "--interval"),
    (["--burts"], "'--burts'", "--burst"),
    (["--burst", "--formt", "json"], "'--formt'", "--format"),
  ]) func `an unknown option, and the nearest known one`(words: [String], unknown: String, nearest: String)
    throws
  {
    let run = try Timeprobe.run(words)
    #expect(run.status == 64)
    #expect(run.stdout == "")
    #expect(run.stderr.contains(unknown) && run.stderr.contains(nearest), "\(run.stderr)")
    #expect(run.stderr.split(separator: "\n").count == 1)
  }

  @Test(arguments: [
    (["-i", "0ms"], "100us to 1h"), (["-i", "99us"], "100us to 1h"), (["-i", "8"], "8ms"),
    (["-i", "-8ms"], "100us to 1h"), (["-i", "5m"], "minutes or milliseconds"),
    (["-i", "1e3s"], "known are ns us ms s min h d"),
    (["-d", "25h"], "1ms to 24h"), (["-t", "2h"], "1ms to 1min"), (["-c", "0s"], "1us to 1h"),
    (["-n", "0"], "1 to 1000000000"), (["-n", "1000000001"], "1 to 1000000000"),
    (["-n", "-1"], "1 to 1000000000"),
    (["-n", "99999999999999999999"], "1 to 1000000000"), (["-n", "ten"], "is no whole number"),
    (["-n", ""], "is no whole number"),
    (["-p", "0"], "1 to 65535"), (["-p", "65536"], "1 to 65535"), (["-f", "xml"], "json"),
    (["-w", "2ms"], "--critical 1ms"),
  ]) func `nonsense is refused with what is accepted`(words: [String], accepted: String) throws {
    let run = try Timeprobe.run(["--burst", "127.0.0.1:1"] + words)
    #expect(run.status == 64, "\(words)")
    #expect(run.stdout == "")
    #expect(run.stderr.contains(accepted), "\(words): \(run.stderr)")
    #expect(run.stderr.hasPrefix("timeprobe: ") && run.stderr.split(separator: "\n").count == 1)
  }

  @Test func `as a plugin every refusal is one line and unknown`() throws {
    let run = try Timeprobe.run(["--burst", "--plugin", "-i", "0ms"])
    #expect(run.status == 3)
    #expect(run.stderr == "")
    #expect(run.stdout.hasPrefix("TIMEPROBE UNKNOWN - "))
    #expect(run.stdout.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
  }

  /// A namespace without any way out: the resolver cannot be asked.
  @Test(.needsRoot, .needs(.ip)) func `a name that does not resolve`() throws {
    try Network.with { hosts in
      let etc = PrivateEtc(["hosts": "127.0.0.1 localhost\n", "resolv.conf": "nameserver 127.0.0.1\n"])
      let outcome = try etc.run(["--burst", "no-such.example", "-n", "3"], inside: hosts[0])
      #expect(outcome.status == 3)
      #expect(outcome.stdout.contains("\nUNKNOWN  the name does not resolve: "))
    }
  }

  @Test(.needsRoot, .needs(.ip)) func `a resolver that never answers holds nobody past the timeout`() throws {
    try Network.with { hosts in
      let deaf = SocketAddress(host: hosts[1].address4, port: 53)
      let resolver = try hosts[1].inside { try UDPSocket(bind: deaf) }
      let etc = PrivateEtc(["hosts": "", "resolv.conf": "nameserver \(deaf.host)\n"])
      let options = ["-t", "300ms", "-n", "3", "-f", "jsonl"]
      let outcome = try etc.run(["--burst", "no-such.example"] + options, inside: hosts[0])
      #expect(resolver.receive(within: .zero) != nil)
      #expect(outcome.status == 3)
      #expect(
        outcome.stderr.contains("no-such.example: the name does not resolve: no answer within the timeout"))
      // glibc alone would wait for ten seconds.
      #expect(outcome.usage.elapsed < .seconds(4))
    }
  }

  @Test(arguments: ["127.0.0.1", "::1"]) func `a port that refuses is told from one that is silent`(
    host: String
  ) throws {
    let closed = try SocketAddress(
      host: host, port: UDPSocket(bind: SocketAddress(host: host, port: 0)).localPort)
    let burst = try Burst.run(["\(closed)"], ["-n", "10", "-i", "2ms"])
    burst.expectComplete(sent: 10)
    #expect(burst.status == 3)
    #expect(burst.reasons == Array(repeating: "icmp", count: 10))
    #expect(Set(burst.losses.compactMap { $0.string("icmp") }) == ["port-unreachable"])
    #expect(burst.stderr == "timeprobe: \(closed): refused: ICMP port-unreachable\n")
    try burst.expectSchema()
  }

  @Test func `a reference that never answers`() throws {
    let deaf = try UDPSocket(bind: SocketAddress(host: "127.0.0.1", port: 0))
    let run = try Timeprobe.run(
      ["--burst", "127.0.0.1:\(deaf.localPort)", "-n", "5", "-i", "2ms", "-t", "200ms"])
    #expect(run.status == 3)
    #expect(run.stdout.contains("\nUNKNOWN  no reply to 5 queries, each within 200ms\n"))
    #expect(run.usage.elapsed < .seconds(4))
    withExtendedLifetime(deaf) {}
  }

  @Test func `an interface and a source that are not there`() throws {
    for (options, words) in [
      (["-I", "no-such-if0"], "binding to the interface failed: no such interface"),
      (["-S", "192.0.2.77"], "binding to the source address failed: address not available here"),
    ] {
      let run = try Timeprobe.run(["--burst", "127.0.0.1:1", "-n", "3"] + options)
      #expect(run.status == 3)
      #expect(run.stdout.contains(words), "\(run.stdout)")
    }
  }
}
