/// The last values of a stream: their median and how far from it they lie, which no few outliers can move.
public struct RecentValues: Sendable {
  private var values: [Int64] = []
  private var next = 0
  private let width: Int

  /// - Parameter width: how many values are kept
  public init(width: Int = 64) {
    self.width = Swift.max(width, 1)
    values.reserveCapacity(self.width)
  }

  public var count: Int { values.count }

  public mutating func add(_ value: Nanoseconds) {
    if values.count < width {
      values.append(value.count)
    } else {
      values[next] = value.count
    }
    next = next + 1 == width ? 0 : next + 1
  }

  /// Of an even number the lower of the two in the middle; nil of nothing.
  public var median: Nanoseconds? { Self.median(values) }

  /// MAD, the median absolute deviation from the median. Of normal noise 0.6745 of its standard deviation.
  public var deviation: Nanoseconds? {
    guard let median else { return nil }
    return Self.median(values.map { (Nanoseconds($0) - median).magnitude.count })
  }

  /// How far a value lies from the median, in MADs, cut to whole ones; nil where the MAD is zero or unknown.
  public func distance(of value: Nanoseconds) -> Int64? {
    guard let median, let deviation, deviation > .zero else { return nil }
    return (value - median).magnitude.count / deviation.count
  }

  private static func median(_ values: [Int64]) -> Nanoseconds? {
    guard !values.isEmpty else { return nil }
    return Nanoseconds(values.sorted()[(values.count - 1) / 2])
  }
}
