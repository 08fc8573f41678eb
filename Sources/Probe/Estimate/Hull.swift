/// An upper bound at one moment. x: ns since an origin, y: ns above a base, both within +-2^60.
struct HullPoint: Equatable, Sendable {
  var x: Int64
  var y: Int64

  static let reach: Int64 = 1 << 60
}

/// How fast a line climbs, exactly: `rise` ns in `run` ns.
struct Slope: Equatable, Sendable {
  var rise: Int64
  /// Above 0.
  var run: Int64

  init(_ rise: Int64, _ run: Int64) {
    self.rise = rise
    self.run = run
  }

  init(_ rate: Rate) { self.init(rate.partsPerTrillion, 1_000_000_000_000) }

  static prefix func - (a: Slope) -> Slope { Slope(0 &- a.rise, a.run) }

  static func < (a: Slope, b: Slope) -> Bool { isLess(a.rise, b.run, b.rise, a.run) }

  /// What it climbs over a length >= 0, rounded up; saturates.
  @_optimize(speed)
  func over(_ length: Int64) -> Int64 {
    let (high, low) = rise.magnitude.multipliedFullWidth(by: length.magnitude)
    guard high < run.magnitude else { return rise < 0 ? .min : .max }
    let (quotient, rest) = run.magnitude.dividingFullWidth((high, low))
    guard quotient < UInt64(Int64.max) else { return rise < 0 ? .min : .max }
    return rise < 0 ? -Int64(quotient) : Int64(quotient) + (rest == 0 ? 0 : 1)
  }
}

/// a b < c d, in 128 bits.
@inline(__always)
func isLess(_ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64) -> Bool {
  let (left, right) = (a.multipliedFullWidth(by: b), c.multipliedFullWidth(by: d))
  return left.high < right.high || (left.high == right.high && left.low < right.low)
}

/// Of upper bounds at many moments those that some line below all of them can touch: their convex hull from
/// below, x rising and each edge steeper than the one before. A line is below all bounds if it is below these.
struct Hull: Sendable {
  private(set) var points: [HullPoint] = []

  init(capacity: Int) { points.reserveCapacity(capacity) }

  var isEmpty: Bool { points.isEmpty }

  mutating func removeAll() { points.removeAll(keepingCapacity: true) }

  /// b lies below the segment from a to c, x rising.
  @inline(__always)
  private static func isBelow(_ b: HullPoint, _ a: HullPoint, _ c: HullPoint) -> Bool {
    isLess(b.y - a.y, c.x - b.x, c.y - b.y, b.x - a.x)
  }

  /// Most come in the order of time, and what they hide is taken off the end once.
  @_optimize(speed)
  mutating func add(_ point: HullPoint) {
    guard let last = points.last, last.x >= point.x else {
      while points.count > 1, !Self.isBelow(points[points.count - 1], points[points.count - 2], point) {
        points.removeLast()
      }
      points.append(point)
      return
    }
    insert(point)
  }

  /// One that was overtaken.
  private mutating func insert(_ point: HullPoint) {
    var place = points.count
    while place > 0, points[place - 1].x > point.x { place -= 1 }
    if place > 0, points[place - 1].x == point.x {
      place -= 1
      guard point.y < points[place].y else { return }
      points[place] = point
    } else {
      if place > 0, place < points.count, !Self.isBelow(point, points[place - 1], points[place]) { return }
      points.insert(point, at: place)
    }
    while place + 2 < points.count, !Self.isBelow(points[place + 1], point, points[place + 2]) {
      points.remove(at: place + 1)
    }
    while place > 1, !Self.isBelow(points[place - 1], points[place - 2], point) {
      points.remove(at: place - 1)
      place -= 1
    }
  }

  /// Where a line of this slope touches: the point of the least y - slope x.
  @_optimize(speed)
  func touch(_ slope: Slope) -> HullPoint {
    points.withUnsafeBufferPointer { points in
      var (low, high) = (0, points.count - 1)
      while low < high {
        let middle = (low + high) / 2
        let (a, b) = (points[middle], points[middle + 1])
        // The edge still falls, as this slope sees it.
        if isLess(b.y - a.y, slope.run, slope.rise, b.x - a.x) { low = middle + 1 } else { high = middle }
      }
      return points[low]
    }
  }

  /// Forgets points that say least, down to `most`: what is left allows more, and never less.
  mutating func thin(to most: Int) {
    while points.count > max(most, 2) {
      var (place, least) = (1, Double.infinity)
      for index in 1..<(points.count - 1) {
        let (a, b, c) = (points[index - 1], points[index], points[index + 1])
        let share = Double(b.x - a.x) / Double(c.x - a.x)
        let said = Double(a.y - b.y) + share * Double(c.y - a.y)
        if said < least { (place, least) = (index, said) }
      }
      points.remove(at: place)
    }
  }
}
