import Foundation
import Testing

/// Times in which the probe does not run, and who took them.
@Suite(.serialized, .needsTimeprobe) struct WatchStallTests {
  @Test func `stopped by a signal for 20 ms`() throws {
    try ClockTurn.measuring {
      let watched = try WatchedBurst()
      for _ in 0..<5 {
        let stop = try watched.child.stopped(for: 20_000_000)
        let event = try watched.next("guest-stall") { $0.string("taker") == "stopped" }
        let seen = nanoseconds(of: CLOCK_MONOTONIC_RAW)
        try event.expectHolds(stop.still...stop.resumed)
        // When it was seen to stand still it did so already, and when it was told of it went on already.
        let length = try event.expectLength()
        #expect(length >= stop.resumed - stop.still - 1_000_000, "\(stop) \(event.fields)")
        #expect(length <= seen - stop.sent + 1_000_000, "\(stop) \(event.fields)")
      }
      #expect(try watched.end().stalls("stopped").count == 5)
    }
  }

  @Test(.needsRoot) func `throttled by its cgroup`() throws {
    let processor = try #require(Right.processors.last)
    try Cgroup.with { group in
      let busy = try Child(group.command(pinned(Self.busy, processor)))
      defer { busy.kill() }
      try ClockTurn.measuring {
        let watched = try WatchedBurst { group.command(pinned(try Timeprobe.command($0), processor)) }
        defer { watched.child.kill() }
        for _ in 0..<3 {
          let event = try watched.next("guest-stall") { $0.string("taker") == "throttled" }
          #expect(try event.evidence.int("throttled_ns") ?? 0 >= event.expectLength() / 2, "\(event.fields)")
        }
        // Each nanosecond is counted once: no more is told than the kernel tells.
        let told = try watched.events("guest-stall").compactMap { $0.evidence.int("throttled_ns") }
        #expect(try told.reduce(0, +) <= group.throttled(), "\(told)")
        _ = try watched.end()
      }
    }
  }

  @Test func `preempted by four busy processes`() throws {
    let processor = try #require(Right.processors.last)
    let others = try (0..<4).map { _ in try Child(pinned(Self.busy, processor)) }
    defer { for other in others { other.kill() } }
    try ClockTurn.measuring {
      let watched = try WatchedBurst {
        pinned(["nice", "-n", "19"] + (try Timeprobe.command($0)), processor)
      }
      for _ in 0..<3 {
        let event = try watched.next("guest-stall") { $0.string("taker") == "preempted" }
        #expect(try event.evidence.int("run_delay_ns") ?? 0 >= event.expectLength() / 2, "\(event.fields)")
      }
      let told = try watched.events("guest-stall").compactMap { $0.evidence.int("run_delay_ns") }
      #expect(try told.reduce(0, +) <= watched.child.runDelay(), "\(told)")
      #expect(try watched.end().clockEvents == [])
    }
  }

  private func pinned(_ arguments: [String], _ processor: Int) -> [String] {
    ["taskset", "-c", "\(processor)"] + arguments
  }

  private static let busy = ["sh", "-c", "while :; do :; done"]
}

/// Moments of R in ns.
struct Stop {
  /// Before the signal was sent that stops.
  let sent: Int64
  /// It was seen to be stopped.
  let still: Int64
  /// Before the signal was sent by which it goes on.
  let resumed: Int64
}

extension Child {
  /// Stops its first process for at least `length` ns.
  func stopped(for length: Int64) throws -> Stop {
    let sent = nanoseconds(of: CLOCK_MONOTONIC_RAW)
    Glibc.kill(id, SIGSTOP)
    defer { Glibc.kill(id, SIGCONT) }
    try eventually("\(id) is stopped", within: .seconds(10), every: .microseconds(200)) {
      let stat = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
      // The name in parentheses may hold anything.
      return stat.split(separator: ")").last?.split(separator: " ").first == "T"
    }
    let still = nanoseconds(of: CLOCK_MONOTONIC_RAW)
    try eventually("\(length) ns are over", within: .seconds(10), every: .microseconds(200)) {
      nanoseconds(of: CLOCK_MONOTONIC_RAW) - still >= length
    }
    return Stop(sent: sent, still: still, resumed: nanoseconds(of: CLOCK_MONOTONIC_RAW))
  }

  /// For how long its first thread waited on run queues so far, in ns (scheduler/sched-stats.rst).
  func runDelay() throws -> Int64 {
    let text = try String(contentsOfFile: "/proc/\(id)/task/\(id)/schedstat", encoding: .utf8)
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 3, let delay = Int64(words[1]) else { throw LabFailure("schedstat: \(text)") }
    return delay
  }
}

extension Burst {
  func stalls(_ taker: String) -> [JSONObject] {
    events.filter { $0.string("cause") == "guest-stall" && $0.string("taker") == taker }
  }
}

extension JSONObject {
  /// How long it was, which is what lies between its two ends.
  func expectLength(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int64 {
    let length = try #require(int("length_ns"), sourceLocation: sourceLocation)
    let from = try #require(instant("from_raw"), sourceLocation: sourceLocation)
    let to = try #require(instant("to_raw"), sourceLocation: sourceLocation)
    #expect(to - from == length && length >= 5_000_000, "\(fields)", sourceLocation: sourceLocation)
    #expect(string("certainty") == "proven", sourceLocation: sourceLocation)
    return length
  }
}
