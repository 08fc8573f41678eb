@testable import Probe

/// Facts of a world, for tests to hold findings against.
struct Truth {
  let world: World

  /// g = S - R.
  func g(_ moment: Moment) -> Exact { world.clocks.reference.ahead(of: world.clocks.raw, at: moment) }

  /// S - C; positive = the local clock is behind.
  func offset(_ moment: Moment) -> Exact { world.clocks.reference.ahead(of: world.clocks.realtime, at: moment) }

  func moment(_ raw: Instant<Raw>) -> Moment { world.clocks.raw.moment(of: raw.nanoseconds) }

  /// The moments at which some clock changes its course, between two others, and those two.
  private func corners(_ from: Moment, _ to: Moment) -> [Moment] {
    let clocks = world.clocks
    let all = clocks.realtime.pieces.map(\.from) + clocks.reference.pieces.map(\.from)
    return [from] + all.filter { from < $0 && $0 < to }.sorted() + [to]
  }

  /// Largest |S - C| in ns, and for how long on R |S - C| was past a limit. S - C is straight between corners.
  func course(_ from: Moment, _ to: Moment, limit: Nanoseconds) -> (largest: Double, past: Double) {
    let corners = corners(from, to)
    let edge = Double(limit.count)
    var result = (largest: 0.0, past: 0.0)
    for (start, end) in zip(corners, corners.dropFirst()) where start < end {
      let first = offset(start).value
      // Just before the corner: a step is on it.
      let last = offset(end - Nanoseconds(1)).value
      let length = Double(world.clocks.raw.reading(end) - world.clocks.raw.reading(start))
      result.largest = max(result.largest, first.magnitude, last.magnitude)
      result.past += length * (share(first, last, above: edge) + share(-first, -last, above: edge))
    }
    return result
  }

  /// The share of a straight line from `a` to `b` that is above `edge`.
  private func share(_ a: Double, _ b: Double, above edge: Double) -> Double {
    if a <= edge && b <= edge { return 0 }
    if a > edge && b > edge { return 1 }
    return (max(a, b) - edge) / (a - b).magnitude
  }
}
