import Testing

@testable import Probe

@Suite struct CoarseQuantilesTests {
  private static let shares: [UInt64] = [0, 10_000, 250_000, 500_000, 900_000, 990_000, 1_000_000]

  private func exact(_ sorted: [Int64], _ share: UInt64) -> Int64 {
    let rank = (UInt64(sorted.count) * share + 999_999) / 1_000_000
    return sorted[Int(max(rank, 1)) - 1]
  }

  /// Around any base, of any size up to 2^33 ns from it, both signs.
  @Test(arguments: 0..<30) func withinASixteenth(_ seed: Int) {
    var random = SeededGenerator(seed: 74_000 + UInt64(seed))
    let base = Int64(bitPattern: random.next()) >> Int64(2 + random.next() % 50)
    let values = (0..<1 + Int(random.next() % 3000)).map { _ in
      base + Int64(bitPattern: random.next()) >> Int64(31 + random.next() % 32)
    }
    var quantiles = CoarseQuantiles()
    for value in values { quantiles.add(Nanoseconds(value), around: Nanoseconds(base)) }
    let sorted = values.sorted()
    for share in Self.shares {
      let (found, right) = (quantiles.quantile(partsPerMillion: share)!.count, exact(sorted, share))
      let distance = Double((right - base).magnitude)
      #expect(Double((found - right).magnitude) <= distance / 16 + 0.5, "\(share): \(found), not \(right)")
    }
    #expect(
      quantiles.distribution?.min.count == sorted.first && quantiles.distribution?.max.count == sorted.last)
  }

  @Test func everyBucketBorder() {
    for octave in 1...30 {
      for step: UInt64 in 0..<8 {
        let low = (8 + step) << UInt64(octave - 1)
        let bucket = CoarseQuantiles.bucket(low)
        #expect(CoarseQuantiles.bucket((9 + step) << UInt64(octave - 1) - 1) == bucket)
        #expect(bucket == 8 * octave + Int(step))
        let middle = UInt64(CoarseQuantiles.middle(bucket).count)
        #expect(middle >= low && middle < (9 + step) << UInt64(octave - 1))
      }
    }
    #expect(CoarseQuantiles.bucket(.max) == CoarseQuantiles.side - 1)
  }

  /// Merged they are what all values together are; of another base with its error added.
  @Test(arguments: [0, 5000] as [Int64]) func merged(_ shift: Int64) {
    var random = SeededGenerator(seed: 75_000)
    var sum = CoarseQuantiles()
    var all: [Int64] = []
    for part: Int64 in 0..<5 {
      var one = CoarseQuantiles()
      for _ in 0..<400 {
        let value = 1_000_000 + Int64(random.next() % 20_000)
        all.append(value)
        one.add(Nanoseconds(value), around: Nanoseconds(1_000_000 + part * shift))
      }
      sum.merge(one)
      one.removeAll()
      #expect(one.distribution == nil)
    }
    let sorted = all.sorted()
    #expect(sum.count == 2000 && sum.least.count == sorted[0] && sum.greatest.count == sorted[1999])
    for share in Self.shares {
      let found = sum.quantile(partsPerMillion: share)!.count
      #expect((found - exact(sorted, share)).magnitude <= 20_000 / 8 + 1)
    }
  }

  /// More than a bucket counts: the shares stay.
  @Test func moreThanABucketHolds() {
    var quantiles = CoarseQuantiles()
    var random = SeededGenerator(seed: 76_000)
    for _ in 0..<400_000 {
      quantiles.add(Nanoseconds(random.next() % 10 == 0 ? 5000 : 3), around: .zero)
    }
    #expect(quantiles.count == 400_000)
    #expect(quantiles.quantile(partsPerMillion: 890_000) == Nanoseconds(3))
    #expect(quantiles.quantile(partsPerMillion: 920_000)! > Nanoseconds(4600))
    var other = CoarseQuantiles()
    other.merge(quantiles)
    other.merge(quantiles)
    #expect(other.quantile(partsPerMillion: 890_000) == Nanoseconds(3))
    #expect(other.quantile(partsPerMillion: 920_000)! > Nanoseconds(4600))
  }

  @Test(arguments: [.min, .max, 0, -1] as [Int64]) func nothingTraps(_ value: Int64) {
    var quantiles = CoarseQuantiles()
    for base in [Int64.min, 0, .max] {
      quantiles.add(Nanoseconds(value), around: Nanoseconds(base))
      var other = CoarseQuantiles()
      other.add(Nanoseconds(value), around: Nanoseconds(0 &- base))
      quantiles.merge(other)
    }
    #expect(quantiles.distribution?.max == Nanoseconds(value))
  }
}
