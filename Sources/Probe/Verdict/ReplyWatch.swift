/// What the replies themselves tell: a server whose fields changed, queries without an answer, refused replies.
struct ReplyWatch {
  private var server: ServerState?
  private var serverAt: Instant<Raw>?
  private var missing: Missing?
  /// The leap field that was last said and was not 0; 1: a second is inserted, 2: one is removed.
  private(set) var announced: UInt8 = 0

  /// Fewer in a row are in the records and the counts alone.
  static let run: UInt64 = 3
  /// A root distance that grew by as much in one step is another source.
  static let rootStep = Nanoseconds.milliseconds(1)

  private struct Missing {
    var cause: Cause
    var check: PacketCheck?
    var from: Instant<Raw>
    var to: Instant<Raw>
    var known: LocalReading
    var count: UInt64
    /// The newest of them, and when it was sent.
    var query: UInt64
    var sent: Instant<Raw>
    /// Replies to nobody's query came in the wait for each of them.
    var isForeign: Bool
  }

  /// Two that are missing are of one run if no more queries than this lie between them.
  static let reach: UInt64 = 4

  /// A reply that was used: whether the server's fields changed. `end` comes first.
  mutating func add(_ state: ServerState, _ passage: Passage) -> LocalEvent? {
    defer { (server, serverAt) = (state, passage.to) }
    if state.leap != 0 { announced = state.leap }
    guard let before = server, Self.differs(before, state) else { return nil }
    var event = LocalEvent(
      .reference, .proven, from: serverAt ?? passage.from, to: passage.to, known: passage.known)
    event.evidence.serverBefore = before
    event.evidence.server = state
    return event
  }

  private static func differs(_ a: ServerState, _ b: ServerState) -> Bool {
    a.leap != b.leap || a.stratum != b.stratum || a.referenceID != b.referenceID
      || b.rootDistance - a.rootDistance > max(rootStep, a.rootDistance)
  }

  /// A query without a sample. A run of the same kind is one event, told when it ends.
  mutating func add(_ loss: Loss) -> LocalEvent? {
    let cause: Cause
    switch loss.reason {
    case .timeout, .icmp: cause = .loss
    case .rejected: cause = .rejected
    case .rateLimited, .denied: cause = .rateLimited
    case .sendFailed, .abandoned: return nil
    }
    // What is lost after the server's wish for fewer queries is its doing as well.
    if let run = missing, run.cause == cause || cause == .loss && run.cause == .rateLimited,
      loss.query <= run.query &+ Self.reach, run.query <= loss.query &+ Self.reach
    {
      missing?.to = max(run.to, loss.ended)
      missing?.count += 1
      missing?.isForeign = run.isForeign && loss.foreign > 0
      if loss.query > run.query {
        missing?.query = loss.query
        missing?.sent = loss.sent.rawBefore
      }
      return nil
    }
    let told = end()
    missing = Missing(
      cause: cause, check: cause == .rejected ? loss.rejected.most : nil, from: loss.sent.rawBefore,
      to: loss.ended, known: loss.sent, count: 1, query: loss.query, sent: loss.sent.rawBefore,
      isForeign: loss.foreign > 0)
    return told
  }

  /// A good reply to a later query ends a run. Of queries that nobody answers that is known only when the timeouts of
  /// those sent before it are over: replies come sooner than timeouts.
  @inline(__always)
  mutating func rest(_ query: UInt64, sent: Instant<Raw>) -> LocalEvent? {
    missing == nil ? nil : restAfter(query, sent)
  }

  @inline(never)
  private mutating func restAfter(_ query: UInt64, _ sent: Instant<Raw>) -> LocalEvent? {
    guard let missing, query > missing.query else { return nil }
    if missing.cause == .loss {
      let interval = (sent - missing.sent).count / Int64(clamping: query - missing.query)
      guard (sent - missing.to).count >= interval + interval / 4 else { return nil }
    }
    return end()
  }

  /// At the end.
  mutating func end() -> LocalEvent? {
    defer { missing = nil }
    guard var missing, missing.cause != .loss || missing.count >= Self.run else { return nil }
    let isForeign = missing.cause == .loss && missing.isForeign
    if isForeign { (missing.cause, missing.check) = (.rejected, .origin) }
    var event = LocalEvent(
      missing.cause, missing.cause == .loss || isForeign ? .indicated : .proven, from: missing.from,
      to: missing.to,
      known: missing.known)
    event.evidence.exchanges = missing.count
    event.evidence.check = missing.check
    // Whose replies those were nobody knows.
    if isForeign { event.also = [.loss] }
    return event
  }
}

extension CheckCounts {
  /// The check that failed most.
  var most: PacketCheck? {
    var most: PacketCheck?
    for check in PacketCheck.allCases where self[check] > (most.map { self[$0] } ?? 0) { most = check }
    return most
  }
}
