/// Bounds of a difference of clocks at one moment.
public struct ClockBounds: Equatable, Sendable {
  public var low: Nanoseconds
  public var high: Nanoseconds

  public init(low: Nanoseconds, high: Nanoseconds) {
    self.low = low
    self.high = high
  }

  /// The largest magnitude that they allow.
  @inline(__always)
  public var farthest: Nanoseconds { max(high, .zero - low) }

  @inline(__always)
  func widened(by length: Nanoseconds) -> ClockBounds {
    ClockBounds(low: low - length, high: high + length)
  }
}

/// Time between two moments at which something is proven, and what that says of the time between them.
public struct ProofStretch: Sendable {
  /// How far the bounds at its ends last.
  public enum Joint: Sendable {
    /// What is bounded keeps to a line: between the ends it is between the chords of their bounds.
    case line
    /// Each end's bounds hold all over the stretch, wider by `Assumption.largestDrift` times the distance.
    case either
    /// Something broke within the stretch, nobody knows when: what the bounds of both ends allow may be.
    case both
  }

  public var length: Nanoseconds
  /// nil: nothing is proven at that end.
  public var before: ClockBounds?
  public var after: ClockBounds?
  public var joint: Joint

  static let drift = Assumption.largestDrift

  /// The two parts, the first as long as `length`.
  func split(_ first: Nanoseconds) -> (ProofStretch, ProofStretch) {
    let rest = length - first
    var (head, tail) = (self, self)
    (head.length, tail.length) = (first, rest)
    if joint == .line, let before, let after {
      let middle = ClockBounds(
        low: .zero - Self.between(.zero - before.low, .zero - after.low, first, length),
        high: Self.between(before.high, after.high, first, length))
      (head.after, tail.before) = (middle, middle)
    } else {
      head.after = after.map { $0.widened(by: Self.drift.over(rest)) }
      tail.before = before.map { $0.widened(by: Self.drift.over(first)) }
    }
    return (head, tail)
  }

  /// On the way from `a` to `b`, rounded up.
  private static func between(
    _ a: Nanoseconds, _ b: Nanoseconds, _ place: Nanoseconds, _ length: Nanoseconds
  ) -> Nanoseconds {
    guard length > .zero else { return max(a, b) }
    let share = Self.share((b - a).magnitude, place, length)
    return b >= a ? min(a + share + Nanoseconds(1), b) : a - share
  }

  /// value x place / length, rounded down; place is no longer than the length.
  static func share(_ value: Nanoseconds, _ place: Nanoseconds, _ length: Nanoseconds) -> Nanoseconds {
    let (high, low) = UInt64(max(value, .zero).count).multipliedFullWidth(by: UInt64(max(place, .zero).count))
    guard length > .zero, high < UInt64(length.count) else { return .max }
    let quotient = UInt64(length.count).dividingFullWidth((high, low)).quotient
    return Nanoseconds(Int64(clamping: quotient))
  }

  /// For how long from its beginning, and to its end, a limit is proven.
  func reach(_ limit: Nanoseconds) -> (forward: Nanoseconds, backward: Nanoseconds) {
    let (first, last) = (before.map { limit - $0.farthest }, after.map { limit - $0.farthest })
    guard joint == .line, let first, let last else {
      let (forward, backward) = (lasts(first), lasts(last))
      // What both reach is counted once.
      return joint == .both ? (forward, backward) : (forward, min(backward, length - forward))
    }
    switch (first >= .zero, last >= .zero) {
    case (true, true): return (length, .zero)
    case (false, false): return (.zero, .zero)
    case (true, false): return (Self.share(first, length, first - last), .zero)
    case (false, true): return (.zero, Self.share(last, length, last - first))
    }
  }

  /// How long a proof with `margin` to spare lasts.
  private func lasts(_ margin: Nanoseconds?) -> Nanoseconds {
    guard let margin, margin > .zero else { return .zero }
    return min(length, margin.scaled(by: 1_000_000_000_000 / Self.drift.partsPerTrillion))
  }

  /// The lowest and the highest that is possible anywhere in it; nil: nothing is proven.
  var extremes: ClockBounds? {
    guard let one = before ?? after, let other = after ?? before else { return nil }
    let ends = ClockBounds(low: min(one.low, other.low), high: max(one.high, other.high))
    switch joint {
    case .line: return ends
    case .either where before != nil && after != nil:
      return ends.widened(by: Self.drift.over(Nanoseconds(length.count / 2 + 1)))
    case .either, .both: return ends.widened(by: Self.drift.over(length))
    }
  }
}
