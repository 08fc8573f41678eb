/// What the replies themselves tell: a server whose fields changed, queries without an answer, refused replies.
struct ReplyWatch {
  private var server: ServerState?
  private var serverAt: Instant<Raw>?
  private var missing: Missing?

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
  }

  /// A reply as the one before, and nothing was lost in between.
  @inline(__always)
  func isAsBefore(_ state: ServerState) -> Bool {
    guard missing == nil, let server else { return false }
    return !Self.differs(server, state)
  }

  /// Takes one.
  @inline(__always)
  mutating func follow(_ state: ServerState, _ passage: Passage) { (server, serverAt) = (state, passage.to) }

  /// A reply that was used: whether the server's fields changed. `end` comes first.
  mutating func add(_ state: ServerState, _ passage: Passage) -> LocalEvent? {
    defer { (server, serverAt) = (state, passage.to) }
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
    if missing?.cause == cause {
      missing?.to = loss.ended
      missing?.count += 1
      return nil
    }
    // What is lost after the server's wish for fewer queries is its doing as well.
    if cause == .loss, missing?.cause == .rateLimited {
      missing?.to = loss.ended
      missing?.count += 1
      return nil
    }
    let told = end()
    missing = Missing(
      cause: cause, check: cause == .rejected ? loss.rejected.most : nil, from: loss.sent.rawBefore,
      to: loss.ended, known: loss.sent, count: 1)
    return told
  }

  /// At the end, or when a good reply came.
  mutating func end() -> LocalEvent? {
    defer { missing = nil }
    guard let missing, missing.cause != .loss || missing.count >= Self.run else { return nil }
    var event = LocalEvent(
      missing.cause, missing.cause == .loss ? .indicated : .proven, from: missing.from, to: missing.to,
      known: missing.known)
    event.evidence.exchanges = missing.count
    event.evidence.check = missing.check
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
