/// Where a reference's exchanges come from.
public enum WindowSource: Sendable {
  case live
  /// Recorded by timeprobe, or by another program, which has no seconds. What has no query in it is passed over.
  case stream
  case log
}

/// The windows of one reference, one second after another, in memory that is taken once: what is proven of their
/// time, and how the queries ended that were sent in them. A minute, and the whole, are the sum of their seconds.
///
/// A second stays open for `patience` after its end, because a query that was sent in it may end so late.
public struct WindowSeries: Sendable {
  private let limits: Limits
  private let patience: Nanoseconds
  private let grid: WindowGrid
  private let source: WindowSource
  /// What nobody saw of C is known.
  private var isWatched: Bool
  private var chain: ProofChain
  /// Open seconds in a ring: the oldest is at `head`.
  private var slots: [Window]
  private var head = 0
  private var open = 1
  /// In which of them the judged time ends: its place from the oldest.
  private var cursor = 0
  private var minute: Window
  private(set) var whole: Window
  /// The minute is over and was not told.
  private var hasMinute = false
  private(set) var isFinished = false
  /// When C is to be cut next.
  private var nextCut: Instant<Raw>
  /// What values are counted around.
  private var centre: (offset: Nanoseconds, delay: Nanoseconds)?
  private var strays = CheckCounts()

  /// - Parameters:
  ///   - patience: how long after a window's end a query that was sent in it may end
  ///   - grid: of others, that this one joins at `start`, where a second of it begins
  public init(
    _ limits: Limits, patience: Nanoseconds, start: Instant<Raw>, source: WindowSource,
    grid: WindowGrid? = nil
  ) {
    self.limits = limits
    self.patience = patience
    self.source = source
    isWatched = source == .live
    let unit = source == .log ? WindowGrid.minute : WindowGrid.second
    self.grid = grid ?? WindowGrid(start: start, unit: unit)
    chain = ProofChain(from: start)
    nextCut = start + unit
    // The one that is under way, those that wait, and one for a thread that comes late.
    let waiting = Int(min(max(patience, .zero).count / unit.count + 1, 62))
    slots = (0..<waiting + 2).map { _ in Window(from: start, to: start + unit) }
    minute = Window(from: start, to: start)
    whole = Window(from: start, to: start, hasValues: false)
  }

  @inline(__always)
  private func slot(_ place: Int) -> Int {
    let index = head + place
    return index < slots.count ? index : index - slots.count
  }

  private var newest: Int { slot(open - 1) }

  /// The open second that a moment is in; of one that is over, the oldest.
  @inline(__always)
  private func slot(of moment: Instant<Raw>) -> Int {
    var place = open - 1
    while place > 0, slots[slot(place)].from > moment { place -= 1 }
    return slot(place)
  }

  // MARK: Queries

  /// - Parameters:
  ///   - exchange: one that is not torn has its offset and delay counted
  ///   - offset: a good estimate of S - C
  @_optimize(speed)
  public mutating func add(_ exchange: Exchange, near offset: Nanoseconds) {
    reach(exchange.sent.raw)
    let index = slot(of: exchange.sent.raw)
    guard !exchange.isTorn else { return slots[index].addTorn() }
    let delay = exchange.delay
    if centre == nil { centre = (offset, delay) }
    if let least = centre?.delay, delay < least { centre?.delay = delay }
    slots[index].add(exchange.offset, delay, around: centre ?? (offset, delay))
  }

  mutating func add(_ loss: Loss) {
    reach(loss.sent.raw)
    slots[slot(of: loss.sent.raw)].add(loss)
  }

  /// - Parameter all: replies to no open query since the beginning
  mutating func count(strays all: CheckCounts) {
    slots[newest].stray.add(all.growth(since: strays))
    strays = all
  }

  // MARK: Time

  /// Up to here it was judged.
  public var position: Instant<Raw> { chain.position }
  var hasProof: Bool { chain.hasProof }

  @inline(__always)
  mutating func watch(_ watched: Watched) { chain.watch(watched) }

  /// Of a recorded stream that tells of it.
  mutating func watch(recorded unseen: Unseen) {
    isWatched = true
    var watched = Watched()
    watched.unseen = unseen
    chain.watch(watched)
  }

  /// There is a second for this moment.
  @inline(__always)
  public mutating func reach(_ moment: Instant<Raw>) {
    while slots[newest].to <= moment, slots[newest].to.nanoseconds < .max { openNext(moment) }
  }

  /// Those that nobody asked for are one.
  @inline(never)
  private mutating func openNext(_ moment: Instant<Raw>) {
    let from = slots[newest].to
    guard open < slots.count else {
      slots[newest].to = grid.unit(of: moment) + grid.unit
      return
    }
    open += 1
    slots[newest].begin(from, grid.end(from: from, toward: moment))
    if grid.minute(of: from) == from { centre = nil }
  }

  /// A second may be over: what is seen of C from here on is the next one's.
  /// - Parameter edge: the last readings on both sides of its end, and what was not seen between them
  mutating func turn(_ now: Instant<Raw>, _ edge: Watched) {
    guard now >= nextCut else { return }
    chain.cut(at: nextCut, edge)
    nextCut = grid.unit(of: now) + grid.unit
    reach(now)
  }

  /// Whether the time up to a moment is more than the rest of the second that the judged time ends in.
  @inline(__always)
  func leavesSecond(_ moment: Instant<Raw>) -> Bool { moment >= slots[slot(cursor)].to }

  /// That second's best estimate, of an exchange in it.
  mutating func keep(best: Nanoseconds, at moment: Instant<Raw>) {
    if moment >= slots[slot(cursor)].from { slots[slot(cursor)].best = best }
  }

  /// The time up to a proof. See `ProofChain.add`.
  @_optimize(speed)
  public mutating func add(_ proof: Proof, isBroken: Bool, _ reading: LocalReading?) {
    var at = chain.position
    guard chain.add(proof, isBroken: isBroken, reading) else { return }
    reach(reading == nil ? proof.at - Nanoseconds(1) : proof.at)
    while let (stretch, unseen) = chain.take() { judge(stretch, unseen, &at) }
  }

  /// What an exchange proves of S - C at the end of the judged time.
  @inline(__always)
  public mutating func prove(_ low: Nanoseconds, _ high: Nanoseconds) { slots[slot(cursor)].prove(low, high) }

  @_optimize(speed)
  @inline(__always)
  private mutating func judge(_ stretch: ProofStretch, _ unseen: Unseen, _ at: inout Instant<Raw>) {
    var rest = stretch
    while cursor + 1 < open, slots[slot(cursor)].to - at < rest.length {
      let (head, tail) = rest.split(slots[slot(cursor)].to - at)
      if head.length > .zero { slots[slot(cursor)].add(head, unseen, limits) }
      at = slots[slot(cursor)].to
      rest = tail
      cursor += 1
    }
    slots[slot(cursor)].add(rest, unseen, limits)
    at = at + rest.length
  }

  /// Nothing is proven of the time up to a moment.
  /// - Parameter isGap: nor of what follows by what was before
  public mutating func leave(until moment: Instant<Raw>, isGap: Bool) {
    var at = chain.position
    if moment > at {
      reach(moment - Nanoseconds(1))
      judge(ProofStretch(length: moment - at, before: nil, after: nil, joint: .either), Unseen(), &at)
    }
    chain.pass(moment, isGap: isGap)
  }

  mutating func bend() { chain.bend() }

  /// What was taken for proven from a moment on is not.
  mutating func takeBack(from moment: Instant<Raw>) {
    let end = chain.position
    for place in 0..<open {
      let index = slot(place)
      let length = min(end, slots[index].to) - max(moment, slots[index].from)
      if length > .zero { slots[index].takeBack(length) }
    }
  }

  /// R lost time at a moment.
  mutating func lose(_ length: Nanoseconds, at moment: Instant<Raw>) {
    reach(moment)
    slots[slot(of: moment)].lose(length)
  }
}

extension WindowSeries {
  // MARK: The end of a second

  /// When the next one is over that has to be closed by then; nil: none.
  public func due(_ now: Instant<Raw>) -> Instant<Raw>? {
    if hasMinute || isFinished { return nil }
    let end = slots[head].to
    return open > 1 && end + patience <= now ? end : nil
  }

  /// When the oldest is closed.
  var closing: Instant<Raw> { slots[head].to + patience }

  /// Something is closed by now, whose time was judged: `due` says up to where it has to be.
  public func isDue(_ now: Instant<Raw>) -> Bool { hasMinute || isFinished && open > 0 || due(now) != nil }

  /// Closes what is due first; nil: nobody is told of it.
  public mutating func close() -> WindowReport? {
    if hasMinute {
      hasMinute = false
      defer { minute.begin(minute.to, minute.to) }
      return isTold(minute, .minute) ? WindowReport(minute, .minute, limits, isWatched: isWatched) : nil
    }
    defer { closeOldest() }
    guard isTold(slots[head], .second) else { return nil }
    return WindowReport(slots[head], .second, limits, isWatched: isWatched)
  }

  private func isTold(_ window: Window, _ span: WindowSpan) -> Bool {
    if source == .live { return true }
    return window.counts.sent > 0 && (source == .stream || span != .second)
  }

  private mutating func closeOldest() {
    minute.append(slots[head])
    minute.appendValues(slots[head])
    whole.append(slots[head])
    open -= 1
    cursor = max(cursor - 1, 0)
    head = slot(1)
    // A measurement of less than a minute is its own.
    hasMinute =
      grid.minute(of: minute.to) > grid.minute(of: minute.from)
      || isFinished && open == 0 && minute.from > whole.from && minute.to > minute.from
  }

  /// The measurement ends; all was judged up to there.
  public mutating func finish(_ end: Instant<Raw>) {
    guard !isFinished else { return }
    isFinished = true
    while open > 1, slots[newest].from >= end { open -= 1 }
    slots[newest].to = max(end, slots[newest].from)
    cursor = min(cursor, open - 1)
    if slots[newest].to == slots[newest].from, slots[newest].counts.sent == 0 { open -= 1 }
  }

  /// Of all that was taken.
  public mutating func wholeReport(best: Nanoseconds?) -> WindowReport {
    whole.best = best
    return WindowReport(whole, .whole, limits, isWatched: isWatched)
  }
}
