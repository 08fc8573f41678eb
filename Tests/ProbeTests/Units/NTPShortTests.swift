import Testing

@testable import Probe

@Suite struct NTPShortTests {
  /// 2^-16 s is 15 258.789... ns.
  @Test(arguments: [
    (0, 0), (1, 15259), (2, 30518), (0x8000, 500_000_000), (0x1_0000, 1_000_000_000),
    (0xffff_ffff, 65_535_999_984_742),
  ] as [(UInt32, Int64)])
  func lengthIsRoundedUp(_ bits: UInt32, _ nanoseconds: Int64) {
    #expect(NTPShort(bits: bits).length == Nanoseconds(nanoseconds))
  }

  @Test func lengthIsTheCeiling() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<10_000 {
      let bits = UInt32(truncatingIfNeeded: random.next() >> (random.next() % 32))
      let exact = Int128(bits) * 1_000_000_000
      #expect(NTPShort(bits: bits).length.count == Int64((exact + 65535) / 65536))
    }
  }

  /// In units of 10^-9 / 2^16 s, in which both formats are whole numbers.
  @Test func coveringIsTheLeastThatCovers() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<10_000 {
      let length = Int64.random(in: 1..<65_535_999_984_741, using: &random) >> Int64(random.next() % 47)
      let bits = NTPShort(covering: Nanoseconds(length)).bits
      #expect(Int128(bits) * 1_000_000_000 >= Int128(length) << 16)
      #expect(bits == 0 || Int128(bits - 1) * 1_000_000_000 < Int128(length) << 16)
    }
  }

  @Test func coveringSaturates() {
    #expect(NTPShort(covering: .min).bits == 0)
    #expect(NTPShort(covering: Nanoseconds(-1)).bits == 0)
    #expect(NTPShort(covering: .zero).bits == 0)
    #expect(NTPShort(covering: .seconds(65535)).bits == 0xffff_0000)
    #expect(NTPShort(covering: .seconds(65536) - Nanoseconds(1)).bits == .max)
    #expect(NTPShort(covering: .seconds(65536)).bits == .max)
    #expect(NTPShort(covering: .max).bits == .max)
  }

  @Test(arguments: [
    (-128, 1), (-30, 1), (-29, 2), (-25, 30), (-20, 954), (-10, 976_563), (-1, 500_000_000),
    (0, 1_000_000_000), (1, 2_000_000_000), (15, 32_768_000_000_000), (16, 65_536_000_000_000),
    (127, 65_536_000_000_000),
  ] as [(Int8, Int64)])
  func precision(_ exponent: Int8, _ nanoseconds: Int64) {
    #expect(Precision(exponent: exponent).length == Nanoseconds(nanoseconds))
  }
}
