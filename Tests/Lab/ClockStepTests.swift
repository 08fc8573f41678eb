import Foundation
import Testing

/// Sets this machine's clock forward by 1 ms and, some 100 ms later, back.
///
/// Alone: no other measurement of the lab runs meanwhile (`ClockTurn`), in this process or another.
@Suite(.serialized, .needsRoot, .needs(.ip), .needsTimeprobe) struct ClockStepTests {
  private static let size: Int64 = 1_000_000

  /// C - R, to what lies between two readings of R; and that R.
  private struct Reading {
    let raw: Int64
    let low: Int64
    let high: Int64

    /// The closest of many.
    init() {
      var best: (Int64, Int64, Int64) = (0, 0, .max)
      for _ in 0..<50 {
        let before = nanoseconds(of: CLOCK_MONOTONIC_RAW)
        let time = nanoseconds(of: CLOCK_REALTIME)
        let after = nanoseconds(of: CLOCK_MONOTONIC_RAW)
        if after - before < best.2 { best = (before, time, after - before) }
      }
      raw = best.0
      (low, high) = (best.1 - best.0 - best.2, best.1 - best.0)
    }
  }

  @Test func `every bound holds while the clock is stepped, and no torn exchange goes unmarked`() throws {
    try Network.with { hosts in
      try ClockTurn.stepping {
        let anchor = Reading()
        let serve = try Serve(["--base", "raw"], on: hosts[1].address4, port: 123, in: hosts[1])
        defer { serve.child.stop() }
        // 4 ms out and 4 ms back: with a query each 2 ms some are under way at each step.
        let relay = try Relay(
          to: serve.target,
          faults: [.delay(.toServer, by: .milliseconds(4)), .delay(.toClient, by: .milliseconds(4))],
          listen: hosts[0].address4, in: hosts[0])
        defer { relay.stop() }
        let before = Reading()
        let child = try Timeprobe.start(
          [
            "--burst", "\(relay.address)", "-i", "2ms", "-d", "60s", "-c", "100ms", "-f", "jsonl",
            "--rate-agreed",
          ],
          inside: hosts[0])
        func replies(_ count: Int) throws {
          let goal = relay.counts.repliesOut + count
          try eventually("\(goal) replies", within: .seconds(10), every: .milliseconds(1)) {
            relay.counts.repliesOut >= goal
          }
        }
        try replies(20)
        let (stepped, restored) = try whileStepped { try replies(20) }
        try replies(20)
        child.signal(SIGINT)
        let burst = try Burst(child.wait())
        let after = Reading()
        burst.expectComplete()
        #expect(Set(burst.reasons).isSubset(of: ["abandoned"]))
        try expectTruth(burst, [anchor, before, after], [stepped, restored])
        try expectTorn(burst, [stepped, restored])
        try burst.expectSchema()
      }
    }
  }

  /// The spans of R within which the clock was set forward, and set back. Set back whatever `body` throws.
  private func whileStepped(_ body: () throws -> Void) throws -> (ClosedRange<Int64>, ClosedRange<Int64>) {
    func timed(_ size: Int64) throws -> ClosedRange<Int64> {
      let start = nanoseconds(of: CLOCK_MONOTONIC_RAW)
      try GNU.stepClock(byMicroseconds: Int(size / 1000))
      return start...nanoseconds(of: CLOCK_MONOTONIC_RAW)
    }
    let forward = try timed(Self.size)
    let result = Result { try body() }
    let back = try timed(-Self.size)
    try result.get()
    return (forward, back)
  }

  /// S - C is 0 but while the clock is ahead, when it is -1 ms; less what C was slewed by since the start.
  private func expectTruth(_ burst: Burst, _ readings: [Reading], _ steps: [ClosedRange<Int64>]) throws {
    let slack = try #require(readings.map(\.high).max()) - #require(readings.map(\.low).min())
    #expect(slack < Self.size / 4, "the clock was steered meanwhile")
    var seen = Set<Int64>()
    for sample in burst.samples {
      let raw = Int64(try #require(sample.string("raw").flatMap(Double.init)) * 1e9)
      let (low, high) = (try #require(sample.int("bound_low_ns")), try #require(sample.int("bound_high_ns")))
      let truths = truths(at: raw, steps)
      #expect(truths.contains { low <= $0 + slack && high >= $0 - slack }, "\(truths): \(sample.fields)")
      if truths.count == 1 { seen.formUnion(truths) }
    }
    #expect(seen == [0, -Self.size])
  }

  /// An arrival whose reading came after the step lies on R by up to the step's size too early or too late.
  private static let blur = size + 200_000

  private func truths(at raw: Int64, _ steps: [ClosedRange<Int64>]) -> Set<Int64> {
    var truths: Set<Int64> = []
    if raw < steps[0].upperBound + Self.blur || raw > steps[1].lowerBound - Self.blur { truths.insert(0) }
    if raw > steps[0].lowerBound - Self.blur, raw < steps[1].upperBound + Self.blur {
      truths.insert(-Self.size)
    }
    return truths
  }

  /// Marked are those that were under way at a step, with its size and the offset's sign, and no others.
  private func expectTorn(_ burst: Burst, _ steps: [ClosedRange<Int64>]) throws {
    var sizes = Set<Int64>()
    for sample in burst.samples {
      let raw = Int64(try #require(sample.string("raw").flatMap(Double.init)) * 1e9)
      let isTorn = sample.fields["torn"] as? Bool == true
      // The relay alone takes 8 ms: an exchange that ended within 7 ms of a step was under way at it.
      if steps.contains(where: { raw > $0.upperBound + Self.blur && raw - $0.lowerBound < 7_000_000 }) {
        #expect(isTorn)
      }
      if steps.allSatisfy({ raw < $0.lowerBound - Self.blur }) { #expect(!isTorn) }
      guard isTorn else { continue }
      let size = try #require(sample.int("step_ns"))
      #expect(abs(abs(size) - Self.size) < 100_000)
      sizes.insert(size < 0 ? -1 : 1)
    }
    // Forward is negative, back is positive.
    #expect(sizes == [-1, 1])
  }
}
