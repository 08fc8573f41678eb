/// How a reference's queries ended.
public struct QueryCounts: Sendable {
  public var sent: UInt64 = 0
  public var good: UInt64 = 0
  /// No reply, or an ICMP error, or given up.
  public var lost: UInt64 = 0
  /// Ended by replies that failed a check, kiss codes among them.
  public var rejected: UInt64 = 0
  /// Every reply that failed a check, those to no open query included.
  public var checks = CheckCounts()
  public var rateLimited: UInt64 = 0
  public var denied: UInt64 = 0
  /// ICMP errors, and the last one's name.
  public var icmp: UInt64 = 0
  public var icmpName: StaticString?
  public var sendFailed: UInt64 = 0
  /// errno of the last failed send.
  public var sendError: Int32 = 0
  /// Queries still open at the end.
  public var abandoned: UInt64 = 0
  /// Of the good: the clock was stepped inside the exchange.
  public var torn: UInt64 = 0
  /// Of the good: stamps by source, sending and receiving.
  public var transmitKernel: UInt64 = 0
  public var transmitHardware: UInt64 = 0
  public var receiveKernel: UInt64 = 0
  public var receiveHardware: UInt64 = 0
  public init() {}
}

/// Why a reference is asked more slowly than was wished.
public typealias SlowReason = Politeness.Reason

/// Why no verdict can be given.
public enum UnknownReason: Sendable {
  /// The name did not resolve; the resolver's words.
  case unresolved(String)
  /// The socket could not be opened or connected: the call and errno.
  case socket(StaticString, Int32)
  /// Nothing came back.
  case noReply
  /// ICMP said so.
  case refused(StaticString)
  /// Replies came, none was usable: the check that failed most.
  case unusable(PacketCheck)
  /// RATE, DENY or RSTR before any sample.
  case rateLimited
  case denied
  /// Sends failed: errno.
  case sendFailed(Int32)
  /// Coverage of the critical limit under 99 %.
  case coverage
  /// The instrument's own floor has no verdict.
  case selfMeasurement
  case interrupted
}

/// What one reference's burst came to.
public struct Summary: Sendable {
  public var reference: ReferenceInfo
  /// What its exchanges were read from; nil: they were made here.
  public var recorded: RecordedFormat?
  public var counts = QueryCounts()
  /// First query to last end, on R.
  public var duration = Nanoseconds.zero
  /// In force at the end.
  public var interval = Nanoseconds.zero
  public var slow: SlowReason?
  /// As the last good reply told it.
  public var server: ServerState?

  /// The best estimate of S - C at the end; positive = the local clock is behind.
  public var best: Nanoseconds?
  /// Proven bounds of S - C at the end.
  public var boundLow: Nanoseconds?
  public var boundHigh: Nanoseconds?
  /// The largest |S - C| that the proof allows at any proven moment.
  public var worst: Nanoseconds?
  /// Shares of the time in parts per million: proven within the limit.
  public var coverageCritical: Int64 = 0
  public var coverageWarning: Int64 = 0
  /// Without a break not proven within the critical limit, at most.
  public var longestGap = Nanoseconds.zero
  /// The band was found empty: a stated assumption failed.
  public var inconsistencies: UInt64 = 0

  /// All of it as a window; nil where there was no query.
  public var window: WindowReport?

  public var offset: Distribution?
  public var delay: Distribution?
  /// Medians of where the delay went.
  public var localTransmit: Nanoseconds?
  public var out: Nanoseconds?
  public var serverTime: Nanoseconds?
  public var back: Nanoseconds?
  public var localReceive: Nanoseconds?

  /// For the plots; nil where there was no sample.
  public var offsetOverTime: Envelope?
  public var delayOverTime: Envelope?

  public var verdict = Verdict.unknown
  public var unknown: UnknownReason?

  public init(reference: ReferenceInfo) { self.reference = reference }
}

/// The whole burst, as `--format json`, the screen and the plugin line have it.
public struct Report: Sendable {
  public var origin: Origin
  public var hello: Hello
  public var summaries: [Summary]
  /// Records that could not be written in time.
  public var dropped: UInt64
  /// What the guest's own clocks showed.
  public var events: EventLog
  public var verdict: Verdict
  /// What was read in place of a network; nil: a burst.
  public var replay: ReplayFacts?

  public init(
    origin: Origin, hello: Hello, summaries: [Summary], dropped: UInt64, events: EventLog = EventLog(),
    verdict: Verdict
  ) {
    self.origin = origin
    self.hello = hello
    self.summaries = summaries
    self.dropped = dropped
    self.events = events
    self.verdict = verdict
  }
}
