/// The best estimate of g = S - R: a line through the exchanges with the least delay.
///
/// The time is cut into at most 64 blocks: neighbours merge when it outgrows them, up to a window, and then the
/// oldest is dropped, because no oscillator keeps one rate. Each keeps its exchange of least delay, and a weighted regression over those gives the line. The weight falls with the square of the
/// delay above the floor, because half of that excess is how far theta can be off.
/// An estimate, not a proof: it takes the floor's path for symmetric.
public struct BestLine: Sendable {
  struct Point {
    var moment: Instant<Raw>
    /// theta + (C - R): the exchange's estimate of g in the middle of it.
    var value: Nanoseconds
    /// The exchange's, and half of each reading's bracket: both can put theta off by half of themselves.
    var delay: Nanoseconds
  }

  /// g(R) = base + value + slope (R - origin); value in ns, slope in ns/ns.
  struct Line {
    var origin: Instant<Raw>
    var base: Nanoseconds
    var value: Double
    var slope: Double
  }

  static let width = 64
  private var points: [Point?]
  private var start: Instant<Raw>?
  private var span: Nanoseconds
  private let firstSpan: Nanoseconds
  /// Blocks from the start on that were dropped.
  private var dropped: Int64 = 0
  public private(set) var count: UInt64 = 0
  private var line: Line?
  private var refit: UInt64 = 1

  /// - Parameter span: what one block spans at first
  public init(span: Nanoseconds) {
    points = Array(repeating: nil, count: Self.width)
    self.span = Swift.max(span, Nanoseconds(1))
    firstSpan = self.span
  }

  /// What was before is of no use: g jumped, or has another rate.
  public mutating func restart() { self = BestLine(span: firstSpan) }

  @_optimize(speed)
  public mutating func add(_ exchange: Exchange) {
    guard !exchange.isTorn else { return }
    let departed = exchange.departed
    let arrived = exchange.arrived
    let point = Point(
      moment: departed + (arrived - departed).half,
      value: (exchange.serverReceive.ahead(of: departed) + exchange.serverTransmit.ahead(of: arrived)).half,
      delay: exchange.delay + exchange.sent.bracket.half + exchange.received.bracket.half)
    let origin = start ?? point.moment
    start = origin
    let elapsed = Swift.max(point.moment - origin, .zero)
    while elapsed.count / span.count - dropped >= Int64(Self.width) {
      if span.count <= Self.longest.count / 2 {
        merge()
      } else {
        drop(elapsed.count / span.count - dropped - Int64(Self.width) + 1)
      }
    }
    let index = Int(Swift.max(elapsed.count / span.count - dropped, 0))
    let held = points[index]?.delay ?? .max
    if point.delay < held { points[index] = point }
    count += 1
  }

  /// What a block spans at most, unless the queries are that far apart.
  private static let longest = Nanoseconds(Assumption.rateWindow.count / Int64(width))

  private mutating func drop(_ count: Int64) {
    dropped += count
    for index in 0..<Self.width {
      let from = Int64(index) + count
      points[index] = from < Int64(Self.width) ? points[Int(from)] : nil
    }
  }

  private mutating func merge() {
    for index in 0..<Self.width {
      let first = 2 * index < Self.width ? points[2 * index] : nil
      let second = 2 * index + 1 < Self.width ? points[2 * index + 1] : nil
      if let first, let second {
        points[index] = first.delay <= second.delay ? first : second
      } else {
        points[index] = first ?? second
      }
    }
    span = span.scaled(by: 2)
  }

  /// g at a moment, by the exchanges so far; nil before the first.
  public mutating func value(at moment: Instant<Raw>) -> Nanoseconds? {
    fit()
    return evaluate(moment)
  }

  /// The same, by a line that may be a few exchanges old: for the stages of a single sample,
  /// which must not rest on that sample. nil before the eighth exchange.
  @_optimize(speed)
  public mutating func recentValue(at moment: Instant<Raw>) -> Nanoseconds? {
    guard count >= 8 else { return nil }
    if count >= refit {
      fit()
      refit = count + Swift.min(count, 64)
    }
    return evaluate(moment)
  }

  /// How fast g moves, by the exchanges so far, and over what time they were; nil below three blocks.
  public mutating func course() -> (rate: Rate, length: Nanoseconds)? {
    fit()
    var (first, last, held): (Point?, Point?, Int) = (nil, nil, 0)
    for case .some(let point) in points {
      first = first ?? point
      last = point
      held += 1
    }
    guard let line, let first, let last, held >= 3, last.moment > first.moment else { return nil }
    return (Rate(partsPerTrillion: Int64(line.slope * 1e12)), last.moment - first.moment)
  }

  private func evaluate(_ moment: Instant<Raw>) -> Nanoseconds? {
    guard let line else { return nil }
    let above = line.value + line.slope * Double((moment - line.origin).count)
    guard above.magnitude < 9e18 else { return nil }
    return line.base + Nanoseconds(Int64(above + (above < 0 ? -0.5 : 0.5)))
  }

  /// Values are taken from the first point's: as they stand they are 10^18 and a Double keeps 53 bits.
  private mutating func fit() {
    guard let first = points.first(where: { $0 != nil }) ?? nil else { return }
    var floor = Nanoseconds.max
    var excess = 0.0
    var held = 0.0
    for case .some(let point) in points {
      floor = Swift.min(floor, point.delay)
      held += 1
    }
    for case .some(let point) in points { excess += Double((point.delay - floor).count) }
    let scale = 100 + excess / held / 2

    var (w, wx, wy, wxx, wxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for case .some(let point) in points {
      let x = Double((point.moment - first.moment).count)
      let y = Double((point.value - first.value).count)
      let deviation = scale + Double((point.delay - floor).count)
      let weight = 1 / (deviation * deviation)
      w += weight
      wx += weight * x
      wy += weight * y
      wxx += weight * x * x
      wxy += weight * x * y
    }
    let spread = w * wxx - wx * wx
    // Below three points, or with all of them in one place, a slope is only noise.
    let slope = held >= 3 && spread > 0 ? Self.clamp((w * wxy - wx * wy) / spread) : 0
    let value = (wy - slope * wx) / w
    line = Line(origin: first.moment, base: first.value, value: value, slope: slope)
  }

  private static func clamp(_ slope: Double) -> Double {
    let most = Double(Assumption.largestDrift.partsPerTrillion) * 1e-12
    return Swift.max(-most, Swift.min(most, slope))
  }
}
