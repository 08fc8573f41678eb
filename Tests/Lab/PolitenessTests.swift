import Foundation
import Testing

/// Who is asked how often. One test, because each part takes seconds in which nothing happens: they run side
/// by side, and without a `ClockTurn`, which would keep the step of the clock waiting as long.
@Suite(.needsRoot, .needs(.ip), .needsTimeprobe) struct PolitenessTests {
  /// An address of the documentation (RFC 5737), which counts as public. It is the other host's, over the
  /// link between the two, and neither has a default route: no packet can leave.
  private static let publicAddress = "192.0.2.1"

  @Test func `a public or far reference is asked once a second, unless both sides agreed`() throws {
    try Network.with { hosts in
      try Child.check(
        ["ip", "-n", hosts[1].name, "address", "add", "\(Self.publicAddress)/32", "dev", "lo"])
      try Child.check(
        ["ip", "-n", hosts[0].name, "route", "add", "\(Self.publicAddress)/32", "via", hosts[1].address4])
      let serve = try Serve(on: Self.publicAddress, port: 123, in: hosts[1])
      defer { serve.child.stop() }
      let relay = try Relay(
        to: serve.target, faults: [.delay(.toServer, by: .milliseconds(20))], listen: hosts[0].address4,
        in: hosts[0])
      defer { relay.stop() }
      func start(_ reference: String, _ options: String...) throws -> Child {
        try Timeprobe.start(["--burst", reference, "-c", "500ms"] + options, inside: hosts[0])
      }
      let screen = try start(Self.publicAddress)
      let records = try start(Self.publicAddress, "-f", "jsonl")
      let agreed = try start(Self.publicAddress, "-f", "jsonl", "--rate-agreed", "-d", "2500ms", "-i", "10ms")
      let far = try start("\(relay.address)", "-f", "jsonl", "-n", "5", "-i", "100ms")
      let farScreen = try start("\(relay.address)", "-d", "1500ms")

      try expectFar(try Burst(far.wait()), try farScreen.wait().stdout)
      try expectAgreed(try Burst(agreed.wait()))
      let burst = try Burst(records.wait())
      burst.expectComplete(sent: 8)
      #expect(burst.losses.isEmpty)
      #expect(try gaps(burst).allSatisfy { $0 >= 0.9 })
      let text = try screen.wait().stdout
      #expect(text.contains("\nqueries  8 sent, 8 good, "))
      #expect(text.contains("\nslowed   to one query every 1s: neither loopback, private nor link-local"))
    }
  }

  /// The first three as fast as wished, then one a second.
  private func expectFar(_ burst: Burst, _ screen: String) throws {
    burst.expectComplete(sent: 5)
    #expect(burst.losses.isEmpty)
    let gaps = try gaps(burst)
    // The third reply comes while the fourth query is 80 ms away; the fifth is slow on a stalled machine too.
    #expect(gaps[0] < 0.9 && gaps[1] < 0.9)
    #expect(gaps[3] >= 0.9)
    #expect(screen.contains("\nslowed   to one query every 1s: 10 ms or more away"))
  }

  private func expectAgreed(_ burst: Burst) throws {
    burst.expectComplete()
    let gaps = try gaps(burst)
    #expect(gaps.count > 10)
    #expect(gaps.prefix(2).allSatisfy { $0 >= 0.9 })
    #expect(gaps.dropFirst(3).allSatisfy { $0 < 0.5 })
  }

  /// From query to query, in seconds, by the local clock.
  private func gaps(_ burst: Burst) throws -> [Double] {
    let sorted = burst.samples.sorted { ($0.int("query") ?? 0) < ($1.int("query") ?? 0) }
    let times = try sorted.map { try #require($0.string("t1").flatMap(Double.init)) }
    return zip(times.dropFirst(), times).map { $0 - $1 }
  }
}
