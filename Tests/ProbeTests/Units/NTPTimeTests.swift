import Testing

@testable import Probe

@Suite struct NTPTimeTests {
  private static let second: Int64 = 1_000_000_000

  /// RFC 5905 figure 4, as far as nanoseconds in 64 bits reach: seconds of the era, POSIX seconds.
  @Test(arguments: [
    (0, -2_208_988_800),  // 1900-01-01, era 0
    (2_208_988_800, 0),  // 1970-01-01
    (2_272_060_800, 63_072_000),  // 1972-01-01, the first day of UTC
    (3_155_587_200, 946_598_400),  // 1999-12-31
    (63_104, 2_086_041_600),  // 2036-02-08, era 1
  ] as [(UInt64, Int64)])
  func historicDates(_ era: UInt64, _ posix: Int64) {
    let instant = Instant<ReferenceTime>(nanoseconds: posix * Self.second)
    #expect(NTPTime(instant) == NTPTime(bits: era << 32))
    #expect(NTPTime(bits: era << 32).instant(near: instant) == instant)
  }

  /// 2036-02-07T06:28:16Z is second 2^32 of the era.
  @Test func eraWrapsWithThePivotOnEitherSide() {
    let wrap: Int64 = 2_085_978_496
    for pivot in [wrap - 1, wrap, wrap + 1, wrap - 1_000_000_000, wrap + 1_000_000_000] {
      let near = Instant<ReferenceTime>(nanoseconds: pivot * Self.second)
      #expect(NTPTime(bits: 0).instant(near: near).nanoseconds == wrap * Self.second)
      #expect(NTPTime(bits: 0xffff_ffff << 32).instant(near: near).nanoseconds == (wrap - 1) * Self.second)
      #expect(NTPTime(bits: 1 << 32).instant(near: near).nanoseconds == (wrap + 1) * Self.second)
    }
  }

  @Test func nanosecondsSurviveTheRoundTripWithin68YearsOfThePivot() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<20_000 {
      let pivot = Instant<Realtime>(nanoseconds: Int64.random(in: -7 << 60...7 << 60, using: &random))
      let distance = Int64.random(in: -(1 << 31) + 1...(1 << 31) - 2, using: &random)
      let (seconds, overflow) = distance.multipliedReportingOverflow(by: Self.second)
      let fraction = Int64.random(in: 0..<Self.second, using: &random)
      let (sum, far) = pivot.nanoseconds.addingReportingOverflow(seconds)
      guard !overflow, !far, sum > Int64.min + 2 * Self.second, sum < Int64.max - 2 * Self.second
      else { continue }
      let instant = Instant<Realtime>(nanoseconds: sum) + Nanoseconds(fraction)
      guard abs((instant - pivot).count) < (1 << 31) * Self.second - Self.second else { continue }
      #expect(NTPTime(instant).instant(near: pivot) == instant)
    }
  }

  @Test func roundsToTheNearestNanosecondAndDownToTheFormat() {
    var random = SeededGenerator(seed: 3)
    let pivot = Instant<Realtime>(nanoseconds: 1_700_000_000 * Self.second)
    let base = NTPTime(pivot).bits
    for fraction in [0, 1, 2, 3, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff] {
      check(UInt64(fraction))
    }
    for _ in 0..<5000 { check(random.next() & 0xffff_ffff) }

    func check(_ fraction: UInt64) {
      let instant = NTPTime(bits: base | fraction).instant(near: pivot)
      let exact = Int128(fraction) * 1_000_000_000
      #expect((instant - pivot).count == Int64((exact + (1 << 31)) >> 32))
      let back = NTPTime(instant).bits
      #expect(abs(Int128(back) - Int128(base | fraction)) <= 5)
      let rest = Int64.random(in: 0..<Self.second, using: &random)
      #expect(NTPTime(pivot + Nanoseconds(rest)).bits - base == UInt64((Int128(rest) << 32) / 1_000_000_000))
    }
  }

  @Test func farPivotsDoNotTrap() {
    for pivot in [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max] {
      for bits: UInt64 in [0, 1, 1 << 31, 1 << 63, .max, 0x7fff_ffff << 32] {
        _ = NTPTime(bits: bits).instant(near: Instant<Realtime>(nanoseconds: pivot))
      }
      _ = NTPTime(Instant<Realtime>(nanoseconds: pivot))
    }
  }
}
