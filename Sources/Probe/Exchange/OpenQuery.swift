/// A query that waits for its reply, or whose reply waits for the stamp of the send.
struct OpenQuery {
  var number: UInt64
  /// The random transmit timestamp; the reply must have it as its origin.
  var cookie: NTPTime
  /// Just before the send.
  var sent: LocalReading
  /// The socket's number of the send, by which its stamp is known; nil: the socket has given it to another since.
  var send: UInt32?
  var deadline: Instant<Raw>
  var transmit: Stamp?
  /// Replies with a wrong origin before it was sent.
  var foreign: UInt32 = 0
  var rejected = CheckCounts()
  var reply: HeldReply?

  var awaitsStamp: Bool { transmit == nil && send != nil }
  var isHeld: Bool { if case .some = reply { true } else { false } }

  /// The exchange, by the best stamps that fit between the send and the reply.
  ///
  /// Where C was stepped in between, a kernel's stamp may lie on either side of the step, and laid onto R it
  /// errs by all of it. This process's own stamps are read together with R and do not.
  @inline(__always)
  func exchange(_ reply: HeldReply) -> Exchange {
    let step = reply.received.step(since: sent)
    let torn = step != .zero
    var receive = Stamp(at: reply.received.realtime, source: .user)
    if let stamp = reply.stamp, !torn, stamp.at <= receive.at, stamp.at >= sent.realtime {
      receive = stamp
    }
    var departure = Stamp(at: sent.realtime, source: .user)
    if let stamp = transmit, !torn, stamp.at >= departure.at, stamp.at <= receive.at {
      departure = stamp
    }
    let packet = reply.packet
    return Exchange(
      query: number, sent: sent, received: reply.received, transmit: departure,
      serverReceive: packet.receiveTime.instant(near: Instant(nanoseconds: receive.at.nanoseconds)),
      serverTransmit: packet.transmitTime.instant(near: Instant(nanoseconds: receive.at.nanoseconds)),
      receive: receive,
      server: ServerState(
        leap: packet.leap, stratum: packet.stratum, referenceID: packet.referenceID,
        rootDelay: packet.rootDelay.length, rootDispersion: packet.rootDispersion.length,
        precision: packet.precision, poll: packet.poll), step: step)
  }
}

/// A reply that passed the checks which need no stamp of the send.
struct HeldReply {
  var packet: NTPPacket
  var received: LocalReading
  var stamp: Stamp?
  /// Until when the stamp of the send is waited for.
  var until: Instant<Raw>
}

/// The queries that are open. Unordered and dense: most often there is one. A lookup begins with the newest.
struct OpenQueries {
  /// The first `count` are open; what was once in the others is nobody's.
  private var places: [OpenQuery] = []
  private(set) var count = 0
  /// No query ends by itself before this.
  private(set) var nextEnd = Instant<Raw>(nanoseconds: .max)

  init(capacity: Int) { places.reserveCapacity(capacity) }

  var isEmpty: Bool { count == 0 }

  @_optimize(speed)
  mutating func insert(_ query: OpenQuery) {
    nextEnd = min(nextEnd, query.deadline)
    if count < places.count {
      places[count] = query
    } else {
      places.append(query)
    }
    count += 1
  }

  func index(cookie: NTPTime) -> Int? { lastIndex { $0.cookie == cookie } }

  func index(send: UInt32) -> Int? { lastIndex { $0.send == send } }

  @inline(__always)
  private func lastIndex(where isIt: (OpenQuery) -> Bool) -> Int? {
    var index = count - 1
    while index >= 0 {
      if isIt(places[index]) { return index }
      index -= 1
    }
    return nil
  }

  /// The socket numbers its sends from 0 again: the numbers so far are nobody's.
  mutating func forgetSends() {
    for index in 0..<count { places[index].send = nil }
  }

  /// One of them waits for the stamp of its send.
  var awaitsStamp: Bool { lastIndex { $0.awaitsStamp } != nil }

  subscript(index: Int) -> OpenQuery {
    _read { yield places[index] }
    _modify { yield &places[index] }
  }

  /// The one that left last; nil of none.
  var newest: Int? { (0..<count).max { places[$0].number < places[$1].number } }

  mutating func hold(_ reply: HeldReply, for index: Int) {
    places[index].reply = reply
    nextEnd = min(nextEnd, reply.until)
  }

  mutating func remove(_ index: Int) -> OpenQuery {
    let query = places[index]
    drop(index)
    return query
  }

  /// Takes it out unseen: a query is several cache lines long.
  mutating func drop(_ index: Int) {
    precondition(index < count)
    count -= 1
    if index != count { places[index] = places[count] }
    if isEmpty { nextEnd = Instant(nanoseconds: .max) }
  }

  /// A query whose time is over, removed.
  mutating func takeEnded(_ now: Instant<Raw>) -> OpenQuery? {
    guard now >= nextEnd else { return nil }
    for index in 0..<count where now >= Self.end(places[index]) { return remove(index) }
    nextEnd = Instant(nanoseconds: .max)
    for index in 0..<count { nextEnd = min(nextEnd, Self.end(places[index])) }
    return nil
  }

  private static func end(_ query: OpenQuery) -> Instant<Raw> {
    if let reply = query.reply { return min(reply.until, query.deadline) }
    return query.deadline
  }
}

/// The cookies of the last 64 queries that ended in one way.
struct RecentCookies {
  // Not inline: the queries' state is copied now and then.
  private var cookies = [UInt64](repeating: 0, count: 64)
  private var count = 0

  mutating func insert(_ cookie: NTPTime) {
    cookies[count % 64] = cookie.bits
    count &+= 1
  }

  func contains(_ cookie: NTPTime) -> Bool {
    for index in 0..<Swift.min(count, 64) where cookies[index] == cookie.bits { return true }
    return false
  }
}
