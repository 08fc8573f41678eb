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

  /// Proofs come in the order of time; one from before the last is left out.
  public mutating func add(_ proof: Proof) {
    guard let last else {
      let length = max(proof.at - start, .zero)
      let backward = Self.reach(limit - proof.worst)
      extend(by: length, unproven: max(length - backward, .zero), touching: true)
      if backward > .zero { gap = .zero }
      worst = proof.worst + Self.widening.over(length)
      self.last = proof
      return
    }
    let length = proof.at - last.at
    guard length >= .zero else { return }
    // A step of C lies somewhere between; each side is judged as if the other's clock held there too.
    let change = (proof.realtimeOverRaw - last.realtimeOverRaw).magnitude
    let forward = Self.reach(limit - last.worst - change)
    let backward = Self.reach(limit - proof.worst - change)
    extend(
      by: length, unproven: max(length - forward - backward, .zero), touching: forward == .zero)
    if backward > .zero { gap = .zero }
    let meeting = max(last.worst, proof.worst) + change + Self.widening.over(length).half
    worst = max(worst, meeting)
    self.last = proof
  }

  /// - Parameter end: where the time ends
  public mutating func close(at end: Instant<Raw>) {
    let length = max(end - (last?.at ?? start), .zero)
    let reach = last.map { Self.reach(limit - $0.worst) } ?? .zero
    extend(by: length, unproven: max(length - reach, .zero), touching: reach == .zero)
    if let last { worst = max(worst, last.worst + Self.widening.over(length)) }
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
