/// Bounds of a value that does not change, each observation narrowing them.
///
/// The difference of two clocks is read to within the time that the reading took. Where nothing happened to either
/// clock, all observations have a value in common, so that an empty intersection proves that something did.
struct Interval: Equatable, Sendable {
  private(set) var low: Nanoseconds
  private(set) var high: Nanoseconds

  /// What both ends may err by: each clock is cut to 1 ns.
  static let rounding = Nanoseconds(1)

  init(_ low: Nanoseconds, _ high: Nanoseconds) {
    self.low = low - Self.rounding
    self.high = high + Self.rounding
  }

  /// C - M. C is read first, so that M shows up to the bracket too much; it may run 10.05 % faster than R, by
  /// which the bracket is told (adjtimex(2)).
  static func realtimeOverMonotonic(_ reading: LocalReading) -> Interval {
    let read = reading.realtimeOverMonotonic
    return Interval(read, read + reading.bracket + Nanoseconds(reading.bracket.count / 8 + 1))
  }

  /// M - R.
  static func monotonicOverRaw(_ reading: LocalReading) -> Interval {
    Interval(reading.monotonic.ahead(of: reading.rawAfter), reading.monotonic.ahead(of: reading.rawBefore))
  }

  var middle: Nanoseconds { low + (high - low).half }
  var width: Nanoseconds { high - low }

  /// Narrows to what both allow. False, and nothing changes: they have nothing in common.
  mutating func narrow(_ other: Interval) -> Bool {
    let (newLow, newHigh) = (max(low, other.low), min(high, other.high))
    guard newLow <= newHigh else { return false }
    (low, high) = (newLow, newHigh)
    return true
  }

  /// The same after the value moved by something between `least` and `most`.
  mutating func move(_ least: Nanoseconds, _ most: Nanoseconds) {
    low += least
    high += most
  }
}
