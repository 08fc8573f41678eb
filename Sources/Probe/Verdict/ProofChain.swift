/// What is proven of g = S - R at one moment.
public struct Proof: Equatable, Sendable {
  public var at: Instant<Raw>
  public var bounds: ClockBounds

  public init(at: Instant<Raw>, bounds: ClockBounds) {
    self.at = at
    self.bounds = bounds
  }

  public init(at: Instant<Raw>, low: Nanoseconds, high: Nanoseconds) {
    self.init(at: at, bounds: ClockBounds(low: low, high: high))
  }
}

/// The proofs one after the other, and what was seen of C between them (docs/method.md, "Coverage").
///
/// S - C = g - (C - R). g is bounded at each proof. From one to the next it keeps within the tolerance of a line, as
/// the band assumes: a line that is within the tolerance of g at both ends, and so between the chords of the bounds,
/// widened at the older end by twice the tolerance. C - R is between what was read of it, and `Unseen` beyond.
public struct ProofChain: Sendable {
  /// Up to here the time was handed out.
  public private(set) var position: Instant<Raw>
  private var last: Proof?
  /// What was seen of C since `position`; where that is cut, since the last cut.
  private var watched = Watched()
  private var cuts: [Cut] = []
  /// Added, and not all of the time up to it was handed out.
  private var end: Proof?
  private var reading: LocalReading?
  private var joint = ProofStretch.Joint.line
  private var isBroken = false
  private var isBent = false

  private struct Cut {
    var at: Instant<Raw>
    var watched: Watched
  }

  static let mostCuts = 64

  /// - Parameter start: where the time begins
  public init(from start: Instant<Raw>) {
    position = start
    cuts.reserveCapacity(Self.mostCuts)
  }

  public var hasProof: Bool { last != nil }

  /// Before a proof is added.
  @inline(__always)
  public mutating func watch(_ other: Watched) { watched.add(other) }

  /// What is seen from here on is another part's: C is not the same for ever, and each part has its own bounds of it.
  /// - Parameter edge: the readings on either side of the moment, and what was not seen between them
  mutating func cut(at moment: Instant<Raw>, _ edge: Watched) {
    watched.add(edge)
    guard moment > position, cuts.count < Self.mostCuts, cuts.last.map({ $0.at < moment }) ?? true else {
      return
    }
    cuts.append(Cut(at: moment, watched: watched))
    watched = edge
  }

  /// R is read from another counter, or by another rate.
  mutating func bend() { isBent = true }

  /// The time up to a proof is over; `take` hands it out.
  /// - Parameters:
  ///   - isBroken: the proof contradicts those before it
  ///   - reading: of the clocks at that moment; nil: they were read before and after it, and that was watched
  /// - Returns: false: there is no such time, it is over already
  @_optimize(speed)
  mutating func add(_ proof: Proof, isBroken: Bool, _ reading: LocalReading?) -> Bool {
    guard proof.at >= position else { return false }
    if let reading { watched.range.add(reading) }
    self.reading = reading
    self.isBroken = self.isBroken || isBroken
    let length = proof.at - (last?.at ?? position)
    joint =
      self.isBroken ? .both : last == nil || isBent || length > Assumption.rateWindow ? .either : .line
    if joint == .line, let before = last {
      last?.bounds = before.bounds.widened(by: Assumption.driftTolerance.over(length + length))
    }
    end = proof
    return true
  }

  /// Nothing is proven up to a moment.
  /// - Parameter isGap: R stood still there: nothing from before holds
  mutating func pass(_ moment: Instant<Raw>, isGap: Bool) {
    // A proof holds at its own moment.
    if moment > position || isGap { last = nil }
    position = max(position, moment)
    while let cut = cuts.first, cut.at <= position { cuts.removeFirst() }
    guard isGap else { return }
    (isBroken, isBent) = (false, false)
    cuts.removeAll(keepingCapacity: true)
    watched = Watched()
  }
}

extension ProofChain {
  /// A part of the time up to the proof that was added, in order; nil: there is none left.
  /// S - C is bounded at its ends by what was read of C in it, to within `Unseen`.
  @_optimize(speed)
  @inline(__always)
  mutating func take() -> (stretch: ProofStretch, unseen: Unseen)? {
    guard let proof = end else { return nil }
    var stretch = ProofStretch(
      length: proof.at - position, before: last?.bounds, after: proof.bounds, joint: joint)
    var seen = watched
    if cuts.isEmpty {
      finish(proof)
      if let reading {
        watched = Watched()
        watched.range.add(reading)
      }
    } else {
      takeCut(&stretch, &seen, proof)
    }
    stretch.before = seen.offset(stretch.before)
    stretch.after = seen.offset(stretch.after)
    return (stretch, seen.unseen)
  }

  @inline(__always)
  private mutating func finish(_ proof: Proof) {
    (position, last, end) = (proof.at, proof, nil)
    (isBroken, isBent) = (false, false)
  }

  @inline(never)
  private mutating func takeCut(_ stretch: inout ProofStretch, _ seen: inout Watched, _ proof: Proof) {
    let cut = cuts[0]
    seen = cut.watched
    if let reading { seen.range.add(reading) }
    if cut.at <= proof.at { cuts.removeFirst() }
    guard cut.at < proof.at else { return finish(proof) }
    let (head, tail) = stretch.split(cut.at - position)
    stretch = head
    position = cut.at
    last = tail.before.map { Proof(at: cut.at, bounds: $0) }
  }
}
