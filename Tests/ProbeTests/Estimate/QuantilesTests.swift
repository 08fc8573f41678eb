import Testing

@testable import Probe

@Suite struct QuantilesTests {
  static let shares: [UInt64] = [0, 1, 10_000, 250_000, 500_000, 900_000, 990_000, 999_999, 1_000_000]

  /// Nearest rank of the sorted values.
  private func exact(_ sorted: [Int64], _ share: UInt64) -> Int64 {
    let rank = (UInt64(sorted.count) * share + 999_999) / 1_000_000
    return sorted[Int(max(rank, 1)) - 1]
  }

  private func compare(_ values: [Int64]) {
    var quantiles = Quantiles()
    for value in values { quantiles.add(Nanoseconds(value)) }
    let sorted = values.sorted()
    for share in Self.shares {
      let found = quantiles.quantile(partsPerMillion: share)!.count
      let right = exact(sorted, share)
      let error = Double(found) - Double(right)
      #expect(error.magnitude <= 0.008 * Double(right).magnitude, "\(share): \(found), not \(right)")
    }
    #expect(quantiles.least.count == sorted.first! && quantiles.greatest.count == sorted.last!)
    #expect(quantiles.count == UInt64(values.count))
  }

  /// Every order of magnitude up to 2^37 ns, both signs.
  @Test(arguments: 0..<20)
  func withinEightPerMille(_ seed: Int) {
    var random = SeededGenerator(seed: 8000 + UInt64(seed))
    let count = 1 + Int(random.next() % 3000)
    let keepsSign = seed % 3 == 0
    compare(
      (0..<count).map { _ in
        let value = Int64(bitPattern: random.next()) >> Int64(27 + random.next() % 36)
        return keepsSign ? Int64(value.magnitude) : value
      })
  }

  @Test func exactBelow64() { compare((-63...63).map { $0 }) }

  @Test func everyBucketBorder() {
    for octave in 6..<37 {
      for step: Int64 in 0..<64 {
        let low = (64 + step) << Int64(octave - 6)
        let next = (65 + step) << Int64(octave - 6)
        let bucket = Quantiles.bucket(Nanoseconds(low))
        #expect(Quantiles.bucket(Nanoseconds(next - 1)) == bucket)
        #expect(Quantiles.bucket(Nanoseconds(next)) == bucket + 1 || next == 1 << 37)
        #expect((low..<next).contains(Quantiles.middle(bucket).count))
      }
    }
  }

  @Test func anEmptyStreamHasNone() {
    #expect(Quantiles().median == nil && Quantiles().distribution == nil)
  }

  @Test(arguments: [.min, .max, 0, -1, 1, 1 << 37, -(1 << 37), 1 << 60] as [Int64])
  func oneValueIsItsOwnQuantiles(_ value: Int64) {
    var quantiles = Quantiles()
    quantiles.add(Nanoseconds(value))
    for share in Self.shares { #expect(quantiles.quantile(partsPerMillion: share) == Nanoseconds(value)) }
  }

  @Test func theEndsOfTheRange() {
    var quantiles = Quantiles()
    for value: Int64 in [.min, .max, 0] { quantiles.add(Nanoseconds(value)) }
    #expect(quantiles.median == .zero)
    #expect(quantiles.least == .min && quantiles.greatest == .max)
    #expect(quantiles.quantile(partsPerMillion: 1_000_000)! > .seconds(100))
    #expect(quantiles.quantile(partsPerMillion: 1)! < .seconds(-100))
  }

  /// A share grows, so does its quantile, and none leaves the range of the values.
  @Test func quantilesAreInOrder() {
    var random = SeededGenerator(seed: 31)
    var quantiles = Quantiles()
    for _ in 0..<2000 { quantiles.add(Nanoseconds(random.number())) }
    var last = Nanoseconds.min
    for share: UInt64 in stride(from: 0, through: 1_000_000, by: 1000) {
      let value = quantiles.quantile(partsPerMillion: share)!
      #expect(value >= last && value >= quantiles.least && value <= quantiles.greatest)
      last = value
    }
  }
}
