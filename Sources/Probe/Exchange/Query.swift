/// What ends a query.
public enum Ending: Sendable {
  case sample(Exchange)
  case loss(Loss)
}

/// The queries to one reference: when the next is due, which are open, what ends them.
/// Events in, actions out; no clock and no socket.
public struct Query {
  public struct Plan: Sendable {
    /// nil: as many as the duration has.
    public var count: UInt64?
    /// Queries in all where the interval is longer than wished and neither count nor duration was asked for.
    public var slowCount: UInt64?
    /// No query is sent this long after the first; nil: the count ends it.
    public var duration: Nanoseconds?
    public var timeout: Nanoseconds

    public init(count: UInt64?, slowCount: UInt64?, duration: Nanoseconds?, timeout: Nanoseconds) {
      self.count = count
      self.slowCount = slowCount
      self.duration = duration
      self.timeout = timeout
    }
  }

  public enum Action: Equatable, Sendable {
    case send
    /// Nothing to do before this moment, unless something comes in.
    case wait(until: Instant<Raw>)
    case finished
  }

  let plan: Plan
  public private(set) var politeness: Politeness
  var open: OpenQueries
  /// Replies to no open query, by check.
  public private(set) var stray = CheckCounts()
  public private(set) var sent: UInt64 = 0
  /// Good replies, and the least delay among them.
  public private(set) var replies: UInt64 = 0
  public private(set) var floor = Nanoseconds.max

  /// The interval in force, and why it is longer than wished.
  public private(set) var interval: (Nanoseconds, Politeness.Reason?)
  /// Whether another query goes out; as `interval`, found anew whenever what it rests on has changed.
  private var isSending = true
  private var first: Instant<Raw>?
  /// When the newest query left.
  private var latest: Instant<Raw>?
  private var due: Instant<Raw>
  private var attempts = 0
  /// When the last RATE was obeyed.
  private var slowed: Instant<Raw>?
  private var isForbidden = false
  private var isStopped = false
  /// To tell a duplicate and a late reply from a forgery.
  private var answered = RecentCookies()
  private var givenUp = RecentCookies()
  /// Stamps of sends that did not come, in a row; past three nobody waits for them.
  private var stampsMissed = 0

  /// How long a reply waits for the stamp of its send.
  static let stampWait = Nanoseconds.milliseconds(5)
  /// Queries that are caught up with after a late wake-up; what is later still is left out.
  static let catchUp: Int64 = 16
  static let sendAttempts = 4
  static let sendPause = Nanoseconds.milliseconds(1)

  public init(_ plan: Plan, _ politeness: Politeness, start: Instant<Raw>) {
    self.plan = plan
    self.politeness = politeness
    due = start
    interval = politeness.interval(sent: 0, replies: 0, floor: .max)
    let perTimeout = plan.timeout.count / Swift.max(politeness.wished.count, 1)
    open = OpenQueries(capacity: Int(Swift.min(Swift.max(perTimeout, 0) + 16, 16384)))
  }

  /// No query is open: nothing more can come that matters.
  public var isQuiet: Bool { open.isEmpty }

  /// More queries will go out.
  public var isAsking: Bool { isSending }

  /// No query waits for the stamp of its send.
  public var hasAllStamps: Bool { !open.awaitsStamp }

  // MARK: When

  @inline(__always)
  public func next(_ now: Instant<Raw>) -> Action {
    if !isSending { return open.isEmpty ? .finished : .wait(until: open.nextEnd) }
    return now >= due ? .send : .wait(until: Swift.min(due, open.nextEnd))
  }

  private mutating func setInterval() {
    interval = politeness.interval(sent: sent, replies: replies, floor: floor)
  }

  private func hasMore() -> Bool {
    if isForbidden || isStopped { return false }
    guard let first else { return true }
    if let count = plan.count, sent >= count { return false }
    let reason = interval.1
    if reason == .unheard { return due - first < planned }
    if reason == .rateLimited && !isWorthWaiting(first) { return false }
    if let slowCount = plan.slowCount, reason != nil { return sent < slowCount }
    if let duration = plan.duration { return due - first < duration }
    return true
  }

  /// The interval doubles with each RATE: a burst does not wait for minutes, unless it was given them.
  private func isWorthWaiting(_ first: Instant<Raw>) -> Bool {
    if let slowCount = plan.slowCount {
      return due - first < Politeness.slow.scaled(by: Int64(clamping: slowCount))
    }
    return plan.duration != nil || politeness.kisses < 3
  }

  /// How long the queries would take if nothing slowed them: a reference that never answers is given no more.
  private var planned: Nanoseconds {
    let length = plan.count.map { politeness.wished.scaled(by: Int64(clamping: $0)) } ?? .max
    return Swift.min(length, plan.duration ?? .max)
  }

  /// No more queries; those that are open may still end.
  public mutating func stop() {
    isStopped = true
    isSending = false
  }

  private mutating func schedule(after now: Instant<Raw>) {
    attempts = 0
    setInterval()
    let step = interval.0
    // One a second is a promise to the reference, which a pause of this guest does not end.
    due = step < Politeness.slow ? due + step : now + step
    if now - due > step.scaled(by: Self.catchUp) { due = now + step }
    isSending = hasMore()
  }

  // MARK: Sending

  /// A query left. `send` is the socket's number of it.
  @_optimize(speed)
  public mutating func didSend(_ cookie: NTPTime, _ reading: LocalReading, send: UInt32) {
    let now = reading.raw
    if first == nil {
      first = now
      due = now
    }
    latest = now
    sent += 1
    open.insert(
      OpenQuery(
        number: sent, cookie: cookie, sent: reading, send: send, deadline: now + plan.timeout,
        transmit: nil, foreign: stray[.origin]))
    schedule(after: now)
  }

  /// The kernel did not take it: tried again, and counted as lost only when it fails again and again.
  /// The socket's numbers begin anew after this; a stamp under an old one would go to another query.
  public mutating func didNotSend(_ reading: LocalReading, errno: Int32) -> Loss? {
    let now = reading.raw
    attempts += 1
    open.forgetSends()
    guard attempts >= Self.sendAttempts else {
      // The first failure is most often an ICMP error of an earlier query, told on this one's account.
      if attempts > 1 { due = now + Self.sendPause }
      return nil
    }
    if first == nil {
      first = now
      due = now
    }
    sent += 1
    schedule(after: now)
    return Loss(
      query: sent, reason: .sendFailed(errno), sent: reading, ended: now, rejected: CheckCounts())
  }

  // MARK: What comes back

  /// The kernel's stamp of a send. One whose query is gone is of no use to anybody.
  @_optimize(speed)
  public mutating func didTransmit(_ send: UInt32, _ stamp: Stamp) -> Ending? {
    guard let index = open.index(send: send) else { return nil }
    stampsMissed = 0
    open[index].transmit = stamp
    return !open[index].isHeld ? nil : completeHeld(index)
  }

  @inline(never)
  private mutating func completeHeld(_ index: Int) -> Ending? {
    open[index].reply.flatMap { complete(index, $0) }
  }

  /// A datagram from the reference's address and port. `stamp` is the kernel's, of its arrival.
  @_optimize(speed)
  @inline(__always)
  public mutating func didReceive(
    _ datagram: Span<UInt8>, truncated: Bool, _ stamp: Stamp?, _ received: LocalReading
  ) -> Ending? {
    let packet: NTPPacket
    switch PacketCheck.form(datagram, truncated: truncated) {
    case .success(let formed): packet = formed
    case .failure(let check):
      stray.count(check)
      return nil
    }
    guard let index = open.index(cookie: packet.originTime) else {
      stray.count(whyClosed(packet.originTime))
      return nil
    }
    if open[index].isHeld {
      stray.count(.duplicate)
      return nil
    }
    if packet.stratum == 0, let ending = obey(packet, index, received.raw) { return ending }
    if let check = PacketCheck.server(packet) { return reject(index, check, received.raw) }
    let reply = HeldReply(
      packet: packet, received: received, stamp: stamp, until: received.raw + Self.stampWait)
    if open[index].awaitsStamp && stampsMissed < 3 {
      open.hold(reply, for: index)
      return nil
    }
    return complete(index, reply)
  }

  /// An ICMP error. The datagram that caused it tells which query; without it, the newest.
  public mutating func didFail(_ icmp: StaticString, datagram: Span<UInt8>, _ now: Instant<Raw>) -> Loss? {
    var index = open.newest
    if let packet = NTPPacket(datagram) {
      guard let named = open.index(cookie: packet.transmitTime) else { return nil }
      index = named
    }
    guard let index else { return nil }
    return lose(open.remove(index), .icmp(icmp), now)
  }

  /// The queries whose time is over, one a call.
  @inline(__always)
  public mutating func expire(_ now: Instant<Raw>) -> Ending? {
    now >= open.nextEnd ? expireOne(now) : nil
  }

  @inline(never)
  private mutating func expireOne(_ now: Instant<Raw>) -> Ending? {
    guard let query = open.takeEnded(now) else { return nil }
    if let reply = query.reply {
      if query.awaitsStamp { stampsMissed += 1 }
      return end(query, reply)
    }
    return .loss(lose(query, query.rejected.total > 0 ? .rejected : .timeout, now))
  }

  /// The queries still open when the measurement is broken off, one a call.
  public mutating func abandon(_ now: Instant<Raw>) -> Loss? {
    open.isEmpty ? nil : lose(open.remove(open.count - 1), .abandoned, now)
  }

  // MARK: Ends

  @inline(never)
  private mutating func obey(_ packet: NTPPacket, _ index: Int, _ now: Instant<Raw>) -> Ending? {
    switch KissCode(packet) {
    case .rate:
      // Those under way when the first RATE came left at the old rate: one complaint, not many.
      if slowed.map({ open[index].sent.raw >= $0 }) ?? true {
        politeness.rateLimited()
        slowed = now
        setInterval()
        due = now + interval.0
        isSending = hasMore()
      }
      return .loss(lose(open.remove(index), .rateLimited, now))
    case .deny, .restrict:
      isForbidden = true
      isSending = false
      return .loss(lose(open.remove(index), .denied, now))
    default: return nil
    }
  }

  @inline(never)
  private mutating func reject(_ index: Int, _ check: PacketCheck, _ now: Instant<Raw>) -> Ending? {
    open[index].rejected.count(check)
    return check.endsQuery ? .loss(lose(open.remove(index), .rejected, now)) : nil
  }

  @_optimize(speed)
  @inline(__always)
  private mutating func complete(_ index: Int, _ reply: HeldReply) -> Ending? {
    let exchange = open[index].exchange(reply)
    if let check = PacketCheck.instants(exchange) {
      open[index].reply = nil
      return reject(index, check, reply.received.raw)
    }
    accept(open[index].cookie, open[index].rejected, exchange)
    open.drop(index)
    return .sample(exchange)
  }

  private mutating func end(_ query: OpenQuery, _ reply: HeldReply) -> Ending {
    let exchange = query.exchange(reply)
    guard let check = PacketCheck.instants(exchange) else {
      accept(query.cookie, query.rejected, exchange)
      return .sample(exchange)
    }
    var rejected = query
    rejected.rejected.count(check)
    return .loss(lose(rejected, .rejected, reply.received.raw))
  }

  @inline(__always)
  private mutating func accept(_ cookie: NTPTime, _ rejected: CheckCounts, _ exchange: Exchange) {
    let wasSlow = interval.1
    answered.insert(cookie)
    stray.add(rejected)
    replies += 1
    if !exchange.isTorn { floor = Swift.min(floor, exchange.delay) }
    setInterval()
    guard interval.1 != wasSlow else { return }
    // What this reply tells of the distance holds from the next query on, sooner or later.
    if let latest { due = latest + interval.0 }
    isSending = hasMore()
  }

  private mutating func lose(_ query: OpenQuery, _ reason: LossReason, _ now: Instant<Raw>) -> Loss {
    givenUp.insert(query.cookie)
    return Loss(
      query: query.number, reason: reason, sent: query.sent, ended: now, rejected: query.rejected,
      foreign: stray[.origin] - query.foreign)
  }

  private func whyClosed(_ cookie: NTPTime) -> PacketCheck {
    if answered.contains(cookie) { return .duplicate }
    return givenUp.contains(cookie) ? .late : .origin
  }
}
