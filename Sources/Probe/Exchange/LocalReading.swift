/// The clocks of this guest read in one go, in the order R, C, M, R'.
///
/// C and M were read somewhere between the two readings of R, so `bracket` bounds what is unknown
/// about the moment; a preemption in between makes the bracket long and never makes it wrong.
public struct LocalReading: Equatable, Sendable {
  public var rawBefore: Instant<Raw>
  public var realtime: Instant<Realtime>
  public var monotonic: Instant<Monotonic>
  public var rawAfter: Instant<Raw>

  public init(
    rawBefore: Instant<Raw>, realtime: Instant<Realtime>, monotonic: Instant<Monotonic>,
    rawAfter: Instant<Raw>
  ) {
    self.rawBefore = rawBefore
    self.realtime = realtime
    self.monotonic = monotonic
    self.rawAfter = rawAfter
  }

  /// R' - R, never negative on a working guest.
  @inline(__always)
  public var bracket: Nanoseconds { rawAfter - rawBefore }

  /// The middle of the bracket: the moment of the reading to +-`bracket`/2.
  @inline(__always)
  public var raw: Instant<Raw> { rawBefore + bracket.half }

  /// C - R to +-`bracket`/2.
  @inline(__always)
  public var realtimeOverRaw: Nanoseconds { realtime.ahead(of: raw) }

  /// C - M, less the time between the two reads (at most `bracket`). Changes only when C is stepped.
  @inline(__always)
  public var realtimeOverMonotonic: Nanoseconds { realtime.ahead(of: monotonic) }
}

extension LocalReading {
  /// By how much C was stepped between an earlier reading and this one; zero where the two brackets
  /// explain the difference. Sign as `offset`: positive = C was set back.
  public func step(since earlier: LocalReading) -> Nanoseconds {
    let change = realtimeOverMonotonic - earlier.realtimeOverMonotonic
    // The gap between C and M is told by M, which the kernel may make 10.05 % faster than R (adjtimex(2)).
    let brackets = bracket + earlier.bracket
    return change.magnitude > brackets + Nanoseconds(brackets.count / 8 + 1) ? -change : .zero
  }
}
