/// The distribution of a stream of lengths of time in constant memory: a histogram whose buckets grow with the
/// value, 64 to each doubling, so that a quantile is within 0.8 % of its size. Below 64 ns it is exact.
public struct Quantiles: Sendable {
  private var negative: [UInt32]
  private var positive: [UInt32]
  public private(set) var count: UInt64 = 0
  public private(set) var least = Nanoseconds.max
  public private(set) var greatest = Nanoseconds.min

  /// 64 exact buckets and 64 for each doubling up to 2^37 ns, 137 s; what is longer counts into the last.
  static let perOctave = 64
  static let octaves = 31
  static let buckets = perOctave * (octaves + 1)

  public init() {
    negative = []
    positive = Array(repeating: 0, count: Self.buckets)
  }

  @_optimize(speed)
  public mutating func add(_ value: Nanoseconds) {
    count &+= 1
    least = Swift.min(least, value)
    greatest = Swift.max(greatest, value)
    let index = Self.bucket(value.magnitude)
    if value < .zero {
      if negative.isEmpty { negative = Array(repeating: 0, count: Self.buckets) }
      Self.count(&negative[index])
    } else {
      Self.count(&positive[index])
    }
  }

  /// Stops at its end.
  @inline(__always)
  private static func count(_ bucket: inout UInt32) { bucket &+= bucket == .max ? 0 : 1 }

  @inline(__always)
  static func bucket(_ magnitude: Nanoseconds) -> Int {
    let value = UInt64(magnitude.count)
    guard value >= UInt64(perOctave) else { return Int(value) }
    let octave = 58 - value.leadingZeroBitCount
    guard octave <= octaves else { return buckets - 1 }
    return perOctave * octave + Int(value >> UInt64(octave - 1)) - perOctave
  }

  /// The middle of a bucket.
  static func middle(_ index: Int) -> Nanoseconds {
    guard index >= perOctave else { return Nanoseconds(Int64(index)) }
    let octave = index / perOctave
    let low = Int64(index % perOctave + perOctave) << Int64(octave - 1)
    return Nanoseconds(low + (Int64(1) << Int64(octave - 1)) / 2)
  }

  /// The value that this share of the stream does not exceed (nearest rank); nil of an empty stream.
  /// - Parameter share: in parts per million
  public func quantile(partsPerMillion share: UInt64) -> Nanoseconds? {
    guard count > 0 else { return nil }
    let product = count.multipliedFullWidth(by: share)
    let rank = Swift.max(1, (product.high > 0 ? count : (product.low + 999_999) / 1_000_000))
    var seen: UInt64 = 0
    for index in negative.indices.reversed() {
      seen += UInt64(negative[index])
      if seen >= rank { return clamp(-Self.middle(index)) }
    }
    for index in positive.indices {
      seen += UInt64(positive[index])
      if seen >= rank { return clamp(Self.middle(index)) }
    }
    return greatest
  }

  public var median: Nanoseconds? { quantile(partsPerMillion: 500_000) }

  private func clamp(_ value: Nanoseconds) -> Nanoseconds {
    Swift.max(least, Swift.min(greatest, value))
  }
}
