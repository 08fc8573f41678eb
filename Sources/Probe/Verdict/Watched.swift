/// What was seen of C since a reference's last query ended.
public struct Watched: Sendable {
  public var range = RealtimeRange()
  public var unseen = Unseen()

  public init() {}

  public mutating func add(_ other: Watched) {
    range.add(other.range)
    unseen.add(other.unseen)
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

  /// How far C - R was read away from a value; zero where it was not read.
  func farthest(from value: Nanoseconds) -> Nanoseconds {
    lowest > highest ? .zero : max((lowest - value).magnitude, (highest - value).magnitude)
  }
}
