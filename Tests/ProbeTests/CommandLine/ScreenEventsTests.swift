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
        "event    12:00:03.412Z clock-step, set forward by 2.5ms (proven: C - M jumped)"))
  }

  @Test func aStepThatTheReferenceHadNoPartIn() {
    var step = event(.clockStep, size: -2_500_000)
    step.evidence.held = 1
    #expect(
      lines([step]).joined(separator: "\n").contains(
        """
        event    12:00:03.412Z clock-step, set forward by 2.5ms (proven: C - M jumped);
                 the reference did not move
        """))
    step.evidence.held = 2
    #expect(lines([step]).contains("         2 references did not move"))
  }

  private func slew(_ before: Int64, _ rate: Int64, toward: Bool?) -> LocalEvent {
    var slew = event(.clockSlew, size: 1000)
    slew.evidence.rateBefore = Rate(partsPerTrillion: before)
    slew.evidence.rate = Rate(partsPerTrillion: rate)
    slew.evidence.isToward = toward
    return slew
  }

  @Test func aSlewByHowMuchAndWhichWay() {
    #expect(
      lines([slew(3_240_000, 15_160_000, toward: false)]).joined(separator: "\n").contains(
        """
        event    12:00:03.412Z clock-slew, 11.9 ppm faster (+3.2 -> +15.2 ppm), away
                 from the reference (proven: M - R changed its rate)
        """))
    #expect(
      lines([slew(0, -500_000_000, toward: true)]).joined(separator: "\n").contains(
        "clock-slew, 500.0 ppm slower (+0.0 -> -500.0 ppm), toward\n"))
    #expect(!lines([slew(0, 5_000_000, toward: nil)]).contains { $0.contains("the reference") })
  }

  @Test func aSlewAndWhoSteers() {
    var log = EventLog()
    log.add(slew(0, 5_000_000, toward: nil))
    var guest = Guest()
    guest.steering.programs = [
      Steerer("chronyd", pid: 812, role: .steers), Steerer("qemu-ga", pid: 1, role: .sets),
      Steerer("ntpd", pid: 7, role: .steers),
    ]
    log.know(guest)
    var page = Page()
    append(log, to: &page)
    let text = String(decoding: page.text.bytes, as: UTF8.self)
    #expect(text.contains("(+0.0 -> +5.0 ppm); chronyd,\n         ntpd steer here (proven"))
  }

  @Test func whatLooksAlikeIsNamed() {
    var pause = event(.guestPause, .indicated, size: 2_000_000_000)
    pause.evidence.jump = pause.size
    pause.also = [.reference]
    #expect(
      lines([pause]).joined(separator: "\n").contains(
        "guest-pause, this guest's counter lost 2s (indicated); or\n         reference"))
  }

  @Test func aSlowWay() {
    var slow = event(.pathBack, size: -2_450_000)
    var stages = SlowStages()
    stages[.back] = Nanoseconds(4_900_000)
    slow.evidence.slow = stages
    #expect(
      lines([slow]).joined(separator: "\n").contains(
        """
        event    12:00:03.412Z path-back, the way back 4.9ms longer (proven: S - R
                 cannot have moved so); the clock did not move
        """))
  }

  @Test func oneThatWasUndone() {
    #expect(
      lines([event(.clockStep, .indicated)]).contains {
        $0.hasPrefix("event    12:00:03.412Z clock-step, set and set back: its size is unknown")
      })
  }

  @Test func theMostThatFitAndHowManyMore() {
    let shown = lines((0..<100).map { _ in event(.clockStep, size: 20_000) })
    #expect(
      shown.filter { $0.contains("clock-step, set back by 20us (proven: C - M jumped)") }.count
        == Screen.events)
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
