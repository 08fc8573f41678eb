import Testing

@testable import Probe

struct ClockJudgementTests {
  /// Readings each 10 ms of a clock that `value` tells.
  static func line(count: Int = 64, bracket: Int64 = 1000, _ value: (Int64) -> Int64) -> ClockLine {
    var line = ClockLine(span: .milliseconds(10))
    for index in 0..<Int64(count) {
      let raw = index * 10_000_000
      line.add(
        CrossReading(
          before: Instant(nanoseconds: raw), value: value(raw + bracket / 2),
          after: Instant(nanoseconds: raw + bracket)))
    }
    return line
  }

  @Test func ok() {
    #expect(ClockJudgement(Self.line { $0 + 12 }).state == .ok)
    #expect(ClockJudgement(Self.line { $0 + $0 / 50_000 }).state == .ok)
    // 500 ppm: as far as the kernel steers.
    #expect(ClockJudgement(Self.line { $0 - $0 / 2000 }).state == .ok)
  }

  @Test func frozen() {
    #expect(ClockJudgement(Self.line { _ in 77 }).state == .frozen)
    #expect(ClockJudgement(Self.line(count: 4) { _ in 77 }).state == .ok, "30 ms: it may be coarse")
    #expect(ClockJudgement(Self.line { _ in 77 }, coarsest: .seconds(1)).state == .ok)
    #expect(ClockJudgement(Self.line(count: 0) { _ in 77 }).state == .ok)
  }

  @Test func farOff() {
    #expect(ClockJudgement(Self.line { $0 * 5 / 2 }).state == .fast)
    #expect(ClockJudgement(Self.line { $0 / 2 }).state == .slow)
    #expect(ClockJudgement(Self.line { $0 + $0 / 900 }).state == .fast)
    #expect(ClockJudgement(Self.line { -$0 }).state == .reversed)
  }

  @Test func stepped() {
    for size: Int64 in [-3_000_000, -50_000, 50_000, 1_000_000_000] {
      let judgement = ClockJudgement(Self.line { $0 + ($0 > 300_000_000 ? size : 0) })
      #expect(judgement.state == .stepped)
      #expect(judgement.jump == size)
    }
    // Within the brackets: nobody can tell.
    #expect(ClockJudgement(Self.line { $0 + ($0 > 300_000_000 ? 1500 : 0) }).state == .ok)
  }

  @Test func unsteady() {
    // 2000 ppm faster in the last quarter: a slew, not a jump.
    let judgement = ClockJudgement(Self.line { $0 + max(0, $0 - 480_000_000) / 500 })
    #expect(judgement.state == .unsteady)
    #expect((judgement.wander ?? Rate(partsPerTrillion: 0)) > .partsPerMillion(1900))
  }
}
