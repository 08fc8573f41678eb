import Testing

@testable import Probe

@Suite("Dates far from today") struct Eras {
  /// 2036-02-07 06:28:16 UTC, where NTP's seconds begin anew (RFC 5905 section 6).
  static let era1 = Nanoseconds.seconds(2_085_978_496)

  @Test("the era changes in the middle of a burst", arguments: 0..<10 as Range<UInt64>)
  func rollover(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.clocks.epoch = Self.era1 - .milliseconds(900 + Int64(seed))
    scenario.clocks.offset = seed % 2 == 0 ? .microseconds(300) : .microseconds(-300)
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == 250)
    #expect(outcome.summary.verdict == .ok)
    #expect(outcome.summary.inconsistencies == 0)
  }

  @Test("C is on the other side of the era's change, days away", arguments: [-1, 1] as [Int64])
  func acrossEras(side: Int64) {
    var scenario = Scenario(1)
    scenario.clocks.epoch = Self.era1 + .seconds(side * 86_400)
    scenario.clocks.offset = .seconds(side * 2 * 86_400)
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == 250)
    #expect(outcome.summary.verdict == .critical)
  }

  @Test("a clock that begins at 1970", arguments: 0..<5 as Range<UInt64>)
  func epoch(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.clocks.offset = scenario.clocks.epoch - .seconds(Int64(seed))
    scenario.clocks.uptime = .seconds(Int64(seed))
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == 250)
    #expect(outcome.summary.verdict == .critical)
    #expect(outcome.summary.boundLow! > .seconds(1_700_000_000))
  }

  @Test("the time is set from 1970 to now in the middle of a burst", arguments: 0..<5 as Range<UInt64>)
  func firstSet(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.clocks.offset = scenario.clocks.epoch
    scenario.clocks.steps = [(.milliseconds(1000) + .microseconds(20 * Int64(seed)), scenario.clocks.epoch)]
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == 250)
    #expect(outcome.summary.boundHigh!.magnitude < .milliseconds(2))
  }
}
