import Foundation
import Testing

/// What a network does to packets: the offset suffers, the bounds hold.
@Suite(.needsTimeprobe) struct BurstRelayTests {
  private let serve: Serve

  init() throws { serve = try Serve() }

  private func relay(_ faults: Fault..., seed: UInt64 = 1) throws -> Relay {
    try Relay(to: serve.target, faults: faults, seed: seed)
  }

  /// Half of what one way is longer than the other shows as an offset. The fastest exchange is the one that
  /// a busy machine disturbs least.
  @Test(arguments: [Relay.Direction.toServer, .toClient])
  func `a delay in one direction moves the offset by half of it, and no bound`(direction: Relay.Direction)
    throws
  {
    let relay = try relay(.delay(direction, by: .milliseconds(6)))
    defer { relay.stop() }
    let burst = try Burst.run(["\(relay.address)"])
    burst.expectAnswered()
    burst.expectTruth()
    let fastest = try #require(burst.samples.min { ($0.int("delay_ns") ?? 0) < ($1.int("delay_ns") ?? 0) })
    let delay = try #require(fastest.int("delay_ns"))
    let offset = try #require(fastest.int("offset_ns")) * (direction == .toServer ? 1 : -1)
    #expect(delay >= 6_000_000)
    #expect(offset >= 3_000_000 - (delay - 6_000_000) && offset <= 3_000_000 + (delay - 6_000_000))
    for sample in burst.samples {
      let side = direction == .toServer ? sample.int("bound_high_ns") : sample.int("bound_low_ns").map { -$0 }
      #expect(try #require(side) >= 6_000_000)
    }
  }

  @Test func `jitter and reordering give samples like any other`() throws {
    let relay = try relay(
      .jitter(.toServer, upTo: .milliseconds(4)), .reorder(.toClient, every: 3, hold: .milliseconds(5)))
    defer { relay.stop() }
    let burst = try Burst.run(["\(relay.address)"])
    burst.expectAnswered()
    burst.expectTruth()
    let queries = burst.samples.compactMap { $0.int("query") }
    #expect(queries != queries.sorted())
  }

  @Test(arguments: [Relay.Direction.toServer, .toClient])
  func `what is dropped is a loss, and nothing else is`(direction: Relay.Direction) throws {
    let relay = try relay(.drop(direction, every: 5))
    defer { relay.stop() }
    let burst = try Burst.run(["\(relay.address)"], Burst.quick + ["-t", "300ms"])
    burst.expectComplete(sent: 50)
    burst.expectTruth()
    #expect(burst.reasons == Array(repeating: "timeout", count: 10))
    #expect(Set(burst.losses.compactMap { $0.int("query") }) == Set((1...10).map { Int64($0 * 5) }))
    #expect(burst.losses.allSatisfy { ($0.int("waited_ns") ?? 0) >= 300_000_000 })
    try burst.expectSchema()
  }

  @Test func `a duplicate is counted, and is no sample`() throws {
    let relay = try relay(.duplicate(.toClient))
    defer { relay.stop() }
    let report = try Burst.report(["\(relay.address)"])
    let reference = try #require(report.array("references")?.first)
    #expect(reference.object("queries")?.int("good") == 50)
    let checks = try #require(reference.object("checks"))
    #expect(Array(checks.fields.keys) == ["duplicate"])
    // The last one comes when nobody listens any more.
    #expect((40...50).contains(try #require(checks.int("duplicate"))))
    try Burst.run(["\(relay.address)"]).expectAnswered()
  }

  @Test func `a reply after its timeout is late, and no sample`() throws {
    let relay = try relay(Fault.delay(.toClient, by: .milliseconds(60)).only { $0 <= 10 })
    defer { relay.stop() }
    let options = ["-n", "50", "-i", "4ms", "-t", "30ms", "-c", "100ms"]
    let reference = try #require(try Burst.report(["\(relay.address)"], options).array("references")?.first)
    let lost = try #require(reference.object("queries")?.int("lost"))
    #expect(lost >= 10)
    #expect(reference.object("queries")?.int("good") == 50 - lost)
    #expect(try #require(reference.object("checks")?.int("late")) >= 10)
  }
}
