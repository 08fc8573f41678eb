/// ADEV, TDEV and MTIE at one tau, of a stream of blocks of tau / 8 (of one interval each below tau = 8).
struct Octave: Sendable {
  let m: Int
  /// Blocks in a tau.
  private let width: Int
  private(set) var allan = Squares()
  private(set) var bends = Squares()
  private(set) var peakLow = Nanoseconds.zero
  private(set) var peakHigh = Nanoseconds.zero
  /// Stretches that the peaks were taken of.
  private(set) var peaks: UInt64 = 0

  /// The last 3 tau of blocks and one more, in a ring.
  private var ring: [PhaseBlock]
  private var next = 0
  private var held = 0
  /// The last tau, the one before it, and the one before that.
  private var third = Stretch()
  private var second = Stretch()
  private var firstTau = Stretch()

  init(_ m: Int) {
    self.m = m
    width = m / StabilityStream.stride(m)
    ring = Array(repeating: PhaseBlock(), count: 3 * width + 1)
  }

  /// The block that came `age` blocks before the last; an empty one before the first.
  private func block(_ age: Int) -> PhaseBlock {
    let index = next - 1 - age
    return ring[index < 0 ? index + ring.count : index]
  }

  mutating func add(_ block: PhaseBlock) {
    ring[next] = block
    next = next + 1 == ring.count ? 0 : next + 1
    held = min(held + 1, ring.count)
    addAverages()
    addPoints()
    addPeaks()
  }

  private mutating func addAverages() {
    let (a, b) = (block(width).stretch, block(2 * width).stretch)
    third = third + block(0).stretch - a
    second = second + a - b
    firstTau = firstTau + b - block(3 * width).stretch
    guard held >= 3 * width, let bend = Stretch.bend(firstTau, second, third, m) else { return }
    bends.add(bend)
  }

  private mutating func addPoints() {
    guard held > 2 * width else { return }
    let (a, b, c) = (block(2 * width), block(width), block(0))
    guard a.hasFirst, b.hasFirst, c.hasFirst else { return }
    allan.add(Double(c.first &- 2 &* b.first &+ a.first))
  }

  /// m intervals have m + 1 places: a tau of blocks and the first place of the block after it.
  private mutating func addPeaks() {
    guard held > width else { return }
    var (low, high) = (Int64.max, Int64.min)
    for age in 1...width {
      let one = block(age)
      (low, high) = (min(low, one.low), max(high, one.high))
    }
    let last = block(0)
    let (all, most) = (min(low, last.low), max(high, last.high))
    guard all <= most else { return }
    peaks += 1
    peakHigh = max(peakHigh, Nanoseconds(most) - Nanoseconds(all))
    if last.hasFirst { (low, high) = (min(low, last.first), max(high, last.first)) }
    if low <= high { peakLow = max(peakLow, Nanoseconds(high) - Nanoseconds(low)) }
  }
}
