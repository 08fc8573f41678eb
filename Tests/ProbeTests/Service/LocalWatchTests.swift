import Testing

@testable import Probe

/// A guest that says what the test puts into it.
private final class GuestWords {
  var continues: Int32 = 0
  var load = LoadCounters(runDelay: .zero, throttled: .zero, steal: .zero)
  var now = Instant<Raw>(nanoseconds: 1_000_000_000)

  var sources: LocalSources {
    LocalSources(
      look: { Look() }, counter: { CounterLook() }, load: { _ in self.load }, wasSet: { false },
      continues: { self.continues })
  }

  func read() -> LocalReading {
    LocalReading(
      rawBefore: now, realtime: Instant(nanoseconds: 1_800_000_000_000_000_000 + now.nanoseconds),
      monotonic: Instant(nanoseconds: now.nanoseconds), rawAfter: now + Nanoseconds(80))
  }
}

@Suite struct LocalWatchTests {
  private let words = GuestWords()
  private var watch: LocalWatch

  init() { watch = LocalWatch(words.read(), words.sources) }

  /// Sleeps until `due` from now, and comes back `after` that much, with `left` of it.
  private mutating func turn(due: Nanoseconds, after: Nanoseconds, left: Nanoseconds) -> [LocalEvent] {
    let due = words.now + due
    words.now = words.now + after
    var ready = Ready.nothing
    ready.left = left
    var reading = words.read()
    _ = watch.turn(&reading, due: due, ready, words.read)
    defer { watch.events.drain { _ in } }
    return watch.events.events
  }

  @Test mutating func `a stop in the sleep is as long as it was`() throws {
    let start = words.now
    words.continues += 1
    let events = turn(due: .milliseconds(8), after: .milliseconds(25), left: .milliseconds(3))
    let event = try #require(events.first)
    #expect(events.count == 1 && event.evidence.taker == .stopped)
    #expect(event.from == start + .milliseconds(5) && event.length == .milliseconds(20))
  }

  /// The sleep began when it was over, and a reply that had come meanwhile ended it at once.
  @Test mutating func `a stop before the sleep that a reply ended`() throws {
    words.continues += 1
    let events = turn(due: .milliseconds(8), after: .milliseconds(20), left: .milliseconds(8))
    #expect(events.map(\.evidence.taker) == [.stopped])
    #expect(events.first?.length == .milliseconds(20))
  }

  /// The handler ran before the sleep or in another thread, and nothing ended the sleep early.
  @Test mutating func `a stop before a sleep that lasted`() throws {
    words.continues += 1
    let events = turn(due: .milliseconds(8), after: .milliseconds(28), left: .zero)
    #expect(events.map(\.evidence.taker) == [.stopped])
    #expect(events.first?.length == .milliseconds(20))
  }

  /// A query was sent after it, whose reading the sleep is counted from.
  @Test mutating func `a stop, and a wait for a processor, while it was awake`() throws {
    for (taker, stops) in [(.stopped, 1), (.preempted, 0)] as [(Taker, Int32)] {
      let start = words.now
      words.continues += stops
      words.load.runDelay = words.load.runDelay.map { $0 + .milliseconds(20) }
      words.now = words.now + .milliseconds(21)
      watch.rest(words.read())
      let events = turn(due: .milliseconds(8), after: .milliseconds(8), left: .zero)
      let event = try #require(events.first)
      #expect(events.count == 1 && event.evidence.taker == taker)
      #expect(event.from == start + Nanoseconds(80) && event.to == start + .milliseconds(21))
      watch.rest(words.read())
      #expect(turn(due: .milliseconds(8), after: .milliseconds(8), left: .zero).isEmpty)
    }
  }

  @Test mutating func `somebody continues what was not stopped`() {
    words.continues += 1
    #expect(turn(due: .milliseconds(8), after: .milliseconds(5), left: .milliseconds(3)).isEmpty)
    // It is forgotten by the next stall.
    words.load.runDelay = .milliseconds(20)
    let events = turn(due: .milliseconds(8), after: .milliseconds(28), left: .zero)
    #expect(events.map(\.evidence.taker) == [.preempted])
  }

  @Test mutating func `what took the time is told by what grew since it was last asked`() {
    for (taker, load) in [
      (.throttled, LoadCounters(runDelay: .milliseconds(90), throttled: .milliseconds(80), steal: .zero)),
      (.preempted, LoadCounters(runDelay: .milliseconds(180), throttled: .milliseconds(80), steal: .zero)),
      (
        .stolen,
        LoadCounters(runDelay: .milliseconds(180), throttled: .milliseconds(80), steal: .milliseconds(90))
      ),
      (
        .unknown,
        LoadCounters(runDelay: .milliseconds(181), throttled: .milliseconds(81), steal: .milliseconds(90))
      ),
    ] as [(Taker, LoadCounters)] {
      words.load = load
      let events = turn(due: .milliseconds(8), after: .milliseconds(98), left: .zero)
      #expect(events.map(\.evidence.taker) == [taker])
      #expect(events.first?.length == .milliseconds(90))
    }
  }
}
