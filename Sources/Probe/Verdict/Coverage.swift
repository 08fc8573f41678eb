/// What is proven of S - C at one moment.
public struct Proof: Equatable, Sendable {
  public var at: Instant<Raw>
  /// C - R there.
  public var realtimeOverRaw: Nanoseconds
  /// S - C; positive = the local clock is behind.
  public var low: Nanoseconds
  public var high: Nanoseconds

  public init(at: Instant<Raw>, realtimeOverRaw: Nanoseconds, low: Nanoseconds, high: Nanoseconds) {
    self.at = at
    self.realtimeOverRaw = realtimeOverRaw
    self.low = low
    self.high = high
  }

  /// The largest |S - C| that the proof allows.
  public var worst: Nanoseconds { max(low.magnitude, high.magnitude) }

  /// |S - C| is surely past the limit.
  public func isPast(_ limit: Nanoseconds) -> Bool { low > limit || high < -limit }
}

/// The least and the greatest C - R that was read.
public struct RealtimeRange: Sendable {
  public private(set) var lowest = Nanoseconds.max
  public private(set) var highest = Nanoseconds.min

  public init() {}

  public mutating func add(_ reading: LocalReading) {
    lowest = min(lowest, reading.realtimeOverRaw - reading.bracket.half)
    highest = max(highest, reading.realtimeOverRaw + reading.bracket.half)
  }

  public mutating func add(_ other: RealtimeRange) {
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
  }

  /// How far C - R was read away from a value; zero where it was not read.
  func farthest(from value: Nanoseconds) -> Nanoseconds {
    lowest > highest ? .zero : max((lowest - value).magnitude, (highest - value).magnitude)
  }
}

/// For which share of the time |S - C| is proven to be within a limit.
///
/// Between two proofs each is carried towards the other until it no longer proves the limit; what neither
/// reaches is unproven. It widens by `Assumption.largestDrift` (S against R) and by what C was seen to change
/// against R plus `Assumption.unseenSlew` (C against R between two readings).
public struct Coverage: Sendable {
  public let limit: Nanoseconds
  public private(set) var total = Nanoseconds.zero
  public private(set) var unproven = Nanoseconds.zero
  public private(set) var longestGap = Nanoseconds.zero
  /// The largest |S - C| that the proofs allow, at them and between them.
  public private(set) var worst = Nanoseconds.zero
  private var last: Proof?
  private var gap = Nanoseconds.zero
  /// C - R as read since the last proof.
  private var watched = RealtimeRange()
  private let start: Instant<Raw>

  /// - Parameter start: where the time begins that is to be covered
  public init(limit: Nanoseconds, from start: Instant<Raw>) {
    self.limit = limit
    self.start = start
  }

  static let widening = Rate(
    partsPerTrillion: Assumption.largestDrift.partsPerTrillion + Assumption.unseenSlew.partsPerTrillion)

  /// How long a proof of `margin` to spare lasts.
  static func reach(_ margin: Nanoseconds) -> Nanoseconds {
    margin <= .zero ? .zero : margin.scaled(by: 1_000_000_000_000 / widening.partsPerTrillion)
  }

  /// What readings between two proofs say of C, so that a step and its undoing do not hide between them.
  public mutating func watch(_ range: RealtimeRange) { watched.add(range) }

  /// Proofs come in the order of time; one from before the last is left out.
  public mutating func add(_ proof: Proof) {
    guard let last else {
      let length = max(proof.at - start, .zero)
      let seen = watched.farthest(from: proof.realtimeOverRaw)
      let backward = Self.reach(limit - proof.worst - seen)
      extend(by: length, unproven: max(length - backward, .zero), touching: true)
      if backward > .zero { gap = .zero }
      worst = proof.worst + seen + Self.widening.over(length)
      begin(proof)
      return
    }
    let length = proof.at - last.at
    guard length >= .zero else { return }
    // A step of C lies somewhere between; each side is judged as if the other's clock held there too.
    let change = max(
      (proof.realtimeOverRaw - last.realtimeOverRaw).magnitude,
      watched.farthest(from: last.realtimeOverRaw), watched.farthest(from: proof.realtimeOverRaw))
    let forward = Self.reach(limit - last.worst - change)
    let backward = Self.reach(limit - proof.worst - change)
    extend(
      by: length, unproven: max(length - forward - backward, .zero), touching: forward == .zero)
    if backward > .zero { gap = .zero }
    let meeting = max(last.worst, proof.worst) + change + Self.widening.over(length).half
    worst = max(worst, meeting)
    begin(proof)
  }

  private mutating func begin(_ proof: Proof) {
    last = proof
    watched = RealtimeRange()
  }

  /// - Parameter end: where the time ends
  public mutating func close(at end: Instant<Raw>) {
    let length = max(end - (last?.at ?? start), .zero)
    let change = last.map { watched.farthest(from: $0.realtimeOverRaw) } ?? .zero
    let reach = last.map { Self.reach(limit - $0.worst - change) } ?? .zero
    extend(by: length, unproven: max(length - reach, .zero), touching: reach == .zero)
    if let last { worst = max(worst, last.worst + change + Self.widening.over(length)) }
  }

  private mutating func extend(by length: Nanoseconds, unproven piece: Nanoseconds, touching: Bool) {
    total += length
    unproven += piece
    gap = touching ? gap + piece : piece
    longestGap = max(longestGap, gap)
  }

  /// The proven share in parts per million, rounded down; nothing proven of no time at all.
  public var partsPerMillion: Int64 {
    guard total > .zero else { return last.map { $0.worst <= limit } == true ? 1_000_000 : 0 }
    let proven = total - unproven
    let (high, low) = UInt64(proven.count).multipliedFullWidth(by: 1_000_000)
    return Int64(UInt64(total.count).dividingFullWidth((high, low)).quotient)
  }
}

extension Assumption {
  /// How fast C may be slewed and slewed back between two readings of it without notice: the kernel's
  /// largest frequency correction, adjtimex(2).
  public static let unseenSlew = Rate.partsPerMillion(500)
}
