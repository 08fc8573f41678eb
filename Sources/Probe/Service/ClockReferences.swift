/// References that are asked while the clocks are read: the normal loop, and each exchange is one more reading of S.
struct ClockReferences {
  private var ways: [Way] = []
  /// For the survey of the guest, in the order of the references.
  private(set) var questions: [LinkQuestion?] = []
  private var targets: [Target] = []
  private var poller = Poller()
  private let recorder: ReadingRecorder
  private let random = RandomNumbers()
  private let start = LocalReading.now().raw

  /// - Parameter settings: of the references; without any nothing is opened
  init(_ settings: BurstSettings, duration: Nanoseconds, span: Nanoseconds) {
    recorder = ReadingRecorder(span: span)
    guard !settings.references.isEmpty else { return }
    let burst = Burst(settings, Sink(.standardError()), showProgress: nil, note: nil)
    ways = burst.openAll()
    questions = ways.map { burst.question($0) }
    for index in ways.indices {
      guard let socket = ways[index].socket else { continue }
      _ = poller.add(socket.number)
      let plan = Query.Plan(count: nil, slowCount: nil, duration: duration, timeout: settings.timeout)
      let politeness = Politeness(
        scope: ways[index].scope, rateAgreed: settings.rateAgreed, wished: settings.effectiveInterval)
      let target = Target(
        index: targets.count, transport: socket, query: Query(plan, politeness, start: start),
        tally: Tally(
          settings.limits, span: settings.effectiveInterval, timeout: settings.timeout, start: start))
      targets.append(target)
      recorder.add()
      ways[index].target = target
    }
  }

  var infos: [ReferenceInfo] { ways.map { $0.info } }

  /// Until all queries have ended.
  mutating func run() {
    guard !targets.isEmpty else { return }
    var poller = poller
    let guest = GuestSources()
    if let timer = guest.timer { poller.alarm(timer.number) }
    let environment = Environment(
      read: { .now() }, random: random.next,
      wait: { length, wanted in (try? poller.wait(length, for: wanted)) ?? .nothing },
      isInterrupted: { Host.wasInterrupted },
      local: guest.local)
    var loop = Loop(environment, targets, recorder, start: start)
    _ = loop.run()
  }

  func results() -> [ClockReference] {
    ways.map { way in
      var reference = ClockReference(info: way.info)
      reference.unknown = way.failure
      guard let target = way.target else { return reference }
      var tally = target.tally
      let summary = tally.summary(way.info, target.query, end: LocalReading.now().raw)
      (reference.sent, reference.good) = (summary.counts.sent, summary.counts.good)
      if summary.counts.good == 0 { reference.unknown = summary.unknown }
      reference.rate = recorder.lines[target.index].rate()
      return reference
    }
  }
}

/// Takes each exchange for a reading of S between two moments of R.
private final class ReadingRecorder: Recorder {
  private(set) var lines: [ClockLine] = []
  private let span: Nanoseconds
  var hasFailed: Bool { false }

  init(span: Nanoseconds) { self.span = span }

  func add() { lines.append(ClockLine(span: span)) }

  /// S read T2 after R1 and, T3 - T2 later, T3 before R4: so it read T2 between R1 and R4 - (T3 - T2). The errors that
  /// the bounds allow for widen that.
  func sample(_ finding: Finding, _ target: Target) {
    let (exchange, bound) = (finding.exchange, finding.bound)
    guard !exchange.isTorn else { return }
    let terms = bound.terms
    let always = terms.stamps + terms.precision
    let held = exchange.serverTime
    let drift = Assumption.largestDrift.over(held.magnitude)
    let reading = CrossReading(
      before: bound.departed - always - terms.mapTransmit, value: exchange.serverReceive.nanoseconds,
      after: bound.arrived - held + drift + always + terms.mapReceive)
    if reading.after >= reading.before { lines[target.index].add(reading) }
  }

  func loss(_ loss: Loss, _ target: Target) {}
  func event(_ event: LocalEvent) {}
  func window(_ window: WindowReport, _ target: Target, _ reading: LocalReading) {}
  func idle(_ now: Instant<Raw>, until wake: Instant<Raw>) {}
}
