/// The straight path (DESIGN section 4):
///
///     Query.next -> Transport.send / receive -> ControlMessages + NTPPacket -> PacketCheck
///       -> Exchange -> Bound -> Band -> Cause -> Record -> Stream
///
/// and beside it, at each turn, the local watch, whose events are causes and evidence for others.
///
/// One thread; what can block is not in here.
struct Loop {
  private var environment: Environment
  private var targets: [Target]
  private var recorder: any Recorder
  private var buffer = [UInt8](repeating: 0, count: 2048)
  /// Ended queries that were not worked off yet, and since when the oldest waits.
  private var ended: [Ended] = []
  private var oldest = Instant<Raw>(nanoseconds: .max)
  /// The newest reading: four clocks are not free, so that one reading serves for all that does not need its own.
  private var latest: LocalReading
  private var local: LocalWatch
  private var causes: CauseWatch
  /// Readings of the clocks are never further apart than this, unless the thread does not run.
  var interval = LocalWatch.interval
  private var attention = Attention()
  /// A query left since the last wait.
  private var hasSent = false
  private var marks: GuestMarks
  /// The reading that the turn before this one began with, and what nobody saw since.
  private var previous: LocalReading
  private var unseen = Unseen()
  /// When a second is over, or is to be closed.
  private var turning: Instant<Raw>

  /// After a sleep the processor's caches are cold: the proofs of several exchanges, worked off together, pay for
  /// that once. What a query needs to go on (`Query`) never waits.
  static let batch = 32
  static let patience = Nanoseconds.milliseconds(250)
  /// Taken from one queue at a turn. A flood must not keep this thread from its other work: what is left is
  /// still there at the next turn.
  static let drained = 64

  /// - Parameter start: where the windows begin
  init(
    _ environment: Environment, _ targets: [Target], _ recorder: any Recorder, start: Instant<Raw>
  ) {
    self.environment = environment
    self.targets = targets
    self.recorder = recorder
    ended.reserveCapacity(Self.batch)
    latest = environment.read()
    local = LocalWatch(latest, environment.local)
    causes = CauseWatch(references: targets.count)
    previous = latest
    turning = start + WindowGrid.second
    let mark = GuestMark(
      due: start, reading: latest, load: environment.local.load(true), pressure: environment.local.pressure())
    marks = GuestMarks(mark, patience: targets.reduce(.zero) { max($0, $1.query.plan.timeout) })
    for target in targets { causes.place(target.index, target.place) }
  }

  /// The same watch goes on with other targets, after `leave`.
  /// - Parameter environment: waits for these targets
  init(continuing old: Loop, _ environment: Environment, _ targets: [Target], _ recorder: any Recorder) {
    self = old
    self.environment = environment
    self.recorder = recorder
    self.targets = targets
    causes = CauseWatch(references: targets.count)
    for target in targets { causes.place(target.index, target.place) }
    attention = Attention()
  }

  /// - Returns: the clocks at the end
  mutating func run() -> LocalReading {
    turns(until: nil)
    return end()
  }

  /// Until the queries have ended, somebody interrupts, or nobody can be told any more.
  /// - Parameter leave: then at the latest; and where there is such a time, not before it because all queries have ended
  @_optimize(speed)
  mutating func turns(until leave: Instant<Raw>?) {
    if leave != nil {
      // What was done since the last turn is no stall.
      latest = environment.read()
      local.awoke(latest)
    }
    while true {
      let reading = latest
      let now = reading.rawAfter
      if environment.isInterrupted() || recorder.hasFailed { return }
      if let leave, now >= leave { return }
      if ended.count >= Self.batch || now - oldest >= Self.patience { conclude(ended.count) }
      var wake = leave ?? Instant(nanoseconds: .max)
      var isFinished = leave == nil
      for index in targets.indices {
        unowned(unsafe) let target = targets[index]
        target.watched.range.add(reading)
        guard let next = advance(target, now) else { continue }
        isFinished = false
        wake = min(wake, next)
      }
      if isFinished { return }
      if now >= turning { turn(reading) }
      previous = reading
      recorder.idle(now, until: wake)
      wait(until: wake)
    }
  }

  private var hasOpen: Bool {
    for index in targets.indices {
      unowned(unsafe) let target = targets[index]
      if !target.query.isQuiet { return true }
    }
    return false
  }

  /// Ends what is over and sends what is due. When it wants to be called again; nil: never.
  @_optimize(speed)
  private mutating func advance(_ target: Target, _ now: Instant<Raw>) -> Instant<Raw>? {
    while let ending = target.query.expire(now) { end(ending, target) }
    var now = now
    while true {
      switch target.query.next(now) {
      case .finished: return nil
      case .wait(let until): return until
      case .send:
        send(target)
        hasSent = true
        latest = environment.read()
        now = latest.rawAfter
      }
    }
  }

  @_optimize(speed)
  private mutating func send(_ target: Target) {
    let cookie = NTPTime(bits: environment.random())
    let packet = target.packet(cookie)
    let reading = environment.read()
    do throws(SystemError) {
      let send = try target.transport.send(packet)
      target.query.didSend(cookie, reading, send: send)
      // Most drivers stamp inside the send: taken here, it spares a wake-up.
      drainErrors(target)
    } catch {
      drainErrors(target)
      target.transport.resynchronise()
      if let loss = target.query.didNotSend(reading, errno: error.code) { end(.loss(loss), target) }
    }
  }

  @_optimize(speed)
  private mutating func wait(until wake: Instant<Raw>) {
    let asleep = latest
    local.rest(asleep)
    let due = min(wake, asleep.rawAfter + interval)
    let wanted = attention.wanted(hasSent: hasSent, hasOpen: hasOpen)
    hasSent = false
    var ready = environment.wait(max(due - asleep.rawAfter, .zero), wanted)
    attention.waited(for: wanted, ready)
    // What this turn reads of C is to be judged in this turn: to ask the alarm costs less than to wait for it.
    if !wanted.hasAlarm { ready.isAlarmed = true }
    let earlier = ended.count
    for index in targets.indices {
      unowned(unsafe) let target = targets[index]
      let bit: UInt64 = 1 << UInt64(target.index)
      // Stamps first: a reply is complete with its send's.
      if ready.errors & bit != 0 { drainErrors(target) }
      if ready.data & bit != 0 { drainReplies(target) }
    }
    // A reply has brought a reading of its own.
    if latest == asleep { latest = environment.read() }
    unseen = local.turn(&latest, due: due, ready, environment.read)
    for target in targets { target.watched.unseen.add(unseen) }
    // What ended in this turn ended after the time that nobody saw: a sample tells of it, and the next one as well,
    // because a turn ends with a reading a little after the reply's.
    for index in earlier..<ended.count { ended[index].watched.unseen.add(unseen) }
    if local.events.isEmpty { return }
    // What ended before it is judged by what was known then. But what the hypervisor says comes late: exchanges since
    // may have shown how long the pause was.
    if local.events.events.contains(where: { $0.reopens != nil }) {
      let isLate = local.events.events.contains { $0.cause == .guestPause }
      conclude(isLate ? ended.count : earlier)
    }
    local.events.drain { event in
      let event = Self.looked(causes.add(local: event), targets)
      Self.tell(event, recorder, targets)
      guard let reason = event.reopens else { return }
      for target in targets {
        target.tally.reset(reason, from: event.from, at: event.to)
        causes.reopen(target.index) { Self.tell($0, recorder, targets) }
      }
    }
  }

  private static func tell(_ event: LocalEvent, _ recorder: any Recorder, _ targets: [Target]) {
    recorder.event(event)
    guard let lost = event.lost else { return }
    for target in targets { target.tally.lose(lost, at: event.to) }
  }

  /// The same event; of a slew, with which way it led.
  private static func looked(_ event: LocalEvent, _ targets: [Target]) -> LocalEvent {
    guard event.cause == .clockSlew else { return event }
    var (event, known): (LocalEvent, [Course]) = (event, [])
    for target in targets { if let course = target.tally.course() { known.append(course) } }
    event.look(at: known)
    return event
  }

  /// How many references did not move with a step of C.
  func held(_ event: LocalEvent) -> UInt8 { causes.held(event) }

  /// Stamps of sends, and ICMP errors.
  @_optimize(speed)
  private mutating func drainErrors(_ target: Target) {
    for _ in 0..<Self.drained {
      switch (try? target.transport.receiveError(into: &buffer)) ?? .nothing {
      case .transmitStamp(let send, let messages):
        guard let at = messages.software else { continue }
        end(target.query.didTransmit(send, Stamp(at: at, source: .kernel)), target)
        if target.query.hasAllStamps { return }
      case .icmp(let error, let count):
        guard let name = error.icmpName else { continue }
        let loss = target.query.didFail(
          name, datagram: buffer.span.extracting(0..<min(count, buffer.count)), environment.read().raw)
        if let loss { end(.loss(loss), target) }
      case .nothing, .datagram: return
      }
    }
  }

  @_optimize(speed)
  private mutating func drainReplies(_ target: Target) {
    for _ in 0..<Self.drained {
      guard case .datagram(let count, let truncated, let messages) = receive(target) else { return }
      latest = environment.read()
      let stamp = messages.software.map { Stamp(at: $0, source: .kernel) }
      end(judge(count, truncated, stamp, target), target)
      if target.query.isQuiet { return }
    }
  }

  @_optimize(speed)
  private func judge(
    _ count: Int, _ truncated: Bool, _ stamp: Stamp?, _ target: Target
  ) -> Ending? {
    let datagram = buffer.span.extracting(0..<min(count, buffer.count))
    return target.query.didReceive(datagram, truncated: truncated, stamp, latest)
  }

  @_optimize(speed)
  private mutating func receive(_ target: Target) -> Received {
    // An ICMP error is told here as well as on the error queue, which has the detail.
    (try? target.transport.receive(into: &buffer)) ?? .nothing
  }

  @_optimize(speed)
  @inline(__always)
  private mutating func end(_ ending: Ending?, _ target: Target) {
    guard case .some = ending else { return }
    if ended.isEmpty { oldest = latest.rawAfter }
    ended.append(Ended(target: target, watched: target.watched, ending: ending))
    target.watched = Watched()
  }

  /// Exchange -> Bound -> Band -> Cause -> Record, for the first that ended.
  @_optimize(speed)
  private mutating func conclude(_ count: Int) {
    for index in 0..<count {
      let target = ended[index].target
      target.tally.watch(ended[index].watched)
      switch ended[index].ending {
      case .sample(let exchange):
        var finding = target.tally.add(exchange)
        finding.unseen = ended[index].watched.unseen
        recorder.sample(finding, target)
        if let passage = finding.passage {
          causes.add(target.index, exchange, passage, jump: finding.jump) {
            Self.tell($0, recorder, targets)
          }
        }
      case .loss(let loss):
        target.tally.add(loss)
        recorder.loss(loss, target)
        causes.add(target.index, loss) { Self.tell($0, recorder, targets) }
      case nil: break
      }
    }
    if count == ended.count { ended.removeAll(keepingCapacity: true) } else { ended.removeFirst(count) }
    for target in targets {
      target.tally.watch(target.watched)
      target.watched = Watched()
    }
    if ended.isEmpty { oldest = Instant(nanoseconds: .max) }
  }

  /// These are measured no longer, and what is known so far is told: before the loop goes on with others.
  mutating func leave(_ gone: [Target]) {
    abandon(gone)
    conclude(ended.count)
    causes.finish { Self.tell($0, recorder, targets) }
    guard !gone.isEmpty else { return }
    _ = close(gone)
  }

  /// Queries that are still open are told as such.
  /// - Returns: the clocks at the end
  mutating func end() -> LocalReading {
    abandon(targets)
    conclude(ended.count)
    causes.finish { Self.tell($0, recorder, targets) }
    return close(targets)
  }

  private mutating func abandon(_ gone: [Target]) {
    for target in gone {
      while let loss = target.query.abandon(latest.rawAfter) { end(.loss(loss), target) }
    }
  }

  private mutating func close(_ gone: [Target]) -> LocalReading {
    let end = environment.read()
    mark(end, due: end.raw)
    for target in gone { target.tally.finish(end.raw, strays: target.query.stray) }
    for target in gone {
      closeWindows(target, end)
      target.whole = record(target.tally.wholeWindow(), target, end)
    }
    return end
  }
}

extension Loop {
  /// Of all windows, and the last second that began before this moment.
  var grid: WindowGrid { marks.grid }

  /// Seconds that are over have what the guest showed of them, and those that waited long enough are told.
  @inline(never)
  private mutating func turn(_ reading: LocalReading) {
    conclude(ended.count)
    let now = reading.rawAfter
    let (grid, last) = (marks.grid, marks.last)
    grid.ends(since: last, now) { mark(reading, due: $0) }
    var edge = Watched()
    edge.range.add(previous)
    edge.range.add(reading)
    edge.unseen = unseen
    turning = marks.last + WindowGrid.second
    for target in targets {
      target.tally.turn(now, edge, strays: target.query.stray)
      closeWindows(target, reading)
      turning = min(turning, target.tally.closing)
    }
  }

  private mutating func mark(_ reading: LocalReading, due: Instant<Raw>) {
    let sources = environment.local
    marks.add(GuestMark(due: due, reading: reading, load: sources.load(true), pressure: sources.pressure()))
  }

  private func closeWindows(_ target: Target, _ reading: LocalReading) {
    while let window = target.tally.takeWindow(reading.rawAfter) { _ = record(window, target, reading) }
  }

  private func record(_ window: WindowReport, _ target: Target, _ reading: LocalReading) -> WindowReport {
    var window = window
    window.guest = marks.span(window.from, window.to)
    if !target.isJudged { window.verdict = .unknown }
    recorder.window(window, target, reading)
    return window
  }
}

/// A query that ended and was not worked off yet.
private struct Ended {
  /// One of `Loop.targets`, which outlive it; so that this is plain bytes to copy and to forget.
  unowned(unsafe) let target: Target
  var watched: Watched
  /// As `Query` gives it, never nil: it is several cache lines long, and taking it out and in again would copy it.
  let ending: Ending?
}
