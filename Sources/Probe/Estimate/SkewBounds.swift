/// What exchanges between two processors prove of the offset between their counters, in ticks: the other's
/// counter less this one's. Like an NTP exchange, but nothing is assumed of the two ways.
///
///     this:  sent ----------------------------> received
///     other:            read somewhere in between
public struct SkewBounds: Equatable, Sendable {
  public private(set) var low = Int64.min
  public private(set) var high = Int64.max
  public private(set) var rounds: UInt64 = 0
  /// Rounds that exclude each other: no constant offset fits all.
  public private(set) var contradictions: UInt64 = 0

  public init() {}

  public mutating func add(sent: UInt64, other: UInt64, received: UInt64) {
    rounds += 1
    let least = Int64(bitPattern: other &- received)
    let most = Int64(bitPattern: other &- sent)
    guard least <= most else {
      contradictions += 1
      return
    }
    let (newLow, newHigh) = (Swift.max(low, least), Swift.min(high, most))
    if newLow <= newHigh {
      (low, high) = (newLow, newHigh)
    } else {
      contradictions += 1
      (low, high) = (least, most)
    }
  }
}
