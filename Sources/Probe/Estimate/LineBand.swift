/// What lines are feasible: the bounds of g by the assumption on its rate (docs/method.md, "The band").
///
/// The assumption, for each moment t: there is a line L with L(t) = g(t), no steeper than `Assumption.largestDrift`,
/// and |g(s) - L(s)| <= tolerance x (t - s) at every s of the window before t.
///
/// So a bound g(s) <= h gives L(s) <= h + tolerance (t - s), and likewise from below; g(t) = L(t) is between the
/// lowest and the highest L(t) of all lines that keep every bound so loosened. That is the whole proof.
///
/// The loosening is a part that is the bound's own for ever, - tolerance s, and one that all share, + tolerance t:
/// the hulls are made of h - tolerance s, and need not be touched when time goes on. Lower bounds are kept with
/// their sign turned, so that both sides are the same code.
struct LineBand: Sendable {
  /// Blocks of the window; the oldest is dropped whole.
  static let blocks = 64
  /// Points that a block keeps on each side. Noise leaves fewer; a rate that drifts leaves all, and thinning costs
  /// nothing that shows.
  static let perBlock = 16
  /// The hulls of the whole window grow past their blocks' sum before they are made anew.
  private static let most = blocks * perBlock + 256

  private struct Block {
    var number: Int64 = -1
    var above = Hull(capacity: LineBand.perBlock + 1)
    var below = Hull(capacity: LineBand.perBlock + 1)
  }

  /// What the bounds of one moment are.
  enum Outcome: Equatable {
    case none
    case empty
    case between(low: Nanoseconds, high: Nanoseconds)
  }

  private let tolerance: Rate
  private let window: Nanoseconds
  /// Of a block.
  private let span: Int64
  private let steepest: Slope
  /// x and y are counted from these.
  private var origin: Instant<Raw>?
  private var base = Nanoseconds.zero
  private var blocks: [Block] = []
  private var newest: Int64 = -1
  /// Of all blocks together.
  private var above: Hull
  private var below: Hull
  /// The two points that the steepest line touched, rising and falling: one of the next lines' bounds.
  private var rising: (HullPoint, HullPoint)?
  private var falling: (HullPoint, HullPoint)?

  init(tolerance: Rate, window: Nanoseconds) {
    self.tolerance = max(Rate(partsPerTrillion: 0), min(tolerance, Assumption.largestDrift))
    self.window = max(window, Nanoseconds(Int64(Self.blocks)))
    span = self.window.count / Int64(Self.blocks)
    steepest = Slope(Assumption.largestDrift)
    above = Hull(capacity: 64)
    below = Hull(capacity: 64)
    blocks = (0..<Self.blocks).map { _ in Block() }
  }

  /// Points held for the whole window, on the side that has more.
  var size: Int { max(above.points.count, below.points.count) }

  mutating func removeAll() {
    origin = nil
    newest = -1
    above.removeAll()
    below.removeAll()
    (rising, falling) = (nil, nil)
    for index in blocks.indices { blocks[index].number = -1 }
  }

  // MARK: In

  /// Takes what a bound says at moments from `earliest` on.
  @_optimize(speed)
  mutating func add(_ bound: Bound, from earliest: Instant<Raw>) {
    guard bound.departed <= bound.arrived else { return }
    if origin == nil {
      // Replies overtake each other: the first to come is not of the first query.
      origin = bound.departed - window
      base = bound.low
    }
    guard let arrived = place(bound.arrived) else { return }
    advance(to: arrived / span)
    if bound.arrived >= earliest, let y = height(base - bound.low, arrived) {
      let point = HullPoint(x: arrived, y: y)
      guard let slot = slot(point) else { return }
      blocks[slot].below.add(point)
      if blocks[slot].below.points.count > Self.perBlock { blocks[slot].below.thin(to: Self.perBlock) }
      below.add(point)
    }
    if bound.departed >= earliest, let departed = place(bound.departed),
      let y = height(bound.high - base, departed)
    {
      let point = HullPoint(x: departed, y: y)
      guard let slot = slot(point) else { return }
      blocks[slot].above.add(point)
      if blocks[slot].above.points.count > Self.perBlock { blocks[slot].above.thin(to: Self.perBlock) }
      above.add(point)
    }
    if size > Self.most { rebuild() }
  }

  @inline(__always)
  private func place(_ moment: Instant<Raw>) -> Int64? {
    guard let origin else { return nil }
    let x = (moment - origin).count
    return x >= 0 && x < HullPoint.reach ? x : nil
  }

  /// The share of the loosening that is the bound's own, taken off. What is out of range is loosened into it.
  @inline(__always)
  private func height(_ bound: Nanoseconds, _ x: Int64) -> Int64? {
    let own = max(0, tolerance.over(Nanoseconds(x)).count - 1)
    let y = (bound - Nanoseconds(own)).count
    return y < HullPoint.reach ? max(y, -HullPoint.reach) : nil
  }

  /// Where a point's block is kept; nil: it is older than the window.
  @inline(__always)
  private mutating func slot(_ point: HullPoint) -> Int? {
    let number = point.x / span
    guard number > newest - Int64(Self.blocks), number <= newest else { return nil }
    let slot = Int(number % Int64(Self.blocks))
    if blocks[slot].number != number {
      blocks[slot].number = number
      blocks[slot].above.removeAll()
      blocks[slot].below.removeAll()
    }
    return slot
  }

  /// Time has come to a block: what is a window older is dropped.
  @inline(__always)
  private mutating func advance(to number: Int64) {
    if number > newest { drop(before: number) }
  }

  @inline(never)
  private mutating func drop(before number: Int64) {
    newest = number
    var isLess = false
    for index in blocks.indices where blocks[index].number >= 0 {
      guard blocks[index].number <= number - Int64(Self.blocks) else { continue }
      blocks[index].number = -1
      isLess = true
    }
    if isLess { rebuild() }
  }

  @_optimize(speed)
  private mutating func rebuild() {
    above.removeAll()
    below.removeAll()
    (rising, falling) = (nil, nil)
    let first = max(0, newest - Int64(Self.blocks) + 1)
    guard newest >= first else { return }
    for number in first...newest {
      let slot = Int(number % Int64(Self.blocks))
      guard blocks[slot].number == number else { continue }
      for point in blocks[slot].above.points { above.add(point) }
      for point in blocks[slot].below.points { below.add(point) }
    }
  }

  // MARK: Out

  /// What is proven of g at a moment no earlier than any bound's.
  @_optimize(speed)
  mutating func bounds(at moment: Instant<Raw>) -> Outcome {
    guard let x = place(moment) else { return .none }
    advance(to: x / span)
    guard !above.isEmpty, !below.isEmpty else { return .none }
    let shared = tolerance.over(Nanoseconds(x)).count
    guard let up = Self.climb(above, below, 2 * shared, start(rising, 2 * shared)) else { return .empty }
    guard let down = Self.climb(below, above, 2 * shared, start(falling, 2 * shared)) else { return .empty }
    (rising, falling) = ((up.own, up.other), (down.own, down.other))
    let high = base + Nanoseconds(up.own.y + shared) + Nanoseconds(up.slope.over(x - up.own.x))
    let low = base - Nanoseconds(down.own.y + shared) - Nanoseconds(down.slope.over(x - down.own.x))
    return low <= high ? .between(low: low, high: high) : .empty
  }

  /// A slope that no feasible line exceeds: what two bounds alone allow.
  @inline(__always)
  private func start(_ pair: (HullPoint, HullPoint)?, _ room: Int64) -> Slope {
    guard let (own, other) = pair, own.x > other.x else { return steepest }
    let slope = Slope(own.y + other.y + room, own.x - other.x)
    return slope < steepest ? slope : steepest
  }

  /// The steepest line below `own` and above what `other` has with its sign turned, both `room` apart more: its
  /// slope, and the two points that it touches. nil: there is none.
  ///
  /// Newton's method from a slope that is too steep: the gap between the two lines of one slope that touch
  /// either side is concave in the slope, and where it is negative the two points give a slope less steep.
  @_optimize(speed)
  private static func climb(_ own: Hull, _ other: Hull, _ room: Int64, _ start: Slope)
    -> (slope: Slope, own: HullPoint, other: HullPoint)?
  {
    var slope = start
    let least = -Slope(Assumption.largestDrift)
    while !(slope < least) {
      let (above, below) = (own.touch(slope), other.touch(-slope))
      let (gap, run) = (above.y + below.y + room, above.x - below.x)
      if !isLess(gap, slope.run, slope.rise, run) { return (slope, above, below) }
      guard run > 0 else { return nil }
      slope = Slope(gap, run)
    }
    return nil
  }
}
