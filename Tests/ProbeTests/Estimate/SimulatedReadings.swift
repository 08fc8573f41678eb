@testable import Probe

/// Readings of a clock whose rate is known, through a queue: now and then a reading is held up.
struct SimulatedReadings {
  var rate: Double
  /// ns; of a clock that steps.
  var grain: Int64 = 1
  var base: Int64 = 0
  var gap: Int64 = 1_000_000
  var count = 200

  /// The clock at a moment of R, in ns.
  func value(at raw: Double) -> Int64 {
    let value = Double(base) + raw * (1 + rate)
    let steps = (value / Double(grain)).rounded(.down)
    return Int64(steps) * grain
  }

  func make(_ random: inout SeededGenerator) -> [CrossReading] {
    var raw = Int64.random(in: 0..<1_000_000_000, using: &random)
    return (0..<count).map { _ in
      let out = Self.delay(&random)
      let back = Self.delay(&random)
      let reading = CrossReading(
        before: Instant(nanoseconds: raw), value: value(at: Double(raw + out)),
        after: Instant(nanoseconds: raw + out + back))
      raw += out + back + Int64.random(in: gap / 2..<gap * 3 / 2, using: &random)
      return reading
    }
  }

  /// 20 ns at least, mostly below 200, now and then up to a millisecond.
  private static func delay(_ random: inout SeededGenerator) -> Int64 {
    switch Int.random(in: 0..<20, using: &random) {
    case 0: Int64.random(in: 1000..<1_000_000, using: &random)
    case 1...4: Int64.random(in: 200..<2000, using: &random)
    default: Int64.random(in: 20..<200, using: &random)
    }
  }
}
