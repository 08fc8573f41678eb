@testable import Probe

/// A path of exponential queueing and an oscillator that wanders: g = `Scene.epoch` + `drift`, whose rate stays within
/// `wander` of a rate that nobody knows.
struct PathWorld {
  var random: SeededGenerator
  /// Each way, in ns: what no packet is faster than, and the mean of what it waits beyond.
  var floor = 100_000.0
  var queueing = 100_000.0
  /// g - epoch at each whole second, and how it goes on from there in ns/ns.
  private var value = [0.0]
  private var rate: [Double] = []
  /// A step of S at a moment: positive = S is set forward.
  var step: (at: Int64, by: Int64) = (.max, 0)

  /// - Parameters:
  ///   - wander: in ppm, to either side; the rate walks between these walls
  ///   - pace: of the walk, in ppm each second
  init(seed: UInt64, seconds: Int, wander: Double = 0, pace: Double = 0) {
    random = SeededGenerator(seed: seed)
    let middle = 400e-6 * chance()
    var off = wander * chance()
    for second in 0...seconds {
      off = max(-wander, min(wander, off + pace * chance()))
      rate.append(middle + off * 1e-6)
      value.append(value[second] + rate[second] * 1e9)
    }
  }

  /// -1 to 1.
  mutating func chance() -> Double { Double(random.next() >> 11) * 0x1p-52 - 1 }

  private mutating func leg() -> Int64 { Int64(floor - queueing * log((chance() + 1) / 2 + 1e-18)) }

  /// Of a number in (0, 1], to a part in 10^9: log x = 2 artanh((x - 1) / (x + 1)), after halving.
  private func log(_ x: Double) -> Double {
    let z = (x.significand - 1) / (x.significand + 1)
    var (term, sum) = (z, 0.0)
    for power in stride(from: 1.0, to: 40, by: 2) {
      sum += term / power
      term *= z * z
    }
    return 2 * sum + Double(x.exponent) * 0.693_147_180_559_945_3
  }

  /// g - epoch at a moment of R, rounded down.
  func drift(_ raw: Int64) -> Int64 {
    let second = max(0, min(rate.count - 1, Int(raw / 1_000_000_000)))
    let since = Double(raw - Int64(second) * 1_000_000_000)
    return Int64((value[second] + rate[second] * since).rounded(.down)) + (raw >= step.at ? step.by : 0)
  }

  mutating func exchange(_ sent: Int64) -> Exchange {
    let atServer = sent + leg()
    let leaves = atServer + 10_000
    let arrival = leaves + leg()
    return Scene.exchange(sent, atServer + drift(atServer), leaves + drift(leaves), arrival, bracket: 0)
  }
}
