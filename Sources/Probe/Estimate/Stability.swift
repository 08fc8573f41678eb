/// How stable one clock is against another, from their difference at equal intervals (the phase, x).
///
/// Names and formulas are those of NIST SP 1065 (2008), section 5. Differences of phases are taken in whole
/// nanoseconds, so that a large offset or drift costs no digits; only their squares are floating point.
///
/// **Gaps.** A value may be absent. A difference of which a point is absent is left out, and `terms` says how many
/// there were. An average needs at least half of its values, and lies at their mean time (see `Stretch`).
public struct PhaseSeries: Sendable {
  /// Between two values; tau is a multiple of it.
  public let interval: Nanoseconds
  /// Above the first value that is present; 0 where absent.
  let values: [Int64]
  let isPresent: [Bool]

  public init(_ phases: [Nanoseconds?], every interval: Nanoseconds) {
    self.interval = interval
    var origin: Nanoseconds?
    for case .some(let phase) in phases where origin == nil { origin = phase }
    let first = (origin ?? .zero).count
    values = phases.map { ($0?.count ?? first) &- first }
    isPresent = phases.map { $0 != nil }
  }

  public var count: Int { values.count }

  /// ADEV, the Allan deviation; no unit.
  /// - Parameters:
  ///   - m: tau in intervals, above 0
  ///   - stride: in intervals; 1: overlapping, m: not overlapping
  /// - Returns: nil where there is not one term
  public func allan(_ m: Int, stride: Int = 1) -> Deviation? {
    deviation(points: 3, m, stride) { place in
      values[place + 2 * m] &- 2 &* values[place + m] &+ values[place]
    }
  }

  /// HDEV, the Hadamard deviation: blind to a constant drift of the rate.
  public func hadamard(_ m: Int, stride: Int = 1) -> Deviation? {
    deviation(points: 4, m, stride) { place in
      values[place + 3 * m] &- 3 &* values[place + 2 * m] &+ 3 &* values[place + m] &- values[place]
    }
  }

  /// The root of the mean square of a difference of `points` values, m apart, divided by the sum of the squares
  /// with which it takes the rates between them: 1, 1 in ADEV and 1, 2, 1 in HDEV.
  private func deviation(points: Int, _ m: Int, _ stride: Int, _ difference: (Int) -> Int64) -> Deviation? {
    guard m > 0, stride > 0, m <= count / (points - 1) else { return nil }
    var squares = Squares()
    for place in Swift.stride(from: 0, to: count - (points - 1) * m, by: stride) {
      var isWhole = true
      for point in 0..<points where !isPresent[place + point * m] { isWhole = false }
      if isWhole { squares.add(Double(difference(place))) }
    }
    return squares.deviation(factor: points == 3 ? 2 : 6, tau: Double(m) * Double(interval.count))
  }
}

/// A deviation and on how many terms it rests.
public struct Deviation: Equatable, Sendable {
  public var value: Double
  public var terms: UInt64
}

/// The mean square of a stream of differences.
struct Squares: Sendable {
  private(set) var sum = 0.0
  private(set) var terms: UInt64 = 0

  mutating func add(_ difference: Double) {
    sum += difference * difference
    terms += 1
  }

  /// - Parameters:
  ///   - factor: what the mean square is divided by
  ///   - tau: what the root is divided by, in the unit of the differences
  func deviation(factor: Double, tau: Double) -> Deviation? {
    guard terms > 0, tau > 0 else { return nil }
    return Deviation(value: (sum / (factor * Double(terms))).squareRoot() / tau, terms: terms)
  }
}
