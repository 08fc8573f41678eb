/// One reference of one run, or of one log: what its exchanges came to.
final class ReplayTrack {
  let index: Int
  let format: RecordedFormat
  /// Of our own streams: which run it is of; a run has its own raw clock.
  let run: Int?
  /// The reference's name as the input has it.
  let name: [UInt8]
  var info: ReferenceInfo
  var tally: Tally?
  /// All of it, once it was read.
  var whole: WindowReport?
  var count: UInt64 = 0
  var losses: UInt64 = 0
  /// Replies to no query that failed a check.
  var stray = CheckCounts()
  var last: Exchange?
  /// A reading of the clocks.
  private(set) var known: LocalReading?
  private var firstSent: Instant<Raw>?
  private(set) var end: Instant<Raw>?
  /// C to R, where C alone is known and was set back.
  private(set) var shift = Nanoseconds.zero
  private var hasBlind = false

  init(index: Int, format: RecordedFormat, run: Int?, name: [UInt8], info: ReferenceInfo) {
    self.index = index
    self.format = format
    self.run = run
    self.name = name
    self.info = info
  }

  /// Says how an exchange stands to the one before: `nil` is in order.
  func order(of exchange: Exchange, slack: Nanoseconds) -> LineProblem? {
    guard let last else { return nil }
    if format == .timeprobe { return exchange.arrived < last.arrived - slack ? .backwards : nil }
    if exchange.receive == last.receive, exchange.transmit == last.transmit,
      exchange.serverReceive == last.serverReceive, exchange.serverTransmit == last.serverTransmit
    {
      return .duplicate
    }
    // chrony's moments are whole seconds and T4 is made from the delay: it may go back within one.
    let slack = format == .chrony ? Nanoseconds(10) : .zero
    let (now, then) =
      format == .chrony ? (exchange.middle, last.middle) : (exchange.receive.at, last.receive.at)
    return now < then - slack ? .backwards : nil
  }

  /// C went back and S did not: C was set. R goes on, by as much as S did.
  func layBehind(_ exchange: Exchange) -> Bool {
    guard format != .timeprobe, let last, exchange.serverTransmit > last.serverTransmit else { return false }
    let arrived = last.arrived + (exchange.serverTransmit - last.serverTransmit)
    shift = Nanoseconds(arrived.nanoseconds) - Nanoseconds(exchange.receive.at.nanoseconds)
    return true
  }

  /// As it lies on this track's time line.
  func laid(_ exchange: Exchange) -> Exchange {
    guard shift != .zero else { return exchange }
    var exchange = exchange
    exchange.sent.shift(by: shift)
    exchange.received.shift(by: shift)
    return exchange
  }

  @_optimize(speed)
  func add(_ exchange: Exchange, _ unseen: Unseen?, _ makeTally: (Instant<Raw>) -> Tally) -> Finding? {
    if tally == nil { tally = makeTally(exchange.departed) }
    if firstSent == nil { firstSent = exchange.departed }
    count += 1
    last = exchange
    known = exchange.received
    note(exchange.arrived)
    if unseen != nil { hasBlind = true }
    // A sample without `blind_ns` in a stream that has it: C was set by nobody knows how much.
    if hasBlind {
      var lost = Unseen()
      lost.isLost = true
      tally?.windows.watch(recorded: unseen ?? lost)
    }
    var finding = tally?.add(exchange)
    finding?.unseen = unseen
    return finding
  }

  func add(_ loss: Loss, _ makeTally: (Instant<Raw>) -> Tally) {
    if tally == nil { tally = makeTally(loss.sent.raw) }
    losses += 1
    if last == nil { known = loss.sent }
    tally?.add(loss)
    note(loss.ended)
  }

  /// Something of this track, or of its run, is known of this moment.
  func note(_ moment: Instant<Raw>) { end = end.map { max($0, moment) } ?? moment }

  /// How far apart the queries were, on average.
  var interval: Nanoseconds {
    guard let firstSent, let last, count > 1 else { return .zero }
    return Nanoseconds((last.departed - firstSent).count / Int64(clamping: count - 1))
  }
}

extension Exchange {
  /// Between T1 and T4.
  fileprivate var middle: Instant<Realtime> { transmit.at + (receive.at - transmit.at).half }
}

extension LocalReading {
  /// At a moment of R, by one that is not far from it.
  init(raw: Instant<Raw>, near other: LocalReading) {
    let elapsed = raw - other.raw
    self.init(
      rawBefore: raw, realtime: other.realtime + elapsed, monotonic: other.monotonic + elapsed, rawAfter: raw)
  }

  fileprivate mutating func shift(by length: Nanoseconds) {
    rawBefore = rawBefore + length
    rawAfter = rawAfter + length
  }
}

/// One start of a probe, by the 128 bits of its records.
struct ReplayRun {
  var id: (high: UInt64, low: UInt64)
  var lastSeq: UInt64 = 0
  var start: Instant<Raw>?
  var interval = BurstSettings.defaultInterval
  var timeout = BurstSettings().timeout

  func has(_ other: (high: UInt64, low: UInt64)) -> Bool { id.high == other.high && id.low == other.low }
}
