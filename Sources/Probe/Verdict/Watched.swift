/// What was seen of C since a reference's last query ended.
public struct Watched: Sendable {
  public var range = RealtimeRange()
  public var unseen = Unseen()

  public init() {}

  public mutating func add(_ other: Watched) {
    range.add(other.range)
    unseen.add(other.unseen)
  }

  /// Bounds of S - C by those of S - R: what was read of C is between the least and the greatest of it. nil: it was
  /// not read, or was set by nobody knows what.
  @inline(__always)
  func offset(_ bounds: ClockBounds?) -> ClockBounds? {
    guard let bounds, !unseen.isLost, range.lowest <= range.highest else { return nil }
    return ClockBounds(low: bounds.low - range.highest, high: bounds.high - range.lowest)
  }
}

/// The least and the greatest C - R that was read.
public struct RealtimeRange: Sendable {
  public private(set) var lowest = Nanoseconds.max
  public private(set) var highest = Nanoseconds.min

  public init() {}

  public mutating func add(_ reading: LocalReading) {
    let (middle, reach) = (reading.realtimeOverRaw, reading.bracket.half)
    lowest = min(lowest, middle - reach)
    highest = max(highest, middle + reach)
  }

  public mutating func add(_ other: RealtimeRange) {
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
  }
}
