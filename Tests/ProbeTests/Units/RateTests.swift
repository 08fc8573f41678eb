import Testing

@testable import Probe

@Suite struct RateTests {
  private func wide(_ rate: Int64, over length: Int64) -> Nanoseconds {
    let product = Int128(rate) * Int128(length)
    let trillion: Int128 = 1_000_000_000_000
    let magnitude = (abs(product) + trillion - 1) / trillion
    return Nanoseconds(Int64(clamping: product < 0 ? -magnitude : magnitude))
  }

  @Test func agreesWithWideArithmetic() {
    var random = SeededGenerator(seed: 6)
    for _ in 0..<20_000 {
      let rate = random.number()
      let length = random.number()
      #expect(Rate(partsPerTrillion: rate).over(Nanoseconds(length)) == wide(rate, over: length))
    }
  }

  /// A whole quotient at the end of the range.
  @Test func edges() {
    for rate: Int64 in [1_000_000_000_000, -1_000_000_000_000, 999_999_999_999, .max, .min, 1, -1, 0] {
      for length: Int64 in [.max, .min, .max - 1, .min + 1, 1, -1, 0] {
        #expect(Rate(partsPerTrillion: rate).over(Nanoseconds(length)) == wide(rate, over: length))
      }
    }
  }

  @Test func partsPerMillion() {
    #expect(Rate.partsPerMillion(500).over(.seconds(1)) == .microseconds(500))
    #expect(Rate.partsPerMillion(-1).over(.seconds(300)) == .microseconds(-300))
    #expect(Rate(partsPerTrillion: 1).over(Nanoseconds(1)) == Nanoseconds(1))
    #expect(Rate.partsPerMillion(.max).partsPerTrillion == .max)
    #expect(Rate.partsPerMillion(.min).partsPerTrillion == .min)
  }
}
