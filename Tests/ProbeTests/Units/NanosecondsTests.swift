import Testing

@testable import Probe

/// Saturating arithmetic is arithmetic in 128 bits, clamped.
@Suite struct NanosecondsTests {
  private func clamped(_ value: Int128) -> Nanoseconds {
    Nanoseconds(Int64(clamping: value))
  }

  @Test func agreesWithWideArithmetic() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let a = random.number()
      let b = random.number()
      #expect(Nanoseconds(a) + Nanoseconds(b) == clamped(Int128(a) + Int128(b)))
      #expect(Nanoseconds(a) - Nanoseconds(b) == clamped(Int128(a) - Int128(b)))
      #expect(Nanoseconds(a).scaled(by: b) == clamped(Int128(a) * Int128(b)))
      #expect(-Nanoseconds(a) == clamped(-Int128(a)))
      #expect(Nanoseconds(a).magnitude == clamped(Int128(a.magnitude)))
      #expect((Nanoseconds(a) < Nanoseconds(b)) == (a < b))
    }
  }

  @Test func units() {
    #expect(Nanoseconds.microseconds(-3) == Nanoseconds(-3000))
    #expect(Nanoseconds.milliseconds(8) == Nanoseconds(8_000_000))
    #expect(Nanoseconds.seconds(2) == Nanoseconds(2_000_000_000))
    #expect(Nanoseconds.seconds(.max) == .max)
    #expect(Nanoseconds.seconds(.min) == .min)
    #expect(Nanoseconds(1_500_000_000).seconds == 1.5)
  }

  @Test(arguments: [(3, 1), (2, 1), (0, 0), (-1, -1), (-2, -1), (-3, -2)] as [(Int64, Int64)])
  func halfRoundsDown(_ whole: Int64, _ half: Int64) {
    #expect(Nanoseconds(whole).half == Nanoseconds(half))
  }

  @Test func instantsSaturate() {
    let last = Instant<Raw>(nanoseconds: .max)
    let first = Instant<Raw>(nanoseconds: .min)
    #expect(last - first == .max)
    #expect(first - last == .min)
    #expect(last + Nanoseconds(1) == last)
    #expect(first - Nanoseconds(1) == first)
    #expect(Instant<Raw>(nanoseconds: 7).ahead(of: Instant<Realtime>(nanoseconds: 9)) == Nanoseconds(-2))
  }
}
