import Foundation
import Testing

/// Real faults of this machine's clock, as the local watch tells them. Alone, and put back (`ClockFaults`).
///
/// What is exact is asserted exactly: sizes, rates, words, how many. How late an event comes is the bench's.
@Suite(.serialized, .needsRoot, .needsTimeprobe) struct WatchClockTests {
  @Test func `each step is told once, with its size, its sign and its moment`() throws {
    try ClockFaults.with { faults in
      let watched = try WatchedBurst()
      let sizes = [20, -20, 1000, -1000]
      for size in sizes {
        let span = try faults.step(size)
        let event = try watched.next("clock-step")
        try event.expectStep(size, span)
        #expect(event.evidence.fields["timerfd"] as? Bool == true)
        try watched.waitForSamples(3)
      }
      #expect(try watched.end().clockEvents == sizes.map { _ in "clock-step" })
    }
  }

  @Test func `a step that is undone at once is told all the same`() throws {
    try ClockFaults.with { faults in
      let watched = try WatchedBurst()
      var shortest = Int64.max
      for _ in 0..<10 {
        let span = try faults.jerk(30)
        shortest = min(shortest, span.upperBound - span.lowerBound)
        let first = try watched.next("clock-step")
        try first.expectHolds(span)
        try watched.waitForSamples(3)
        // Who read in between saw both; to who did not the kernel's word is all there is.
        let told = try [first] + watched.rest("clock-step")
        #expect(abs(told.compactMap { $0.int("size_ns") }.reduce(0, +)) <= 1000, "\(told.map(\.fields))")
        for event in told where event.int("size_ns") == nil {
          #expect(event.string("certainty") == "indicated")
          #expect(event.evidence.fields["timerfd"] as? Bool == true)
        }
      }
      #expect(shortest <= 100_000)
      #expect(Set(try watched.end().clockEvents) == ["clock-step"])
    }
  }

  @Test func `a slew of 5 ppm and its end, and a step in between`() throws {
    try ClockFaults.with { faults in
      let watched = try WatchedBurst()
      let slewed = try faults.slew(5)
      try watched.next("clock-slew").expectSlew(from: faults.rate, to: faults.rate + 5000, slewed)
      try watched.waitForSamples(3)
      let stepped = try faults.step(-20)
      try watched.next("clock-step").expectStep(-20, stepped)
      try watched.waitForSamples(3)
      let ended = try faults.slew(0)
      try watched.next("clock-slew").expectSlew(from: faults.rate + 5000, to: faults.rate, ended)
      try watched.waitForSamples(30)
      #expect(try watched.end().clockEvents == ["clock-slew", "clock-step", "clock-slew"])
    }
  }

  @Test func `a switch of the clocksource and back`() throws {
    try ClockFaults.with { faults in
      let first = try #require(faults.clocksource)
      let other = try #require(faults.clocksources.first { $0 != first }, "there is but one clocksource")
      let watched = try WatchedBurst()
      for (before, now) in [(first, other), (other, first)] {
        let span = try faults.switchClocksource(to: now)
        let event = try watched.next("clocksource-change") { $0.evidence.string("clocksource") != nil }
        #expect(event.evidence.string("clocksource_before") == before)
        #expect(event.evidence.string("clocksource") == now)
        #expect(event.string("certainty") == "proven")
        try event.expectHolds(span)
      }
      try watched.waitForSamples(40)
      let burst = try watched.end()
      let told = burst.events.compactMap { $0.evidence.string("clocksource") }
      #expect(told == [other, first])
      #expect(burst.clockEvents.isEmpty, "\(burst.events.map(\.fields))")
    }
  }

  @Test func `nothing happens to the clock, and nothing is said of it`() throws {
    try ClockTurn.measuring {
      let watched = try WatchedBurst()
      try watched.waitForSamples(400)
      let burst = try watched.end()
      #expect(burst.clockEvents.isEmpty, "\(burst.events.map(\.fields))")
    }
  }
}
