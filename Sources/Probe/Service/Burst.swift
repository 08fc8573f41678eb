/// `timeprobe --burst`: opens what was asked for, runs the loop, sums up.
public struct Burst {
  let settings: BurstSettings
  let origin: Origin
  private let random = RandomNumbers()
  let sink: Sink
  /// Shows how far it is; nil: nobody looks.
  let showProgress: ((ProgressState) -> Void)?
  /// Is told of each query's end; nil: nobody listens.
  let note: ((QueryNote) -> Void)?

  public init(
    _ settings: BurstSettings, _ sink: Sink, showProgress: ((ProgressState) -> Void)?,
    note: ((QueryNote) -> Void)?
  ) {
    self.settings = settings
    self.sink = sink
    self.showProgress = showProgress
    self.note = note
    origin = Origin(probe: Host.name, run: (random.next(), random.next()))
  }

  public func run() -> Report {
    var ways = openAll()
    let start = LocalReading.now()
    var poller = Poller()
    var targets: [Target] = []
    for index in ways.indices {
      guard let socket = ways[index].socket else { continue }
      _ = poller.add(socket.number)
      targets.append(
        Target(
          index: targets.count, transport: socket, query: query(ways[index], start.raw),
          tally: tally(start.raw),
          place: place(ways[index])))
      targets.last?.isJudged = ways[index].embedded == nil
      ways[index].target = targets.last
    }
    let guest = GuestSources()
    if let timer = guest.timer { poller.alarm(timer.number) }
    let environment = Environment(
      read: { .now() }, random: random.next,
      wait: { length, wanted in (try? poller.wait(length, for: wanted)) ?? .nothing },
      isInterrupted: { Host.wasInterrupted },
      local: guest.local)

    let survey = GuestSurvey(ways.map { question($0) })
    let recorder = StreamRecorder(
      settings.format, origin, sink, ways.filter { $0.target != nil }.map { $0.info },
      progress(targets, start.raw), note)
    var hello = hello(ways, start, survey, recorder)
    var loop = Loop(environment, targets, recorder, start: start.raw)
    let end = loop.run()
    recorder.settle { loop.held($0) }
    recorder.finish(end)
    for way in ways { way.embedded?.end() }
    hello.add(survey.wait())
    for index in ways.indices { ways[index].info.link = hello.references[index].link }
    return report(ways, hello, end.raw, recorder.log)
  }

  private func query(_ way: Way, _ start: Instant<Raw>) -> Query {
    let isOpenEnded = settings.count == nil && settings.duration == nil
    let plan = Query.Plan(
      count: settings.count,
      slowCount: isOpenEnded ? BurstSettings.politeCount : nil,
      duration: settings.duration ?? (isOpenEnded ? BurstSettings.defaultDuration : nil),
      timeout: settings.timeout)
    let politeness = Politeness(
      scope: way.scope, rateAgreed: settings.rateAgreed, wished: settings.effectiveInterval)
    return Query(plan, politeness, start: start)
  }

  private func place(_ way: Way) -> CauseWatch.Place {
    if way.embedded != nil { return .thisProcess }
    return way.scope == .loopback ? .thisGuest : .elsewhere
  }

  private func tally(_ start: Instant<Raw>) -> Tally {
    Tally(
      settings.limits, span: settings.effectiveInterval, timeout: settings.timeout, start: start)
  }

  private func progress(_ targets: [Target], _ start: Instant<Raw>) -> ProgressTimer? {
    guard let showProgress else { return nil }
    return ProgressTimer(start: start) { now in
      var state = ProgressState(elapsed: now - start)
      for target in targets {
        state.sent += target.query.sent
        state.good += target.query.replies
        state.lost += target.tally.lost
        if target.query.interval.1 != nil { state.isSlowed = true }
      }
      if targets.count == 1 { state.best = targets[0].tally.bestNow() }
      showProgress(state)
    }
  }

  func question(_ way: Way) -> LinkQuestion? {
    guard let remote = way.remote, way.socket != nil else { return nil }
    return LinkQuestion(
      address: remote, interface: way.info.interface,
      isBound: way.embedded == nil && settings.interface != nil,
      source: way.embedded == nil ? settings.source.flatMap(NameLookup.numeric) : nil)
  }

  private func hello(
    _ ways: [Way], _ start: LocalReading, _ survey: GuestSurvey, _ recorder: StreamRecorder
  ) -> Hello {
    var hello = Hello(
      header: Header(seq: 0, time: start.realtime, raw: start.raw), version: Version.text, host: Host.name,
      kernel: Host.kernel, clocksource: Host.clocksource, references: ways.map { $0.info },
      interval: settings.effectiveInterval, timeout: settings.timeout, warning: settings.effectiveWarning,
      critical: settings.critical)
    hello.header = recorder.begin(hello, survey)
    return hello
  }

  private func report(_ ways: [Way], _ hello: Hello, _ end: Instant<Raw>, _ events: EventLog) -> Report {
    var summaries: [Summary] = []
    for way in ways {
      var summary =
        way.target.map { $0.tally.summary(way.info, $0.query, end: end) } ?? Summary(reference: way.info)
      if let failure = way.failure { summary.unknown = failure }
      summary.window = way.target?.whole
      if way.embedded != nil && summary.counts.good > 0 {
        summary.verdict = .unknown
        summary.unknown = .selfMeasurement
      }
      summaries.append(summary)
    }
    var events = events
    events.know(hello.guest)
    return Report(
      origin: origin, hello: hello, summaries: summaries, dropped: sink.offered - sink.written,
      events: events,
      verdict: Self.verdict(ways, summaries))
  }
}

extension Burst {
  /// The worst of the references; the instrument's own floor beside them has no say.
  private static func verdict(_ ways: [Way], _ summaries: [Summary]) -> Verdict {
    var verdicts: [Verdict] = []
    for (way, summary) in zip(ways, summaries) where way.embedded == nil { verdicts.append(summary.verdict) }
    return Verdict.worst(of: verdicts)
  }
}

/// How far a burst is.
public struct ProgressState: Sendable {
  public var elapsed: Nanoseconds
  public var sent: UInt64 = 0
  public var good: UInt64 = 0
  public var lost: UInt64 = 0
  /// One of the references is asked more slowly than planned: nobody knows when it ends.
  public var isSlowed = false
  /// Where there is but one reference.
  public var best: Nanoseconds?
}

extension BurstSettings {
  var limits: Limits { Limits(warning: effectiveWarning, critical: critical) }

  public var effectiveInterval: Nanoseconds { interval ?? Self.defaultInterval }

  /// How long the queries take where nothing slows them.
  public var plannedDuration: Nanoseconds {
    let counted = count.map { effectiveInterval.scaled(by: Int64(clamping: $0)) }
    return min(duration ?? .max, counted ?? (duration == nil ? Self.defaultDuration : .max))
  }
}
