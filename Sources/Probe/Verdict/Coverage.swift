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
  private var proofs: ProofChain
  private var share: Share

  /// - Parameter start: where the time begins that is to be covered
  public init(limit: Nanoseconds, from start: Instant<Raw>) {
    proofs = ProofChain(from: start)
    share = Share(limit: limit)
  }

  public mutating func watch(_ watched: Watched) { proofs.watch(watched) }

  public mutating func add(_ proof: Proof) {
    if let stretch = proofs.add(proof) { share.add(stretch) }
  }

  /// - Parameter end: where the time ends
  public mutating func close(at end: Instant<Raw>) { share.add(proofs.close(at: end)) }

  public var total: Nanoseconds { proofs.total }
  public var unproven: Nanoseconds { share.unproven }
  public var longestGap: Nanoseconds { share.longestGap }
  public var worst: Nanoseconds { proofs.worst }
  public var partsPerMillion: Int64 { share.partsPerMillion(of: proofs) }
}

/// The proofs one after the other, whatever the limit: one chain serves any number of shares.
public struct ProofChain: Sendable {
  public private(set) var total = Nanoseconds.zero
  /// The largest |S - C| that the proofs allow, at them and between them.
  public private(set) var worst = Nanoseconds.zero
  public private(set) var last: Proof?
  /// What was seen of C since the last proof.
  private var watched = Watched()
  private let start: Instant<Raw>

  /// - Parameter start: where the time begins that is to be covered
  public init(from start: Instant<Raw>) { self.start = start }

  /// Time between two proofs, or between one and an end of the measurement.
  public struct Stretch: Sendable {
    public var length: Nanoseconds
    /// The largest |S - C| that the proof at its beginning allows, C's changes since included; nil: no proof there.
    public var before: Nanoseconds?
    /// The same by the proof at its end.
    public var after: Nanoseconds?
  }

  static let widening = Rate(
    partsPerTrillion: Assumption.largestDrift.partsPerTrillion + Assumption.unseenSlew.partsPerTrillion)

  /// What readings between two proofs say of C, so that a step and its undoing do not hide between them.
  public mutating func watch(_ other: Watched) { watched.add(other) }

  /// The time since the last proof. Proofs come in the order of time; one from before the last is left out.
  public mutating func add(_ proof: Proof) -> Stretch? {
    let own = proof.worst
    if watched.unseen.isLost { return beginAnew(proof) }
    guard let last else {
      let length = max(proof.at - start, .zero)
      let seen = watched.range.farthest(from: proof.realtimeOverRaw)
      worst = own + seen + Self.widening.over(length)
      begin(proof, length)
      return Stretch(length: length, before: nil, after: own + seen)
    }
    let length = proof.at - last.at
    guard length >= .zero else { return nil }
    // A step of C lies somewhere between; each side is judged as if the other's clock held there too.
    let change = max(
      (proof.realtimeOverRaw - last.realtimeOverRaw).magnitude,
      watched.range.farthest(from: last.realtimeOverRaw), watched.range.farthest(from: proof.realtimeOverRaw))
    let before = last.worst
    worst = max(worst, max(before, own) + change + Self.widening.over(length).half)
    begin(proof, length)
    return Stretch(length: length, before: before + change, after: own + change)
  }

  private mutating func begin(_ proof: Proof, _ length: Nanoseconds) {
    total += length
    last = proof
    watched = Watched()
  }

  /// C was set since the last proof, by nobody knows what: nothing is proven of the time up to this one.
  private mutating func beginAnew(_ proof: Proof) -> Stretch? {
    let length = proof.at - (last?.at ?? start)
    guard length >= .zero else { return nil }
    worst = max(worst, proof.worst)
    begin(proof, length)
    return Stretch(length: length, before: nil, after: nil)
  }

  /// The time since the last proof, up to the end.
  public mutating func close(at end: Instant<Raw>) -> Stretch {
    let length = max(end - (last?.at ?? start), .zero)
    total += length
    guard let last, !watched.unseen.isLost else { return Stretch(length: length, before: nil, after: nil) }
    let before = last.worst + watched.range.farthest(from: last.realtimeOverRaw)
    worst = max(worst, before + Self.widening.over(length))
    return Stretch(length: length, before: before, after: nil)
  }
}

/// What a chain of proofs leaves unproven of one limit.
public struct Share: Sendable {
  public let limit: Nanoseconds
  public private(set) var unproven = Nanoseconds.zero
  public private(set) var longestGap = Nanoseconds.zero
  private var gap = Nanoseconds.zero

  public init(limit: Nanoseconds) { self.limit = limit }

  public mutating func add(_ stretch: ProofChain.Stretch) {
    let forward = reach(stretch.before)
    let backward = reach(stretch.after)
    let piece = max(stretch.length - forward - backward, .zero)
    unproven += piece
    gap = forward == .zero ? gap + piece : piece
    longestGap = max(longestGap, gap)
    if backward > .zero { gap = .zero }
  }

  /// How long a proof lasts that allows this much.
  @inline(__always)
  private func reach(_ allowed: Nanoseconds?) -> Nanoseconds {
    allowed.map { Self.reach(limit - $0) } ?? .zero
  }

  /// How long a proof of `margin` to spare lasts.
  @inline(__always)
  static func reach(_ margin: Nanoseconds) -> Nanoseconds {
    margin <= .zero
      ? .zero : margin.scaled(by: 1_000_000_000_000 / ProofChain.widening.partsPerTrillion)
  }

  /// The proven share in parts per million, rounded down; nothing proven of no time at all.
  public func partsPerMillion(of proofs: ProofChain) -> Int64 {
    let total = proofs.total
    guard total > .zero else { return proofs.last.map { $0.worst <= limit } == true ? 1_000_000 : 0 }
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
