import Foundation
import Testing

/// A link that goes away in the middle: what could not be sent is recorded, and it goes on when it is back.
@Suite(.needsRoot, .needs(.ip), .needsTimeprobe) struct LinkDownTests {
  @Test func `a link that goes down and comes back`() throws {
    try Network.with { hosts in
      let serve = try Serve(on: hosts[1].address4, port: 123, in: hosts[1])
      defer { serve.child.stop() }
      try ClockTurn.measuring {
        let child = try Timeprobe.start(
          ["--burst", serve.address, "-d", "60s", "-i", "5ms", "-t", "100ms", "-c", "100ms", "-f", "jsonl"],
          inside: hosts[0])
        // A line may be half written yet.
        func count(_ word: String) -> Int { child.stdout.components(separatedBy: word).count - 1 }
        func waitFor(_ more: Int, _ word: String) throws {
          let goal = count(word) + more
          try eventually("\(goal) of \(word)", within: .seconds(20)) { count(word) >= goal }
        }
        try waitFor(10, #""kind":"sample""#)
        try Child.check(["ip", "-n", hosts[0].name, "link", "set", "eth0", "down"])
        try waitFor(5, #""reason":"send-failed""#)
        try Child.check(["ip", "-n", hosts[0].name, "link", "set", "eth0", "up"])
        try waitFor(10, #""kind":"sample""#)
        child.signal(SIGINT)
        let burst = try Burst(child.wait())
        burst.expectComplete()
        burst.expectTruth()
        let failed = burst.losses.filter { $0.string("reason") == "send-failed" }
        #expect(failed.count >= 5)
        #expect(failed.allSatisfy { [ENETUNREACH, ENETDOWN].map(Int64.init).contains($0.int("errno") ?? 0) })
        #expect(Set(burst.reasons).isSubset(of: ["send-failed", "timeout", "abandoned", "icmp"]))
        // After the outage each stamp is again that of its own query.
        #expect(burst.samples.suffix(5).allSatisfy { $0.string("tx") == "kernel" })
        try burst.expectSchema()
      }
    }
  }
}
