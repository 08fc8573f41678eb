import Testing

@testable import Probe

/// Counters that the test sets, read as the watch reads the kernel's.
private final class Machine {
  var load = LoadCounters(runDelay: .zero, throttled: .zero, steal: .zero)

  var sources: LocalSources {
    LocalSources(
      look: { Look() }, counter: { CounterLook() }, load: { _ in self.load }, wasSet: { false },
      continues: { 0 })
  }

  func reading(_ milliseconds: Int64) -> LocalReading {
    let at = milliseconds * 1_000_000
    return LocalReading(
      rawBefore: Instant(nanoseconds: at), realtime: Instant(nanoseconds: at + 20),
      monotonic: Instant(nanoseconds: at + 50), rawAfter: Instant(nanoseconds: at + 100))
  }
}

@Suite struct LocalWatchTests {
  private let machine = Machine()

  @Test func `work that a throttle interrupts is a stall, from where it began to where it ended`() throws {
    var watch = LocalWatch(machine.reading(0), machine.sources)
    machine.load = LoadCounters(runDelay: .zero, throttled: .milliseconds(80), steal: .zero)
    watch.worked(since: machine.reading(2).rawAfter, machine.reading(82))
    let event = try #require(watch.events.events.first)
    #expect(event.cause == .guestStall)
    #expect(event.evidence.taker == .throttled)
    #expect(event.from == machine.reading(2).rawAfter)
    #expect(event.to == machine.reading(82).rawBefore)
    #expect(event.length == .milliseconds(80) - Nanoseconds(100))
  }

  @Test func `what the counters grew by is told once`() throws {
    var watch = LocalWatch(machine.reading(0), machine.sources)
    machine.load = LoadCounters(runDelay: .zero, throttled: .milliseconds(80), steal: .zero)
    watch.worked(since: machine.reading(2).rawAfter, machine.reading(82))
    machine.load.runDelay = .milliseconds(10)
    watch.worked(since: machine.reading(90).rawAfter, machine.reading(100))
    #expect(watch.events.events.map(\.evidence.taker) == [.throttled, .preempted])
    #expect(watch.events.events.map(\.evidence.throttled) == [.milliseconds(80), .zero])
  }

  @Test func `work that takes its time is none`() {
    var watch = LocalWatch(machine.reading(0), machine.sources)
    watch.worked(since: machine.reading(2).rawAfter, machine.reading(7))
    #expect(watch.events.isEmpty)
  }
}
