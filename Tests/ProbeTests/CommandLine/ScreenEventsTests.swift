import Testing

@testable import Probe

@Suite("What a screen says of events")
struct ScreenEventsTests {
  private func lines(_ events: [LocalEvent]) -> [String] {
    var report = ReportFixture.report([ReportFixture.good()])
    for event in events { report.events.add(event) }
    return Fixture.text { appendScreen(report, colour: false, to: &$0) }.split(separator: "\n").map(
      String.init)
  }

  private func event(
    _ cause: Cause, _ certainty: Certainty = .proven, size: Int64? = nil, length: Int64? = nil,
    taker: Taker? = nil
  ) -> LocalEvent {
    // 12:00:03.412 UTC.
    let known = LocalReading(
      rawBefore: Instant(nanoseconds: 0), realtime: Instant(nanoseconds: 1_795_262_403_412_999_999),
      monotonic: Instant(nanoseconds: 0), rawAfter: Instant(nanoseconds: 100))
    var event = LocalEvent(cause, certainty, from: known.rawBefore, to: known.rawAfter, known: known)
    event.size = size.map { Nanoseconds($0) }
    event.length = length.map { Nanoseconds($0) }
    event.evidence.taker = taker
    return event
  }

  @Test func aStep() {
    #expect(
      lines([event(.clockStep, size: -2_500_000)]).contains(
        "event    12:00:03.412Z clock-step, set forward by 2.5ms (proven)"))
  }

  @Test func oneThatWasUndone() {
    #expect(
      lines([event(.clockStep, .indicated)]).contains {
        $0.hasPrefix("event    12:00:03.412Z clock-step, set and set back: its size is unknown")
      })
  }

  @Test func theMostThatFitAndHowManyMore() {
    let shown = lines((0..<100).map { _ in event(.clockStep, size: 20_000) })
    #expect(shown.filter { $0.contains("clock-step, set back by 20us (proven)") }.count == Screen.events)
    #expect(shown.contains("         \(100 - Screen.events) more events"))
    #expect(shown.count <= Screen.lines)
  }

  @Test func stallsAreOneLineWithTheLongest() {
    let stalls = [
      event(.guestStall, length: 6_000_000, taker: .preempted),
      event(.guestStall, length: 92_100_000, taker: .throttled),
    ]
    let shown = lines(stalls)
    #expect(!shown.contains { $0.hasPrefix("event") })
    #expect(
      shown.joined(separator: "\n").contains(
        """
        stalls   this process did not run when it should have, 2 times; the longest:
                 92.1ms (throttled by its cgroup)
        """))
  }
}
