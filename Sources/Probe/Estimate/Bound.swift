/// Everything in `eps` of the two inequalities, each error by its name. All are >= 0.
public struct BoundTerms: Equatable, Sendable {
  /// What a stamp may err towards the unsafe side: truncation to 1 ns, and the spread of the processors' counters; of
  /// a log with fewer digits, those too.
  public var stamps: Nanoseconds = .zero
  /// The server's precision: its T2 and T3 are true to this.
  public var precision: Nanoseconds = .zero
  /// T1 laid from C onto R: half the bracket of the reading, and what C can be slewed from there to the stamp.
  public var mapTransmit: Nanoseconds = .zero
  /// T4 laid from C onto R.
  public var mapReceive: Nanoseconds = .zero
  /// The size of a step of C inside the exchange, where a stamp may lie on either side of it; this process's
  /// own stamps lie where their reading of R does.
  public var tear: Nanoseconds = .zero

  public init() {}
}

/// What one exchange proves of g = S - R, whatever the path's asymmetry (DESIGN section 2):
/// a packet cannot arrive before it left.
///
///     g(R1) <= T2 - R1 + eps        g(R4) >= T3 - R4 - eps
public struct Bound: Equatable, Sendable {
  /// R1, and the upper bound of g there.
  public var departed: Instant<Raw>
  public var high: Nanoseconds
  /// R4, and the lower bound of g there.
  public var arrived: Instant<Raw>
  public var low: Nanoseconds
  /// C - R at R4, to within what `terms` has.
  public var realtimeOverRaw: Nanoseconds
  public var terms: BoundTerms

  /// What a software stamp and a reading of the same clock may differ by beyond the order in which they were
  /// taken: both are cut to 1 ns, and a guest's processors need not agree to the last count.
  public static let stampError = Nanoseconds(2)

  @_optimize(speed)
  public init(_ exchange: Exchange) {
    var terms = BoundTerms()
    terms.stamps = Self.stampError + exchange.resolution
    terms.precision = exchange.server.precision.length
    terms.mapTransmit = Self.mapping(exchange.sent, exchange.transmit.at)
    terms.mapReceive = Self.mapping(exchange.received, exchange.receive.at)
    let isOwn = exchange.transmit.source <= .user && exchange.receive.source <= .user
    terms.tear = isOwn ? .zero : exchange.step.magnitude
    let always = terms.stamps + terms.precision + terms.tear
    departed = exchange.departed
    arrived = exchange.arrived
    high = exchange.serverReceive.ahead(of: departed) + always + terms.mapTransmit
    low = exchange.serverTransmit.ahead(of: arrived) - always - terms.mapReceive
    realtimeOverRaw = exchange.receive.at.ahead(of: arrived)
    self.terms = terms
  }

  /// The error of laying a stamp onto R through one reading.
  static func mapping(_ reading: LocalReading, _ stamp: Instant<Realtime>) -> Nanoseconds {
    reading.bracket.half + Nanoseconds(1)
      + Assumption.largestSlew.over((stamp - reading.realtime).magnitude)
  }

  /// S - C at R4, proven by this exchange alone. Positive = the local clock is behind.
  /// T4 is itself a reading of C, so the lower bound needs no mapping onto R.
  public var offsetLow: Nanoseconds { low + terms.mapReceive - realtimeOverRaw }
  public var offsetHigh: Nanoseconds {
    high + Assumption.largestDrift.over(arrived - departed) + terms.mapReceive - realtimeOverRaw
  }
}

/// What the proofs take for granted; docs/method.md has the same list.
public enum Assumption {
  /// The fastest that the kernel slews REALTIME: a tick of +-10 % (ADJ_TICK, 9000 to 11000 us at USER_HZ 100)
  /// and a frequency of +-500 ppm (ADJ_FREQUENCY), adjtimex(2).
  public static let largestSlew = Rate.partsPerMillion(100_500)
  /// The fastest that the reference's clock and this guest's counter drift apart.
  public static let largestDrift = Rate.partsPerMillion(500)
}
