/// SplitMix64 (Steele, Lea, Flood 2014): the same cases on every run and every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// Every order of magnitude as likely as the next, both signs, and often an end of the range:
  /// uniform numbers are nearly all huge.
  mutating func number() -> Int64 {
    switch next() % 16 {
    case 0: return .max
    case 1: return .min
    case 2: return 0
    default: return Int64(bitPattern: next()) >> Int64(next() % 64)
    }
  }
}
