/// Seeded chance. Each purpose, and each packet, has a stream of its own: what one of them draws
/// does not shift another's, so that two runs can differ in one thing only.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  enum Purpose: UInt64 {
    case parameters = 1
    case clocks, readings, wakes, cookies, out, back, server, stamps, attack, sends
  }

  init(_ seed: UInt64, _ purpose: Purpose, _ number: UInt64 = 0) {
    state = seed &* 0x9fb2_1c65_1e98_df25 ^ purpose.rawValue << 56 ^ number
    _ = next()
    state ^= next()
  }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// 0 inclusive to 1 exclusive.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// Both ends included.
  mutating func pick(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  mutating func real(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + unit() * (range.upperBound - range.lowerBound)
  }

  /// Every order of magnitude between the two as likely as the next.
  mutating func magnitude(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound * Math.power(range.upperBound / range.lowerBound, unit())
  }

  mutating func exponential(mean: Double) -> Double { -mean * Math.log(1 - unit()) }

  /// Heavy-tailed (shape 1.5): the variance is infinite.
  mutating func pareto(scale: Double) -> Double { scale / Math.power(1 - unit(), 1 / 1.5) }

  /// Normal to within what a sum of twelve uniform numbers is.
  mutating func gaussian() -> Double { (0..<12).reduce(-6) { sum, _ in sum + unit() } }
}
