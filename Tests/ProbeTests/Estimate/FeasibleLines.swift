@testable import Probe

/// The linear programme behind `LineBand`, by brute force in exact arithmetic: all constraints of the window, each
/// upper with each lower one.
struct FeasibleLines {
  struct Point {
    var x: Int128
    var y: Int128
  }

  let tolerance: Rate
  let window: Nanoseconds
  /// Upper bounds, and lower bounds with their sign turned; y without the loosening that all share.
  private var above: [Point] = []
  private var below: [Point] = []
  private var origin: Int64?
  private var base: Int64 = 0
  private var newest: Int128 = 0
  private let cap = (rise: Int128(Assumption.largestDrift.partsPerTrillion), run: Int128(1_000_000_000_000))

  init(tolerance: Rate, window: Nanoseconds) {
    self.tolerance = tolerance
    self.window = window
  }

  private func rounded(_ raw: Int64) -> (x: Int128, own: Int128) {
    let x = raw - (origin ?? 0)
    return (Int128(x), Int128(max(0, tolerance.over(Nanoseconds(x)).count - 1)))
  }

  mutating func add(_ bound: Bound) {
    if origin == nil {
      origin = bound.departed.nanoseconds - window.count
      base = bound.low.count
    }
    let (arrived, own) = rounded(bound.arrived.nanoseconds)
    below.append(Point(x: arrived, y: Int128(base) - Int128(bound.low.count) - own))
    let (departed, ownDeparted) = rounded(bound.departed.nanoseconds)
    above.append(Point(x: departed, y: Int128(bound.high.count) - Int128(base) - ownDeparted))
    newest = max(newest, arrived)
  }

  private var span: Int128 { Int128(window.count / 64) }

  private func inWindow(_ points: [Point], _ x: Int128) -> [Point] {
    points.filter { $0.x / span > x / span - 64 }
  }

  /// What is proven at a moment; nil: no line is feasible.
  func bounds(at raw: Int64) -> (low: Int64, high: Int64)? {
    let x = Int128(raw - (origin ?? 0))
    let shared = Int128(tolerance.over(Nanoseconds(Int64(x))).count)
    let (uppers, lowers) = (inWindow(above, x), inWindow(below, x))
    guard let most = steepest(uppers, lowers, shared), let least = steepest(lowers, uppers, shared),
      // The least slope is the steepest of the mirrored problem, with its sign turned.
      -least.rise * most.run <= most.rise * least.run
    else { return nil }
    guard let high = top(uppers, most, shared, x), let low = top(lowers, least, shared, x) else { return nil }
    return (Int64(Int128(base) - low), Int64(Int128(base) + high))
  }

  private func steepest(_ own: [Point], _ other: [Point], _ shared: Int128) -> (rise: Int128, run: Int128)? {
    var slope = cap
    for one in own {
      for two in other {
        let (gap, run) = (one.y + two.y + 2 * shared, one.x - two.x)
        if run == 0 && gap < 0 { return nil }
        if run > 0 && gap * slope.run < slope.rise * run { slope = (gap, run) }
      }
    }
    return slope.rise * cap.run < -cap.rise * slope.run ? nil : slope
  }

  /// The highest that a line of this slope reaches, rounded up.
  private func top(_ own: [Point], _ slope: (rise: Int128, run: Int128), _ shared: Int128, _ x: Int128)
    -> Int128?
  {
    own.map { point in
      let climb = slope.rise * (x - point.x)
      let down = climb / slope.run - (climb % slope.run < 0 ? 1 : 0)
      return point.y + shared + down + (down * slope.run < climb ? 1 : 0)
    }.min()
  }
}
