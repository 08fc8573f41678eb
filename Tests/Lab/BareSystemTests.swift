import Foundation
import Testing

/// Where there is next to nothing: no files, no rights, little memory.
@Suite(.needsTimeprobe) struct BareSystemTests {
  @Test(.needsRoot, arguments: [nil, "65534:65534"])
  func `in a root file system that holds nothing else`(user: String?) throws {
    let binary = try PublicBinary()
    let serve = try Serve()
    func run(_ arguments: [String]) throws -> Outcome {
      try ClockTurn.measuring { try Child.run(binary.alone(arguments, user: user)) }
    }
    let burst = try Burst(run(["--burst", serve.reference, "-f", "jsonl"] + Burst.quick))
    burst.expectAnswered()
    burst.expectTruth()
    #expect(burst.status == 0)
    // What only /sys tells is left out, not guessed.
    #expect(burst.all("hello").first?.fields["clocksource"] == nil)
    let own = try run(["--burst", "--self", "-n", "20", "-i", "2ms"])
    #expect(own.status == 3 && own.stdout.contains("20 sent, 20 good"))
    // Without /etc/resolv.conf the resolver is loopback, which refuses.
    let name = try run(["--burst", "no-such.example", "-n", "3"])
    #expect(name.status == 3 && name.stdout.contains("the name does not resolve"), "\(name)")
    #expect(try run(["--help"]).status == 0)
  }

  @Test(.needsRoot, .needs(.setpriv)) func `without any right everything but low ports works`() throws {
    let binary = try PublicBinary()
    let port = try Serve.freePort()
    let server = try Child(binary.asNobody(["--serve", "127.0.0.1:\(port)", "--base", "raw"]))
    defer { server.stop() }
    try eventually("serving: \(server.stderr)", within: .seconds(10)) { server.stderr.contains("serving ") }
    let burst = try ClockTurn.measuring {
      try Burst(
        Child.run(binary.asNobody(["--burst", "127.0.0.1:\(port)", "-f", "jsonl", "-I", "lo"] + Burst.quick)))
    }
    burst.expectAnswered()
    #expect(burst.status == 0, "\(burst.stderr)")
  }

  @Test func `it is static, and small`() throws {
    let path = try Timeprobe.command([])[0]
    let kind = try Child.check(["file", "-b", path])
    #expect(kind.contains("statically linked") || kind.contains("static-pie linked"))
    let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    #expect(size <= 2 << 20)
  }

  /// Quantiles are streamed: two hundred times the queries take no more memory.
  @Test func `memory does not grow with the queries`() throws {
    let serve = try Serve()
    func peak(_ options: [String]) throws -> Int {
      try ClockTurn.measuring {
        let run = try Timeprobe.run(["--burst", serve.reference, "--json"] + options)
        let object = try #require(run.records().first?.array("references")?.first)
        #expect(object.object("queries")?.int("sent") == Int64(options[1]))
        return run.usage.peakRSS
      }
    }
    let few = try peak(["-n", "100", "-i", "2ms"])
    let many = try peak(["-n", "20000", "-i", "100us"])
    #expect(few > 100_000)
    #expect(Double(many) < Double(few) * 1.25, "\(few) and \(many) bytes")
    #expect(many <= 2 << 20)
  }
}
