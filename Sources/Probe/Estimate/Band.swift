/// Proven bounds of g = S - R, carried along R and intersected (DESIGN section 2).
///
/// Carried with the largest drift that is assumed (`Assumption.largestDrift`), whatever the slope was seen to be.
public struct Band: Sendable {
  public private(set) var at = Instant<Raw>(nanoseconds: 0)
  public private(set) var low = Nanoseconds.min
  public private(set) var high = Nanoseconds.max
  /// How often the intersection was empty: C, R, S or a bound broke a stated assumption.
  public private(set) var contradictions: UInt64 = 0
  private var isOpen = true

  public init() {}

  /// Intersects with what an exchange proves. False: nothing satisfies both, and the band begins anew with
  /// this exchange; or the exchange contradicts itself, and the band does not change.
  public mutating func add(_ bound: Bound) -> Bool {
    let now = isOpen ? bound.arrived : max(at, bound.arrived)
    let newHigh = bound.high + Assumption.largestDrift.over((now - bound.departed).magnitude)
    let newLow = bound.low - Assumption.largestDrift.over((now - bound.arrived).magnitude)
    guard newLow <= newHigh else {
      contradictions += 1
      return false
    }
    let carried = isOpen ? (low: newLow, high: newHigh) : self.bounds(at: now)
    isOpen = false
    at = now
    low = max(carried.low, newLow)
    high = min(carried.high, newHigh)
    if low <= high { return true }
    contradictions += 1
    (low, high) = (newLow, newHigh)
    return false
  }

  /// The bounds carried to another moment, either way.
  public func bounds(at moment: Instant<Raw>) -> (low: Nanoseconds, high: Nanoseconds) {
    let widening = Assumption.largestDrift.over((moment - at).magnitude)
    return (low - widening, high + widening)
  }
}
