/// The distribution of a window's values in little memory: a histogram around a value that is near most of them, with
/// eight buckets to each doubling of the distance from it. A quantile is within a sixteenth of its distance from
/// `base`, and exact within 16 ns of it. Least and greatest are exact.
public struct CoarseQuantiles: Sendable {
  public private(set) var base = Nanoseconds.zero
  public private(set) var count: UInt64 = 0
  public private(set) var least = Nanoseconds.max
  public private(set) var greatest = Nanoseconds.min
  /// In the order of the values: those below the base first.
  private var buckets: [UInt16]
  /// Those that hold something lie in here.
  private var used = 0..<0
  /// A bucket counts one value in 2^this.
  private var thinning: UInt64 = 0

  static let perOctave = 8
  /// Up to 2^33 ns, 8.6 s, to either side; what is farther counts into the last.
  static let side = perOctave * 31

  /// - Parameter isUsed: false: it takes no memory, and nothing is added to it
  public init(isUsed: Bool = true) { buckets = Array(repeating: 0, count: isUsed ? 2 * Self.side : 0) }

  /// Begins anew, in the same memory.
  public mutating func removeAll() {
    for index in used { buckets[index] = 0 }
    used = 0..<0
    (base, count, thinning) = (.zero, 0, 0)
    (least, greatest) = (.max, .min)
  }

  /// - Parameter centre: of a window's first value, what it is counted around
  @_optimize(speed)
  public mutating func add(_ value: Nanoseconds, around centre: Nanoseconds) {
    if count == 0 { base = centre }
    count &+= 1
    least = Swift.min(least, value)
    greatest = Swift.max(greatest, value)
    if thinning > 0, count & ((1 << thinning) - 1) != 0 { return }
    keep(place(value), 1)
  }

  /// What the other has too; values keep their error, and where the bases differ the other's is added to it.
  public mutating func merge(_ other: CoarseQuantiles) {
    guard other.count > 0 else { return }
    if count == 0 { base = other.base }
    count += other.count
    least = Swift.min(least, other.least)
    greatest = Swift.max(greatest, other.greatest)
    for index in other.used where other.buckets[index] > 0 {
      let place = base == other.base ? index : place(other.value(index))
      keep(place, UInt64(other.buckets[index]) << other.thinning)
    }
  }

  @inline(__always)
  private mutating func keep(_ place: Int, _ times: UInt64) {
    var more = Swift.max(times >> thinning, 1)
    while more > UInt64(UInt16.max - buckets[place]) {
      thin()
      more = Swift.max(more / 2, 1)
    }
    buckets[place] += UInt16(more)
    if place < used.lowerBound || place >= used.upperBound { widen(to: place) }
  }

  @inline(never)
  private mutating func widen(to place: Int) {
    used =
      used.isEmpty
      ? place..<place + 1 : Swift.min(used.lowerBound, place)..<Swift.max(used.upperBound, place + 1)
  }

  @inline(never)
  private mutating func thin() {
    thinning += 1
    for index in used { buckets[index] /= 2 }
  }

  @inline(__always)
  private func place(_ value: Nanoseconds) -> Int {
    let distance = value - base
    let bucket = Self.bucket(UInt64(distance.magnitude.count))
    return distance < .zero ? Self.side - 1 - bucket : Self.side + bucket
  }

  @inline(__always)
  static func bucket(_ distance: UInt64) -> Int {
    guard distance >= UInt64(perOctave) else { return Int(distance) }
    let octave = 61 - distance.leadingZeroBitCount
    return octave > 30 ? side - 1 : perOctave * octave + Int(distance >> UInt64(octave - 1)) - perOctave
  }

  /// The middle of a bucket.
  static func middle(_ bucket: Int) -> Nanoseconds {
    guard bucket >= perOctave else { return Nanoseconds(Int64(bucket)) }
    let octave = Int64(bucket / perOctave)
    let low = Int64(bucket % perOctave + perOctave) << (octave - 1)
    return Nanoseconds(low + (1 << (octave - 1)) / 2)
  }

  private func value(_ place: Int) -> Nanoseconds {
    place < Self.side
      ? base - Self.middle(Self.side - 1 - place) : base + Self.middle(place - Self.side)
  }

  /// The value that this share does not exceed (nearest rank); nil of nothing.
  public func quantile(partsPerMillion share: UInt64) -> Nanoseconds? {
    guard count > 0 else { return nil }
    var total: UInt64 = 0
    for index in used { total += UInt64(buckets[index]) }
    let rank = Swift.max(1, (total * share + 999_999) / 1_000_000)
    var seen: UInt64 = 0
    for index in used {
      seen += UInt64(buckets[index])
      if seen >= rank { return Swift.max(least, Swift.min(greatest, value(index))) }
    }
    return greatest
  }

  public var distribution: Distribution? {
    guard let median = quantile(partsPerMillion: 500_000), let p99 = quantile(partsPerMillion: 990_000)
    else { return nil }
    return Distribution(min: least, median: median, p99: p99, max: greatest)
  }
}
