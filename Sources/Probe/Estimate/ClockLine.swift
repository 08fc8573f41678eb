/// How fast a clock runs against R, from readings of it between readings of R.
///
/// The time is cut into at most 64 blocks (neighbours merge when it outgrows them), each keeps its tightest reading.
public struct ClockLine: Sendable {
  public static let width = 64
  private var blocks: [CrossReading?]
  private var start: Instant<Raw>?
  private var span: Nanoseconds
  /// ns that one unit of the clock stands for.
  public var unit: Double
  /// What a value may be short of the clock's true state, in its unit: it stands until the next step.
  public var grain: Double = 0
  /// The same of R, in ns.
  public var rawGrain = Nanoseconds.zero
  public private(set) var tightest: CrossReading?

  /// - Parameter span: what one block spans at first
  public init(span: Nanoseconds, unit: Double = 1) {
    blocks = Array(repeating: nil, count: Self.width)
    self.span = Swift.max(span, Nanoseconds(1))
    self.unit = unit
  }

  public mutating func add(_ reading: CrossReading) {
    let origin = start ?? reading.middle
    start = origin
    let elapsed = Swift.max(reading.middle - origin, .zero)
    while elapsed.count / span.count >= Int64(Self.width) { merge() }
    let index = Int(elapsed.count / span.count)
    blocks[index] = Self.tighter(blocks[index], reading)
    tightest = Self.tighter(tightest, reading)
  }

  private static func tighter(_ a: CrossReading?, _ b: CrossReading?) -> CrossReading? {
    guard let a else { return b }
    guard let b else { return a }
    return b.bracket < a.bracket ? b : a
  }

  private mutating func merge() {
    for index in 0..<Self.width {
      let (first, second) = (2 * index, 2 * index + 1)
      blocks[index] = second < Self.width ? Self.tighter(blocks[first], blocks[second]) : nil
    }
    span = span.scaled(by: 2)
  }

  /// One reading a block, in order of time.
  public var readings: [CrossReading] { blocks.compactMap { $0 } }

  /// The mean rate from the first readings to the last; nil: no two are far enough apart to tell.
  ///
  /// The bounds need no straight line and no symmetry: the clock read one value at some moment in the first
  /// bracket and another in the second. Of the readings in the first and the last quarter those two are taken
  /// that prove most. The best estimate is a weighted regression over all blocks, held inside the bounds.
  public func rate() -> RateBound? {
    let readings = self.readings
    guard readings.count >= 2 else { return nil }
    let reach = Swift.max(1, readings.count / 4)
    var proven: (low: Double, high: Double)?
    for first in readings.prefix(reach) {
      for last in readings.suffix(reach) {
        guard let bound = bound(first, last) else { continue }
        if let held = proven, held.high - held.low <= bound.high - bound.low { continue }
        proven = bound
      }
    }
    guard let proven else { return nil }
    let middle = (proven.low + proven.high) / 2
    let best = Swift.max(proven.low, Swift.min(proven.high, slope(readings) ?? middle))
    // Rounded outwards: they are bounds.
    let rounding = Rate(partsPerTrillion: 1)
    return RateBound(
      best: Rate(fraction: best), low: Rate(fraction: proven.low) - rounding,
      high: Rate(fraction: proven.high) + rounding)
  }

  /// What two readings prove of the mean rate between them, as a fraction.
  func bound(_ first: CrossReading, _ last: CrossReading) -> (low: Double, high: Double)? {
    let shortest = (last.before - first.after - rawGrain).count
    let longest = (last.after - first.before + rawGrain).count
    let (difference, overflow) = last.value.subtractingReportingOverflow(first.value)
    guard shortest > 0, !overflow else { return nil }
    let gain = Double(difference)
    let (least, most) = ((gain - grain) * unit, (gain + grain) * unit)
    // A clock that ran backwards is slowest over the shortest time.
    let low = least / Double(least >= 0 ? longest : shortest) - 1
    let high = most / Double(most >= 0 ? shortest : longest) - 1
    return (low, high)
  }

  /// A weighted regression; the weight falls with the bracket's excess over the tightest.
  private func slope(_ readings: [CrossReading]) -> Double? {
    guard readings.count >= 3, let floor = tightest?.bracket, let first = readings.first else { return nil }
    var excess = 0.0
    for reading in readings { excess += Double((reading.bracket - floor).count) }
    let scale = 10 + Double(floor.count) / 4 + excess / Double(readings.count) / 2
    var (w, wx, wy, wxx, wxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for reading in readings {
      let elapsed = reading.middle - first.middle
      let x = Double(elapsed.count)
      // The gain alone keeps the digits that matter.
      let y = Double((Nanoseconds(reading.value) - Nanoseconds(first.value)).count) * unit - x
      let deviation = scale + Double((reading.bracket - floor).count)
      let weight = 1 / (deviation * deviation)
      w += weight
      wx += weight * x
      wy += weight * y
      wxx += weight * x * x
      wxy += weight * x * y
    }
    let spread = w * wxx - wx * wx
    return spread > 0 ? (w * wxy - wx * wy) / spread : nil
  }
}
