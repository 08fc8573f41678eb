/// How the lengths of an interval are distributed, coarsely and small: 8 buckets to each doubling, so that a quantile is
/// within 6.3 % of its size; the least and the greatest are exact. What is longer than 137 s counts into the last bucket.
struct StreamHistogram: Sendable {
  private var counts = [UInt32](repeating: 0, count: 2 * buckets)
  private(set) var count: UInt64 = 0
  private(set) var least = Nanoseconds.max
  private(set) var greatest = Nanoseconds.min

  static let perOctave = 8
  /// 8 exact ones, and 8 to each of 34 doublings.
  static let buckets = perOctave * 35

  mutating func add(_ value: Nanoseconds) {
    count += 1
    least = min(least, value)
    greatest = max(greatest, value)
    let index = Self.bucket(value.magnitude)
    // The negative ones in front, the largest first.
    let place = value < .zero ? Self.buckets - 1 - index : Self.buckets + index
    counts[place] &+= counts[place] == .max ? 0 : 1
  }

  mutating func removeAll() {
    for place in counts.indices { counts[place] = 0 }
    (count, least, greatest) = (0, .max, .min)
  }

  static func bucket(_ magnitude: Nanoseconds) -> Int {
    let value = UInt64(magnitude.count)
    guard value >= UInt64(perOctave) else { return Int(value) }
    let octave = 61 - value.leadingZeroBitCount
    return min(buckets - 1, perOctave * octave + Int(value >> UInt64(octave - 1)) - perOctave)
  }

  private static func middle(_ index: Int) -> Int64 {
    guard index >= perOctave else { return Int64(index) }
    let octave = index / perOctave
    let low = Int64(index % perOctave + perOctave) << Int64(octave - 1)
    return low + (Int64(1) << Int64(octave - 1)) / 2
  }

  /// The value that this share of both does not exceed (nearest rank), in parts per million; nil where both are empty.
  static func quantile(_ one: StreamHistogram, _ other: StreamHistogram, _ share: UInt64) -> Nanoseconds? {
    let count = one.count + other.count
    guard count > 0 else { return nil }
    let (least, greatest) = (min(one.least, other.least), max(one.greatest, other.greatest))
    if share == 0 { return least }
    if share >= 1_000_000 { return greatest }
    let rank = max(1, (count * share + 999_999) / 1_000_000)
    var seen: UInt64 = 0
    for place in 0..<2 * buckets {
      seen += UInt64(one.counts[place]) + UInt64(other.counts[place])
      guard seen >= rank else { continue }
      let value = place < buckets ? -middle(buckets - 1 - place) : middle(place - buckets)
      return max(least, min(greatest, Nanoseconds(value)))
    }
    return greatest
  }
}
