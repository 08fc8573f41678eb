/// ADEV, TDEV and MTIE of a phase that never ends, in bounded memory, at tau = 1, 2, 4, ... intervals.
///
/// At tau = m intervals the terms begin every m / 8 intervals (each interval up to m = 8), where the exact
/// overlapping deviations begin one at each: `PhaseSeries.allan(m, stride: stride(m))` is the same number,
/// and likewise `time`. MTIE is bracketed: `low` is the largest peak-to-peak of the stretches that begin
/// there, `high` of stretches long enough to contain any that begins between; up to m = 8 both are exact.
/// A term counts once its last m / 8 intervals are complete.
public struct StabilityStream: Sendable {
  public let interval: Nanoseconds
  private var octaves: [Octave] = []
  /// Of each octave that takes more than one interval a time: the first half of its next block.
  private var halves: [PhaseBlock?] = []
  private var origin: Int64?
  private var place: Int64 = 0

  /// How many starts of a term there are in a tau.
  static let perTau = 8
  /// Up to tau = 2^31 intervals: 99 days of them at 250 intervals a second.
  static let most = 32

  public init(every interval: Nanoseconds) { self.interval = interval }

  /// How many intervals lie between two terms at tau = m intervals.
  public static func stride(_ m: Int) -> Int { max(1, m / perTau) }

  /// nil: a gap of one interval.
  public mutating func add(_ phase: Nanoseconds?) {
    if origin == nil { origin = phase?.count }
    var block = PhaseBlock(phase.map { $0.count &- (origin ?? 0) }, at: place)
    place += 1
    for index in 0..<Self.most {
      if Self.stride(1 << index) > 1 {
        guard let half = halves[index] else {
          halves[index] = block
          break
        }
        halves[index] = nil
        block = half.followed(by: block)
      }
      if index == octaves.count { open() }
      octaves[index].add(block)
    }
  }

  private mutating func open() {
    octaves.append(Octave(1 << octaves.count))
    // Room for the half that the next octave will begin with.
    while halves.count <= octaves.count { halves.append(nil) }
  }

  /// What is known at tau = m intervals.
  public struct Point: Equatable, Sendable {
    public var tau: Nanoseconds
    public var allan: Deviation?
    /// In nanoseconds.
    public var time: Deviation?
    public var peakLow: Nanoseconds?
    public var peakHigh: Nanoseconds?
  }

  /// In order of tau, as far as there is one term of anything.
  public var points: [Point] {
    octaves.map { octave in
      let tau = interval.scaled(by: Int64(octave.m))
      let isKnown = octave.peaks > 0
      return Point(
        tau: tau, allan: octave.allan.deviation(factor: 2, tau: Double(tau.count)),
        time: octave.bends.deviation(factor: 6, tau: 1),
        peakLow: isKnown ? octave.peakLow : nil, peakHigh: isKnown ? octave.peakHigh : nil)
    }.filter { $0.peakLow != nil }
  }
}

/// Some intervals on end: what the three statistics need of them.
struct PhaseBlock: Sendable {
  /// The value at its first place, and whether there is one.
  var first: Int64 = 0
  var hasFirst = false
  var stretch = Stretch()
  /// low > high: no value.
  var low = Int64.max
  var high = Int64.min

  init() {}

  init(_ value: Int64?, at place: Int64) {
    guard let value else { return }
    first = value
    hasFirst = true
    stretch = Stretch(sum: value, places: place, count: 1)
    (low, high) = (value, value)
  }

  func followed(by next: PhaseBlock) -> PhaseBlock {
    var both = self
    both.stretch = stretch + next.stretch
    both.low = min(low, next.low)
    both.high = max(high, next.high)
    return both
  }
}
