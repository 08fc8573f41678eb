/// Proven bounds of g = S - R: what all exchanges of a window prove together, at the newest of them
/// (DESIGN section 2, "Propagate and intersect").
///
/// Two proofs are intersected. One takes g for close to a line (`LineBand`), which is the narrow one; the other rests
/// on the largest drift alone (`DriftBand`), which lasts when the window is empty.
public struct Band: Sendable {
  /// The newest arrival.
  public private(set) var at = Instant<Raw>(nanoseconds: 0)
  public private(set) var low = Nanoseconds.min
  public private(set) var high = Nanoseconds.max
  /// How often the bounds excluded each other: C, R, S or a bound broke a stated assumption.
  public private(set) var contradictions: UInt64 = 0
  /// How often the band began anew, for whatever reason; and the last.
  public private(set) var resets: UInt64 = 0
  public private(set) var lastReset: Reset?

  /// Why a band began anew, and where: bounds from before are not used.
  public struct Reset: Equatable, Sendable {
    public var reason: Reason
    public var at: Instant<Raw>
  }

  public enum Reason: CaseIterable, Sendable {
    /// No clock that drifts by 500 ppm at most fits the bounds.
    case jump
    /// Such a clock does, but none whose rate keeps within the tolerance.
    case bend
    /// R stood still, or may have: nothing from before holds.
    case gap
    /// R is read from another counter, or by another rate: the value holds, its rate does not.
    case clocksource

    /// The word in records; for ever.
    public var name: StaticString {
      switch self {
      case .jump: "jump"
      case .bend: "bend"
      case .gap: "gap"
      case .clocksource: "clocksource"
      }
    }
  }

  private var drift = DriftBand()
  private var lines: LineBand
  private var earliest = Instant<Raw>(nanoseconds: .min)
  private var earliestRate = Instant<Raw>(nanoseconds: .min)

  /// - Parameters:
  ///   - tolerance: g's mean rate from any moment of the window to its end is within this of one rate
  ///   - window: what that is assumed of
  public init(
    tolerance: Rate = Assumption.driftTolerance, window: Nanoseconds = Assumption.rateWindow
  ) {
    lines = LineBand(tolerance: tolerance, window: window)
  }

  /// Whether anything is known, on both sides.
  public var isClosed: Bool { low > .min && high < .max }

  /// Whether what is known reaches back to a moment: R did not stand still since.
  public func reaches(_ moment: Instant<Raw>) -> Bool { moment >= earliest }

  /// Intersects with what an exchange proves. False: nothing satisfies all, and the band begins anew with this
  /// exchange; or the exchange contradicts itself, and the band does not change.
  @_optimize(speed)
  public mutating func add(_ bound: Bound) -> Bool {
    var bound = bound
    // A leg from before R stood still says nothing of g since.
    guard bound.arrived >= earliest else { return true }
    if bound.departed < earliest { bound.high = .max }
    let now = drift.isOpen ? bound.arrived : max(at, bound.arrived)
    guard let own = DriftBand(bound, at: now) else {
      contradictions += 1
      return false
    }
    at = now
    guard drift.narrow(own) else { return beginAnew(.jump, own, bound) }
    lines.add(bound, from: earliestRate)
    (low, high) = (drift.low, drift.high)
    switch lines.bounds(at: now) {
    case .none: return true
    case .empty: return beginAnew(.bend, own, bound)
    case .between(let lowest, let highest):
      (low, high) = (max(low, lowest), min(high, highest))
      return low <= high ? true : beginAnew(.bend, own, bound)
    }
  }

  @inline(never)
  private mutating func beginAnew(_ reason: Reason, _ own: DriftBand, _ bound: Bound) -> Bool {
    contradictions += 1
    note(reason, at: min(bound.departed, bound.arrived))
    drift = own
    (low, high) = (own.low, own.high)
    lines.removeAll()
    lines.add(bound, from: earliestRate)
    return false
  }

  /// Forgets what no longer holds, because something was seen that breaks the assumptions.
  /// - Parameter moment: when that was over; bounds from before are not used
  public mutating func reset(_ reason: Reason, at moment: Instant<Raw>) {
    note(reason, at: moment)
    lines.removeAll()
    earliestRate = max(earliestRate, moment)
    if reason == .clocksource {
      if !drift.isOpen { drift = DriftBand(at: at, low: low, high: high) }
      return
    }
    earliest = max(earliest, moment)
    drift = DriftBand()
    (low, high) = (.min, .max)
  }

  private mutating func note(_ reason: Reason, at moment: Instant<Raw>) {
    resets += 1
    lastReset = Reset(reason: reason, at: moment)
  }

  /// As `bounds`, where an exchange is about to be added at that moment; after a short time a little wider, for the
  /// price of a product.
  @_optimize(speed)
  mutating func nearly(at moment: Instant<Raw>) -> (low: Nanoseconds, high: Nanoseconds) {
    let (lowest, highest) = DriftBand(at: at, low: low, high: high).bounds(at: moment)
    guard moment - at > Self.short, case .between(let low, let high) = lines.bounds(at: moment) else {
      return (lowest, highest)
    }
    return (max(low, lowest), min(high, highest))
  }

  /// 500 ppm of it are 25 us.
  private static let short = Nanoseconds.milliseconds(50)

  /// The bounds at another moment. Later than `at`: what the lines allow there, while the window lasts; and either
  /// way what the largest drift allows from `at` on.
  public func bounds(at moment: Instant<Raw>) -> (low: Nanoseconds, high: Nanoseconds) {
    if moment == at { return (low, high) }
    let (lowest, highest) = DriftBand(at: at, low: low, high: high).bounds(at: moment)
    guard moment > at else { return (lowest, highest) }
    var later = lines
    guard case .between(let low, let high) = later.bounds(at: moment) else { return (lowest, highest) }
    return (max(low, lowest), min(high, highest))
  }
}

extension Assumption {
  /// The rate of g wanders by no more than this to either side, over `rateWindow`.
  public static let driftTolerance = Rate.partsPerMillion(1)
  public static let rateWindow = Nanoseconds.seconds(300)
}
