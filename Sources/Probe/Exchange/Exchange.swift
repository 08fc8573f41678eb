/// What a reply tells of its server (RFC 5905 section 7.3).
public struct ServerState: Equatable, Sendable {
  public var leap: UInt8
  public var stratum: UInt8
  public var referenceID: ReferenceID
  public var rootDelay: Nanoseconds
  public var rootDispersion: Nanoseconds
  public var precision: Precision
  /// log2 of seconds; a server usually sends back what it was asked with. Only rawstats shows it.
  public var poll: Int8

  public init(
    leap: UInt8, stratum: UInt8, referenceID: ReferenceID, rootDelay: Nanoseconds,
    rootDispersion: Nanoseconds, precision: Precision, poll: Int8 = 0
  ) {
    self.leap = leap
    self.stratum = stratum
    self.poll = poll
    self.referenceID = referenceID
    self.rootDelay = rootDelay
    self.rootDispersion = rootDispersion
    self.precision = precision
  }

  /// False: an old log that has nothing of it. No reply of stratum 0 becomes an exchange.
  public var isKnown: Bool { stratum > 0 }

  /// How far the reference's clock may be from UTC: root delay / 2 + root dispersion
  /// (RFC 5905 appendix A.5.5.2, without the terms of the last hop, which the bound has).
  public var rootDistance: Nanoseconds {
    Nanoseconds(rootDelay.count / 2 + rootDelay.count % 2) + rootDispersion
  }
}

/// One query and its reply: four instants, and the local readings on both sides of them.
public struct Exchange: Equatable, Sendable {
  /// Counts the queries of one reference, from 1.
  public var query: UInt64
  /// Read just before the send.
  public var sent: LocalReading { didSet { step = received.step(since: sent) } }
  /// Read just after the reply came out of the socket.
  public var received: LocalReading { didSet { step = received.step(since: sent) } }
  /// T1, the departure from this guest.
  public var transmit: Stamp
  /// T2, the arrival at the server.
  public var serverReceive: Instant<ReferenceTime>
  /// T3, no later than the departure from the server.
  public var serverTransmit: Instant<ReferenceTime>
  /// T4, the arrival here.
  public var receive: Stamp
  public var server: ServerState
  /// By how much the clock under test was stepped between the two readings (sign as `offset`), else zero.
  /// The four instants of such an exchange are not on one scale: it is torn.
  public private(set) var step: Nanoseconds
  /// Of another program's log; nil: made or recorded by timeprobe, with readings of its own.
  public var recorded: RecordedFormat?
  /// What T2 - T1 and T3 - T4 may each be off by beyond all else, because a log has so many digits.
  public var resolution = Nanoseconds.zero

  public init(
    query: UInt64, sent: LocalReading, received: LocalReading, transmit: Stamp,
    serverReceive: Instant<ReferenceTime>, serverTransmit: Instant<ReferenceTime>, receive: Stamp,
    server: ServerState
  ) {
    self.init(
      query: query, sent: sent, received: received, transmit: transmit, serverReceive: serverReceive,
      serverTransmit: serverTransmit, receive: receive, server: server, step: received.step(since: sent))
  }

  /// - Parameter step: `received.step(since: sent)`, where it is known already
  @inline(__always)
  init(
    query: UInt64, sent: LocalReading, received: LocalReading, transmit: Stamp,
    serverReceive: Instant<ReferenceTime>, serverTransmit: Instant<ReferenceTime>, receive: Stamp,
    server: ServerState, step: Nanoseconds
  ) {
    self.query = query
    self.sent = sent
    self.received = received
    self.transmit = transmit
    self.serverReceive = serverReceive
    self.serverTransmit = serverTransmit
    self.receive = receive
    self.server = server
    self.step = step
  }

  /// RFC 5905 section 8, theta: ((T2 - T1) + (T3 - T4)) / 2. Positive = the local clock is behind.
  /// T2 and T3 were folded to within 68 years of the local clock, so the sum stays in range.
  public var offset: Nanoseconds {
    (serverReceive.ahead(of: transmit.at) + serverTransmit.ahead(of: receive.at)).half
  }

  /// RFC 5905 section 8, delta: (T4 - T1) - (T3 - T2).
  public var delay: Nanoseconds { (receive.at - transmit.at) - serverTime }

  /// T3 - T2.
  public var serverTime: Nanoseconds { serverTransmit - serverReceive }

  public var isTorn: Bool { step != .zero }

  /// chrony's log does not tell T2 and T3 apart.
  public var hasServerTime: Bool { recorded != .chrony }

  /// The kernel's or the card's stamp of the departure, and a reading of this process's before it.
  public var hasLocalTransmit: Bool { recorded == nil && transmit.source > .user }

  /// The same of the arrival, and a reading after it.
  public var hasLocalReceive: Bool { recorded == nil && receive.source > .user }

  /// R1: the departure on the time line. The stamp's distance to the reading, both on C, is laid onto R.
  public var departed: Instant<Raw> { sent.raw + (transmit.at - sent.realtime) }

  /// R4: the arrival on the time line.
  public var arrived: Instant<Raw> { received.raw - (received.realtime - receive.at) }

  /// From this process's call to the departure; zero or noise for a user stamp.
  public var localTransmit: Nanoseconds { transmit.at - sent.realtime }

  /// From the arrival to this process having it.
  public var localReceive: Nanoseconds { received.realtime - receive.at }
}
