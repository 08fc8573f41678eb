import Testing

@testable import Probe

@Suite struct LocalReadingTests {
  private func reading(_ monotonic: Int64, _ realtime: Int64, bracket: Int64) -> LocalReading {
    LocalReading(
      rawBefore: Instant(nanoseconds: 1000), realtime: Instant(nanoseconds: realtime),
      monotonic: Instant(nanoseconds: monotonic), rawAfter: Instant(nanoseconds: 1000 + bracket))
  }

  /// C - M of the later reading against the earlier one's, the two brackets, and the step that this proves.
  @Test(
    arguments: [
      (0, 60, 60, 0),
      (120, 60, 60, 0), (121, 60, 60, -121),
      (-120, 60, 60, 0), (-121, 60, 60, 121),
      // A preemption inside a reading explains as much as it lasted.
      (4_000_000, 60, 4_000_000, 0), (4_000_061, 60, 4_000_000, -4_000_061),
      (1, 0, 0, -1),
      (2_500_000, 60, 60, -2_500_000),
    ] as [(Int64, Int64, Int64, Int64)])
  func aStepIsWhatTheBracketsDoNotExplain(_ change: Int64, _ first: Int64, _ second: Int64, _ step: Int64) {
    let earlier = reading(5000, 1_000_000, bracket: first)
    let later = reading(9000, 1_004_000 + change, bracket: second)
    #expect(later.step(since: earlier) == Nanoseconds(step))
  }

  /// Set forward is negative, as an offset is: the clock is ahead afterwards.
  @Test func aClockSetForwardHasANegativeStep() {
    let step = Scene.reading(2000, stepped: 2_500_000).step(since: Scene.reading(1000))
    #expect(step == Nanoseconds(-2_500_000))
  }

  @Test(arguments: [(0, 1000), (1, 1000), (60, 1030), (61, 1030)] as [(Int64, Int64)])
  func theMomentIsTheMiddleOfTheBracket(_ bracket: Int64, _ raw: Int64) {
    let reading = reading(0, 7000, bracket: bracket)
    #expect(reading.raw == Instant(nanoseconds: raw))
    #expect(reading.bracket == Nanoseconds(bracket))
    #expect(reading.realtimeOverRaw == Nanoseconds(7000 - raw))
  }

  @Test func noReadingTraps() {
    var random = SeededGenerator(seed: 20)
    func any() -> LocalReading {
      LocalReading(
        rawBefore: Instant(nanoseconds: random.number()), realtime: Instant(nanoseconds: random.number()),
        monotonic: Instant(nanoseconds: random.number()), rawAfter: Instant(nanoseconds: random.number()))
    }
    for _ in 0..<5000 {
      let (a, b) = (any(), any())
      _ = (a.raw, a.bracket, a.realtimeOverRaw, b.step(since: a))
    }
  }
}
