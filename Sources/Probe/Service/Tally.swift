/// What one reference's queries came to, in constant memory.
struct Tally {
  private(set) var counts = QueryCounts()
  private(set) var server: ServerState?
  var band = Band()
  var best: BestLine
  var windows: WindowSeries
  /// What the last exchange proves.
  var latest: Latest?
  var offset = Quantiles()
  var delay = Quantiles()
  private var localTransmit = Quantiles()
  private var out = Quantiles()
  private var serverTime = Quantiles()
  private var back = Quantiles()
  private var localReceive = Quantiles()
  private var offsetOverTime: Envelope
  private var delayOverTime: Envelope
  private let start: Instant<Raw>
  /// R stood still before this moment: an exchange that left earlier proves nothing of S - C at its end.
  private var reopened = Instant<Raw>(nanoseconds: .min)
  /// Since the last exchange.
  private var isReopened = false

  struct Latest {
    var at: Instant<Raw>
    /// C - R there.
    var realtimeOverRaw: Nanoseconds
    /// Of S - C.
    var bounds: ClockBounds
  }

  /// How much later than a second's end a query that was sent in it may end, beside its timeout.
  static let grace = Query.stampWait + .milliseconds(1)

  /// - Parameters:
  ///   - span: the interval between queries, for the first width of plots and blocks
  ///   - timeout: of a query
  init(
    _ limits: Limits, span: Nanoseconds, timeout: Nanoseconds = BurstSettings().timeout, start: Instant<Raw>,
    source: WindowSource = .live, grid: WindowGrid? = nil
  ) {
    windows = WindowSeries(
      limits, patience: timeout + Self.grace, start: start, source: source, grid: grid)
    self.start = start
    best = BestLine(span: span)
    offsetOverTime = Envelope(span: span)
    delayOverTime = Envelope(span: span)
  }

  // MARK: In

  @_optimize(speed)
  mutating func add(_ exchange: Exchange) -> Finding {
    let bound = Bound(exchange)
    countStamps(exchange)
    if exchange.server.isKnown { server = exchange.server }
    var out: Nanoseconds?
    var back: Nanoseconds?
    if !exchange.isTorn, let departed = best.recentValue(at: bound.departed),
      let arrived = best.recentValue(at: bound.arrived)
    {
      out = exchange.serverReceive.ahead(of: bound.departed) - departed
      back = arrived - exchange.serverTransmit.ahead(of: bound.arrived)
    }
    let resets = band.resets
    let before = band.isClosed ? band.nearly(at: bound.arrived) : nil
    let isInOrder = bound.arrived >= band.at
    let isConsistent = band.add(bound)
    let proven = ProvenOffset(bound, band)
    if bound.departed >= reopened { prove(exchange, bound, proven, isConsistent, band.resets != resets) }
    windows.add(exchange, near: proven.low + (proven.high - proven.low).half)
    distribute(exchange, at: bound.arrived, out, back)
    var finding = Finding(exchange: exchange, bound: bound, proven: proven, out: out, back: back)
    if isReopened || band.resets != resets {
      finding.reset = band.lastReset?.reason
      best.restart()
    }
    isReopened = false
    best.add(exchange)
    let after = (low: band.low, high: band.high)
    // What an exchange that was overtaken says of its way, the band has forgotten.
    finding.passage = Passage(exchange, bound, before: isConsistent && isInOrder ? before : nil, after: after)
    if let before, !isConsistent, band.resets != resets {
      finding.jump = BandJump(before: before, after: after, isBend: band.lastReset?.reason == .bend)
    }
    return finding
  }

  /// Something was seen that breaks what the band rests on.
  /// - Parameters:
  ///   - from: when it began
  ///   - moment: when it was over
  mutating func reset(_ reason: Band.Reason, from: Instant<Raw>, at moment: Instant<Raw>) {
    if reason == .gap {
      windows.takeBack(from: from)
      advance(to: from)
      windows.leave(until: moment, isGap: true)
      reopened = moment
    } else {
      windows.bend()
    }
    band.reset(reason, at: moment)
    isReopened = true
  }

  /// R stood still for so long.
  mutating func lose(_ length: Nanoseconds, at moment: Instant<Raw>) { windows.lose(length, at: moment) }

  /// What was seen of C between two exchanges.
  @inline(__always)
  mutating func watch(_ watched: Watched) { windows.watch(watched) }

  mutating func add(_ loss: Loss) {
    windows.add(loss)
    counts.checks.add(loss.rejected)
    switch loss.reason {
    case .timeout: counts.lost += 1
    case .rejected: counts.rejected += 1
    case .rateLimited:
      counts.rejected += 1
      counts.rateLimited += 1
    case .denied:
      counts.rejected += 1
      counts.denied += 1
    case .icmp(let name):
      counts.lost += 1
      counts.icmp += 1
      counts.icmpName = name
    case .sendFailed(let errno):
      counts.lost += 1
      counts.sendFailed += 1
      counts.sendError = errno
    case .abandoned: counts.abandoned += 1
    }
  }

  private mutating func countStamps(_ exchange: Exchange) {
    counts.good += 1
    if exchange.isTorn { counts.torn += 1 }
    switch exchange.transmit.source {
    case .unknown, .user: break
    case .kernel: counts.transmitKernel += 1
    case .hardware: counts.transmitHardware += 1
    }
    switch exchange.receive.source {
    case .unknown, .user: break
    case .kernel: counts.receiveKernel += 1
    case .hardware: counts.receiveHardware += 1
    }
  }

  @_optimize(speed)
  private mutating func prove(
    _ exchange: Exchange, _ bound: Bound, _ proven: ProvenOffset, _ isConsistent: Bool, _ isNew: Bool
  ) {
    let at = exchange.received.raw
    // One that contradicts itself proves nothing; the next shows what happened.
    if band.isClosed, isConsistent || isNew {
      if windows.leavesSecond(at) { keepBest() }
      let bounds = band.nearly(at: at)
      windows.add(
        Proof(at: at, low: bounds.low, high: bounds.high), isBroken: !isConsistent, exchange.received)
    }
    windows.prove(proven.low, proven.high)
    latest = Latest(
      at: bound.arrived, realtimeOverRaw: bound.realtimeOverRaw,
      bounds: ClockBounds(low: proven.low, high: proven.high))
  }

  @_optimize(speed)
  private mutating func distribute(
    _ exchange: Exchange, at moment: Instant<Raw>, _ legOut: Nanoseconds?, _ legBack: Nanoseconds?
  ) {
    guard !exchange.isTorn else { return }
    let (theta, delta) = (exchange.offset, exchange.delay)
    offset.add(theta)
    delay.add(delta)
    offsetOverTime.add(theta, at: moment)
    delayOverTime.add(delta, at: moment)
    if exchange.hasServerTime { serverTime.add(exchange.serverTime) }
    if exchange.hasLocalTransmit { localTransmit.add(exchange.localTransmit) }
    if exchange.hasLocalReceive { localReceive.add(exchange.localReceive) }
    if let legOut { out.add(legOut) }
    if let legBack { back.add(legBack) }
  }

  // MARK: Out

  /// Queries that ended without a sample.
  var lost: UInt64 { counts.lost + counts.rejected + counts.abandoned }

  /// The best estimate of S - C now, inside the proven bounds; for a progress line.
  mutating func bestNow() -> Nanoseconds? {
    guard let latest, let g = best.value(at: latest.at) else { return nil }
    return max(latest.bounds.low, min(latest.bounds.high, g - latest.realtimeOverRaw))
  }

  /// For which way a slew leads; nil: too few exchanges.
  mutating func course() -> Course? {
    guard let bounds = latest?.bounds, let (rate, length) = best.course() else { return nil }
    return Course(
      low: bounds.low, high: bounds.high, rate: rate, error: Rate(of: bounds.high - bounds.low, in: length))
  }

  /// - Parameters:
  ///   - query: where it stands at the end
  ///   - end: when the measurement ended
  mutating func summary(_ reference: ReferenceInfo, _ query: Query, end: Instant<Raw>) -> Summary {
    let (interval, slow) = query.interval
    return summary(
      reference, sent: query.sent, stray: query.stray, interval: interval, slow: slow, end: end)
  }

  /// - Parameter stray: replies to no open query that failed a check
  mutating func summary(
    _ reference: ReferenceInfo, sent: UInt64, stray: CheckCounts, interval: Nanoseconds, slow: SlowReason?,
    end: Instant<Raw>
  ) -> Summary {
    var summary = Summary(reference: reference)
    counts.sent = sent
    counts.checks.add(stray)
    summary.counts = counts
    summary.duration = end - start
    (summary.interval, summary.slow) = (interval, slow)
    summary.server = server
    finish(end)
    while takeWindow(end) != nil {}
    let whole = wholeWindow()
    if let last = latest {
      summary.best = whole.best
      summary.boundLow = last.bounds.low
      summary.boundHigh = last.bounds.high
      summary.worst = whole.errorMost
    }
    summary.coverageCritical = whole.coverage
    summary.coverageWarning = WindowReport.share(windows.whole.warning.unproven, of: whole.length)
    summary.longestGap = whole.longestGap
    summary.inconsistencies = band.contradictions
    summary.offset = offset.distribution
    summary.delay = delay.distribution
    summary.localTransmit = localTransmit.median
    summary.out = out.median
    summary.serverTime = serverTime.median
    summary.back = back.median
    summary.localReceive = localReceive.median
    if offset.count > 0 {
      summary.offsetOverTime = offsetOverTime
      summary.delayOverTime = delayOverTime
    }
    summary.verdict = whole.verdict
    if whole.verdict == .unknown { summary.unknown = counts.good > 0 ? .coverage : whyNothing() }
    return summary
  }

  private func whyNothing() -> UnknownReason {
    if counts.denied > 0 { return .denied }
    if counts.rateLimited > 0 { return .rateLimited }
    if counts.icmp > 0, let name = counts.icmpName { return .refused(name) }
    if counts.sendFailed > 0 { return .sendFailed(counts.sendError) }
    var most: PacketCheck?
    for check in PacketCheck.allCases where counts.checks[check] > (most.map { counts.checks[$0] } ?? 0) {
      most = check
    }
    if let most { return .unusable(most) }
    return counts.abandoned > 0 && counts.lost == 0 ? .interrupted : .noReply
  }
}

extension Quantiles {
  var distribution: Distribution? {
    guard let median, let p99 = quantile(partsPerMillion: 990_000) else { return nil }
    return Distribution(min: least, median: median, p99: p99, max: greatest)
  }
}
