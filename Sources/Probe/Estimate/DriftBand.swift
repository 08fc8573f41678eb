/// Bounds of g = S - R that rest on `Assumption.largestDrift` alone, whatever the slope was seen to be: each
/// exchange's are carried to the newest moment and intersected.
struct DriftBand: Sendable {
  private(set) var at = Instant<Raw>(nanoseconds: 0)
  private(set) var low = Nanoseconds.min
  private(set) var high = Nanoseconds.max
  private(set) var isOpen = true

  init() {}

  init(at: Instant<Raw>, low: Nanoseconds, high: Nanoseconds) {
    self.at = at
    self.low = low
    self.high = high
    isOpen = false
  }

  /// What the exchange alone proves at its arrival or later; nil: it contradicts itself.
  @inline(__always)
  init?(_ bound: Bound, at moment: Instant<Raw>) {
    at = moment
    high = bound.high + Assumption.largestDrift.over((moment - bound.departed).magnitude)
    low = bound.low - Assumption.largestDrift.over((moment - bound.arrived).magnitude)
    isOpen = false
    guard low <= high else { return nil }
  }

  /// False: nothing satisfies both.
  @inline(__always)
  mutating func narrow(_ other: DriftBand) -> Bool {
    let carried = bounds(at: other.at)
    self = DriftBand(at: other.at, low: max(carried.low, other.low), high: min(carried.high, other.high))
    return low <= high
  }

  /// The bounds carried to another moment, either way.
  func bounds(at moment: Instant<Raw>) -> (low: Nanoseconds, high: Nanoseconds) {
    let widening = Assumption.largestDrift.over((moment - at).magnitude)
    return (low - widening, high + widening)
  }
}
