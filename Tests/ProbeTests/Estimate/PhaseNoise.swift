@testable import Probe

/// Phases in nanoseconds with every kind of noise that a clock has, and gaps.
struct PhaseNoise {
  var random: SeededGenerator
  private var rate = 0.0
  private var phase = 0.0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// -1 to 1.
  mutating func chance() -> Double { Double(random.next() >> 11) * 0x1p-52 - 1 }

  /// White phase, white rate and a walk of the rate.
  mutating func next() -> Nanoseconds {
    rate += 0.3 * chance()
    phase += 40 * chance() + rate
    return Nanoseconds(Int64(phase + 500 * chance()))
  }

  mutating func phases(_ count: Int) -> [Nanoseconds] { (0..<count).map { _ in next() } }

  /// Single values and whole stretches are missing.
  mutating func gaps(_ phases: [Nanoseconds]) -> [Nanoseconds?] {
    var missing: UInt64 = 0
    return phases.map { phase in
      if missing > 0 {
        missing -= 1
      } else if random.next() % 40 == 0 {
        missing = random.next() % 2 == 0 ? 0 : random.next() % 60
      } else {
        return phase
      }
      return nil
    }
  }
}
