/// The straight path (DESIGN section 4):
///
///     Query.next -> Transport.send / receive -> ControlMessages + NTPPacket -> PacketCheck
///       -> Exchange -> Bound -> Band -> Cause -> Record -> Stream
///
/// and beside it, at each turn, the local watch, whose events are causes and evidence for others.
///
/// One thread; what can block is not in here.
struct Loop {
  let environment: Environment
  let targets: [Target]
  let recorder: any Recorder
  private var buffer = [UInt8](repeating: 0, count: 2048)
  /// Ended queries that were not worked off yet, and since when the oldest waits.
  private var ended: [Ended] = []
  private var oldest = Instant<Raw>(nanoseconds: .max)
  /// The newest reading: four clocks are not free, so that one reading serves for all that does not need its own.
  private var latest: LocalReading
  private var local: LocalWatch
  private var causes: CauseWatch
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
  }

  /// - Returns: the clocks at the end
  @_optimize(speed)
  mutating func run() -> LocalReading {
    while true {
      let reading = latest
      let now = reading.rawAfter
      if environment.isInterrupted() || recorder.hasFailed { return abandon(now) }
      if ended.count >= Self.batch || now - oldest >= Self.patience { conclude(ended.count) }
      var wake = Instant<Raw>(nanoseconds: .max)
      var isFinished = true
      for index in targets.indices {
        unowned(unsafe) let target = targets[index]
        target.watched.range.add(reading)
        guard let next = advance(target, now) else { continue }
        isFinished = false
        wake = min(wake, next)
      }
      if isFinished { return finish() }
      if now >= turning { turn(reading) }
      previous = reading
      recorder.idle(now, until: wake)
      wait(until: wake)
    }
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
    let due = min(wake, asleep.rawAfter + LocalWatch.interval)
    let ready = environment.wait(max(due - asleep.rawAfter, .zero))
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
      let event = causes.add(local: event)
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

  private mutating func abandon(_ now: Instant<Raw>) -> LocalReading {
    for target in targets {
      while let loss = target.query.abandon(now) { end(.loss(loss), target) }
    }
    return finish()
  }

  private mutating func finish() -> LocalReading {
    conclude(ended.count)
    causes.finish { Self.tell($0, recorder, targets) }
    let end = environment.read()
    mark(end, due: end.raw)
    for target in targets { target.tally.finish(end.raw, strays: target.query.stray) }
    for target in targets {
      closeWindows(target, end)
      target.whole = record(target.tally.wholeWindow(), target, end)
    }
    return end
  }
}

extension Loop {
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
