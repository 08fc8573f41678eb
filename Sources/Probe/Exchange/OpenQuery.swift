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
  var rejected = CheckCounts()
  var reply: HeldReply?

  var awaitsStamp: Bool { transmit == nil && send != nil }

  /// The exchange, by the best stamps that fit between the send and the reply.
  ///
  /// Where C was stepped in between, a kernel's stamp may lie on either side of the step, and laid onto R it
  /// errs by all of it. This process's own stamps are read together with R and do not.
  func exchange(_ reply: HeldReply) -> Exchange {
    let torn = reply.received.step(since: sent) != .zero
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
        precision: packet.precision, poll: packet.poll))
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
  private(set) var all: [OpenQuery] = []
  /// No query ends by itself before this.
  private(set) var nextEnd = Instant<Raw>(nanoseconds: .max)

  init(capacity: Int) { all.reserveCapacity(capacity) }

  var isEmpty: Bool { all.isEmpty }
  var count: Int { all.count }

  mutating func insert(_ query: OpenQuery) {
    nextEnd = min(nextEnd, query.deadline)
    all.append(query)
  }

  func index(cookie: NTPTime) -> Int? { all.lastIndex { $0.cookie == cookie } }

  func index(send: UInt32) -> Int? { all.lastIndex { $0.send == send } }

  /// The socket numbers its sends from 0 again: the numbers so far are nobody's.
  mutating func forgetSends() {
    for index in all.indices { all[index].send = nil }
  }

  /// One of them waits for the stamp of its send.
  var awaitsStamp: Bool {
    for index in all.indices where all[index].awaitsStamp { return true }
    return false
  }

  subscript(index: Int) -> OpenQuery {
    _read { yield all[index] }
    _modify { yield &all[index] }
  }

  /// The one that left last; nil of none.
  var newest: Int? { all.indices.max { all[$0].number < all[$1].number } }

  mutating func hold(_ reply: HeldReply, for index: Int) {
    all[index].reply = reply
    nextEnd = min(nextEnd, reply.until)
  }

  mutating func remove(_ index: Int) -> OpenQuery {
    let query = all[index]
    drop(index)
    return query
  }

  /// Takes it out unseen: a query is four cache lines long.
  mutating func drop(_ index: Int) {
    if index != all.count - 1 { all.swapAt(index, all.count - 1) }
    all.removeLast(1)
    if all.isEmpty { nextEnd = Instant(nanoseconds: .max) }
  }

  /// A query whose time is over, removed.
  mutating func takeEnded(_ now: Instant<Raw>) -> OpenQuery? {
    guard now >= nextEnd else { return nil }
    if let index = all.firstIndex(where: { now >= Self.end($0) }) { return remove(index) }
    nextEnd = Instant(nanoseconds: .max)
    for query in all { nextEnd = min(nextEnd, Self.end(query)) }
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
