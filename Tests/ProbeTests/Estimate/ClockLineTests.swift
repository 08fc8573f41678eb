import Testing

@testable import Probe

struct ClockLineTests {
  static func line(_ readings: [CrossReading], grain: Double = 1, unit: Double = 1) -> ClockLine {
    var line = ClockLine(span: .milliseconds(1), unit: unit)
    line.grain = grain
    for reading in readings { line.add(reading) }
    return line
  }

  @Test func `the bounds contain the true rate, whatever the queues`() throws {
    for seed in 0..<1000 {
      var random = SeededGenerator(seed: UInt64(seed))
      let rate = Double.random(in: -0.002...0.002, using: &random)
      let readings = SimulatedReadings(rate: rate, grain: [1, 1, 70, 1000][seed % 4]).make(&random)
      let found = try #require(Self.line(readings, grain: Double([1, 1, 70, 1000][seed % 4])).rate())
      let truth = Rate(fraction: rate)
      #expect(found.low <= truth && truth <= found.high, "seed \(seed)")
      #expect(found.low <= found.best && found.best <= found.high, "seed \(seed)")
      #expect(found.uncertainty < .partsPerMillion(60), "seed \(seed)")
    }
  }

  @Test func `the best estimate is far inside the bounds`() throws {
    for seed in 0..<100 {
      var random = SeededGenerator(seed: UInt64(seed))
      let readings = SimulatedReadings(rate: 20e-6, count: 1000).make(&random)
      let found = try #require(Self.line(readings).rate())
      #expect((found.best - .partsPerMillion(20)).magnitude < Rate(partsPerTrillion: 300_000), "seed \(seed)")
    }
  }

  @Test func `a counter has a unit of its own`() throws {
    var random = SeededGenerator(seed: 7)
    let ticks = SimulatedReadings(rate: 1.5).make(&random)
    let found = try #require(Self.line(ticks, unit: 0.4).rate())
    #expect(found.low <= Rate(partsPerTrillion: 0) && Rate(partsPerTrillion: 0) <= found.high)
  }

  @Test func `a clock that runs backwards is bounded too`() throws {
    var random = SeededGenerator(seed: 8)
    let readings = SimulatedReadings(rate: -3, base: 1 << 50).make(&random)
    let found = try #require(Self.line(readings).rate())
    #expect(found.low <= Rate(fraction: -3) && Rate(fraction: -3) <= found.high)
    #expect(ClockJudgement(Self.line(readings)).state == .reversed)
  }

  @Test func `nothing can be told of one reading, nor of two that overlap`() {
    let reading = CrossReading(before: Instant(nanoseconds: 0), value: 5, after: Instant(nanoseconds: 100))
    #expect(Self.line([]).rate() == nil)
    #expect(Self.line([reading]).rate() == nil)
    let other = CrossReading(
      before: Instant(nanoseconds: 50), value: 6, after: Instant(nanoseconds: 2_000_000))
    #expect(Self.line([reading, other]).rate() == nil)
  }

  @Test func `any values are safe`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var raw = Int64.random(in: -1000...1000, using: &random)
      var line = ClockLine(span: Nanoseconds(Int64.random(in: 0...1000, using: &random)))
      for _ in 0..<20 {
        let after = raw + Int64.random(in: 0...1000, using: &random)
        let value = [Int64.min, .max, 0, Int64.random(in: .min ... .max, using: &random)].randomElement(
          using: &random)!
        line.add(
          CrossReading(before: Instant(nanoseconds: raw), value: value, after: Instant(nanoseconds: after)))
        raw = after + Int64.random(in: 0...10_000, using: &random)
      }
      if let rate = line.rate() {
        #expect(rate.low <= rate.high)
        _ = (rate.uncertainty, rate.against(rate))
      }
      _ = ClockJudgement(line)
    }
  }

  @Test func `against another clock`() {
    let clock = RateBound(
      best: .partsPerMillion(30), low: .partsPerMillion(29), high: .partsPerMillion(31))
    let reference = RateBound(
      best: .partsPerMillion(10), low: .partsPerMillion(8), high: .partsPerMillion(12))
    let rate = clock.against(reference)
    // (1 + 30e-6) / (1 + 10e-6) - 1
    #expect((rate.best - Rate(partsPerTrillion: 19_999_800)).magnitude <= Rate(partsPerTrillion: 1))
    #expect(rate.low < .partsPerMillion(17) && rate.low > Rate(partsPerTrillion: 16_999_000))
    #expect(rate.high < .partsPerMillion(23) && rate.high > Rate(partsPerTrillion: 22_999_000))
  }
}
