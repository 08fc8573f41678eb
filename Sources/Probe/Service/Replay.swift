/// `timeprobe --replay`: recorded exchanges through the same engine. Each input is read once, from its beginning to its
/// end; several are merged by time, and the order within one is never changed.
public final class Replay {
  private let settings: ReplaySettings
  private let sink: Sink
  private let note: ((QueryNote) -> Void)?
  private let report: (ReplayProblem) -> Void
  private let inputs: [ReplayInput]
  private let unread: [ReplayInputFacts]
  private var reader = ReplayReader()
  private var facts = ReplayFacts()
  private var recorder: StreamRecorder?
  private var known = 0
  private var causes: [ReplayCauses] = []

  /// The inputs, opened before the output is, which would empty one that it is.
  public struct Inputs {
    fileprivate var open: [ReplayInput] = []
    fileprivate var unread: [ReplayInputFacts] = []

    public init(_ settings: ReplaySettings, report: (ReplayProblem) -> Void) {
      for path in settings.inputs {
        do throws(SystemError) {
          open.append(try ReplayInput(path))
        } catch {
          let name = path ?? ReplayInput.standardInput
          unread.append(ReplayInputFacts(name: name))
          report(ReplayProblem(problem: .unreadable, input: name, line: 0, code: error.code))
        }
      }
    }

    public func include(_ output: String) -> Bool { open.contains { $0.isSame(as: output) } }
  }

  /// - Parameters:
  ///   - note: is told of each query's end; nil: nobody listens
  ///   - report: is told of each thing that is wrong with an input, from here on
  public init(
    _ settings: ReplaySettings, _ inputs: Inputs, _ sink: Sink, note: ((QueryNote) -> Void)?,
    report: @escaping (ReplayProblem) -> Void
  ) {
    self.settings = settings
    self.inputs = inputs.open
    unread = inputs.unread
    self.sink = sink
    self.note = note
    self.report = report
    for _ in unread { facts.problems.count(.unreadable) }
  }

  public func run() -> Report {
    for input in inputs { advance(input) }
    let random = RandomNumbers()
    let origin = Origin(probe: reader.probe ?? logName, run: (random.next(), random.next()))
    let recorder = StreamRecorder(settings.burst.format, origin, sink, [], nil, note)
    self.recorder = recorder
    let hello = hello(recorder)
    loop()
    for index in causes.indices {
      let run = causes[index].run
      causes[index].finish { tell($0, run) }
    }
    for track in reader.tracks { end(track, recorder) }
    for one in causes { recorder.settle { one.held($0) } }
    recorder.finish(LocalReading(onC: hello.header.time, .zero))
    return finish(origin, hello, recorder)
  }

  private func complain(_ problem: ReplayProblem) {
    facts.problems.count(problem.problem)
    report(problem)
  }

  private func advance(_ input: ReplayInput) {
    // In place: the record that is read into is large.
    input.advance(&reader) { complain($0) }
  }

  /// The file's own name; nobody knows who wrote it.
  private var logName: String {
    let name = settings.inputs.first.flatMap { $0 } ?? ReplayInput.standardInput
    return String(decoding: name.utf8.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
  }

  private func hello(_ recorder: StreamRecorder) -> Hello {
    var first: ReplayItem?
    for input in inputs {
      if let head = input.head, first.map({ head.time < $0.time }) ?? true { first = head }
    }
    let time = first?.time ?? LocalReading.now().realtime
    var hello = Hello(
      header: Header(seq: 0, time: time, raw: first?.raw ?? Instant(nanoseconds: time.nanoseconds)),
      version: Version.text, host: reader.host, kernel: reader.kernel, clocksource: reader.clocksource,
      references: reader.tracks.map { $0.info }, interval: .zero,
      timeout: reader.runs.first?.timeout ?? .zero,
      warning: settings.burst.effectiveWarning, critical: settings.burst.critical)
    hello.isReplay = true
    hello.header = recorder.begin(hello)
    return hello
  }

  // MARK: The way of a line

  @_optimize(speed)
  private func loop() {
    while let input = next(), let recorder, !recorder.hasFailed {
      // As long as it stays the earliest.
      let limit = secondEarliest(besides: input)
      repeat {
        if let item = input.head { take(item, input) }
        advance(input)
        recorder.drain()
      } while input.head.map { $0.time <= limit } ?? false && !recorder.hasFailed
    }
  }

  /// The input whose line is the earliest.
  private func next() -> ReplayInput? {
    var earliest: ReplayInput?
    for input in inputs {
      guard let time = input.head?.time else { continue }
      if let other = earliest?.head, other.time <= time { continue }
      earliest = input
    }
    return earliest
  }

  private func secondEarliest(besides input: ReplayInput) -> Instant<Realtime> {
    var limit = Instant<Realtime>(nanoseconds: .max)
    for other in inputs where other !== input {
      if let time = other.head?.time { limit = min(limit, time) }
    }
    return limit
  }

  @_optimize(speed)
  private func take(_ item: ReplayItem, _ input: ReplayInput) {
    if let run = item.run, let seq = item.seq, !isNext(seq, run) {
      return complain(ReplayProblem(problem: .duplicate, input: input.name, line: input.line))
    }
    introduceTracks()
    switch item.body {
    case .sample(let exchange, let unseen):
      guard let place = item.track else { return }
      sample(exchange, unseen, reader.tracks[place], input)
      return
    case .loss(let loss):
      guard let place = item.track else { return }
      let track = reader.tracks[place]
      track.add(loss) { makeTally(track, from: $0) }
      recorder?.loss(loss, of: place)
      let index = causesIndex(track)
      causes[index].add(place, loss) { tell($0, track.run) }
      closeWindows(track, LocalReading(raw: loss.ended, near: loss.sent))
    case .stray(let check):
      guard let place = item.track else { return }
      reader.tracks[place].stray.count(check)
    case .event(let event): happened(event, item.run)
    case .mark: break
    }
    if let run = item.run, let raw = item.raw {
      for track in reader.tracks where track.run == run { track.note(raw) }
    }
    input.count()
  }

  /// The numbers of a run go up; what is left out was lost on its way.
  private func isNext(_ seq: UInt64, _ run: Int) -> Bool {
    let last = reader.runs[run].lastSeq
    guard seq > last else { return false }
    if last > 0 { facts.missingRecords += seq - last - 1 }
    reader.runs[run].lastSeq = seq
    return true
  }

  private func introduceTracks() {
    while known < reader.tracks.count {
      recorder?.add(reader.tracks[known].info)
      known += 1
    }
  }

  @_optimize(speed)
  private func sample(_ exchange: Exchange, _ unseen: Unseen?, _ track: ReplayTrack, _ input: ReplayInput) {
    let slack = track.run.map { reader.runs[$0].timeout + .seconds(1) } ?? .zero
    if let problem = track.order(of: exchange, slack: slack) {
      complain(ReplayProblem(problem: problem, input: input.name, line: input.line))
      guard problem == .backwards, track.layBehind(exchange) else { return }
    }
    let finding = track.add(track.laid(exchange), unseen) { makeTally(track, from: $0) }
    if let finding {
      recorder?.sample(finding, of: track.index)
      let index = causesIndex(track)
      causes[index].add(track.index, finding) { tell($0, track.run) }
      closeWindows(track, finding.exchange.received)
    }
    input.count()
  }

  /// Of the guest's own. What the exchanges told is told by them again.
  private func happened(_ event: LocalEvent, _ run: Int?) {
    guard !event.isOfNetwork else { return }
    var event = event
    if let first = reader.tracks.first(where: { $0.run == run }) {
      event = causes[causesIndex(first)].add(local: event)
    }
    tell(event, run)
    guard let reason = event.reopens else { return }
    for track in reader.tracks where track.run == run {
      track.tally?.reset(reason, from: event.from, at: event.to)
      causes[causesIndex(track)].reopen(track.index) { tell($0, run) }
    }
  }

  private func tell(_ event: LocalEvent, _ run: Int?) {
    recorder?.event(event)
    guard let lost = event.lost else { return }
    for track in reader.tracks where track.run == run { track.tally?.lose(lost, at: event.to) }
  }

  // MARK: Windows

  @_optimize(speed)
  private func closeWindows(_ track: ReplayTrack, _ reading: LocalReading) {
    guard let closing = track.tally?.closing, reading.raw >= closing else { return }
    tellWindows(track, reading)
  }

  private func tellWindows(_ track: ReplayTrack, _ reading: LocalReading) {
    while let window = track.tally?.takeWindow(reading.raw) {
      recorder?.window(window, of: track.index, reading)
    }
  }

  /// What is open at the end, and the whole.
  private func end(_ track: ReplayTrack, _ recorder: StreamRecorder) {
    guard track.tally != nil, let end = track.end, let known = track.known else { return }
    track.tally?.finish(end)
    tellWindows(track, known)
    track.whole = track.tally?.wholeWindow()
    if let whole = track.whole { recorder.window(whole, of: track.index, known) }
  }

  /// The time line that a track is on.
  private func causesIndex(_ track: ReplayTrack) -> Int {
    if let index = causes.lastIndex(where: { $0.has(track) }) { return index }
    causes.append(ReplayCauses(run: track.run, format: track.format))
    return causes.count - 1
  }

  private func makeTally(_ track: ReplayTrack, from moment: Instant<Raw>) -> Tally {
    let run = track.run.map { reader.runs[$0] }
    return Tally(
      settings.burst.limits, span: run?.interval ?? BurstSettings.defaultInterval,
      timeout: run?.timeout ?? BurstSettings().timeout, start: run?.start ?? moment,
      source: track.format == .timeprobe ? .stream : .log)
  }

  // MARK: The end

  private func finish(_ origin: Origin, _ hello: Hello, _ recorder: StreamRecorder) -> Report {
    var hello = hello
    hello.references = reader.tracks.map { $0.info }
    facts.inputs = inputs.map { $0.facts } + unread
    facts.isWithoutReply = reader.isWithoutReply
    for format in RecordedFormat.allCases where reader.tracks.contains(where: { $0.format == format }) {
      facts.formats.append(format)
    }
    let summaries = reader.tracks.map { summary($0) }
    var report = Report(
      origin: origin, hello: hello, summaries: summaries, dropped: sink.offered - sink.written,
      events: recorder.log, verdict: Verdict.worst(of: summaries.map { $0.verdict }))
    report.replay = facts
    return report
  }

  private func summary(_ track: ReplayTrack) -> Summary {
    let run = track.run.map { reader.runs[$0] }
    let end = track.end ?? run?.start ?? Instant(nanoseconds: 0)
    var tally = track.tally ?? makeTally(track, from: end)
    var summary = tally.summary(
      track.info, sent: track.count + track.losses, stray: track.stray,
      interval: run?.interval ?? track.interval, slow: nil, end: end)
    summary.recorded = track.format
    summary.window = track.whole
    return summary
  }
}

extension ReplayItem {
  /// Its moment on R.
  fileprivate var raw: Instant<Raw>? {
    switch body {
    case .sample(let exchange, _): exchange.arrived
    case .loss(let loss): loss.ended
    case .event(let event): event.known.raw
    case .mark(let raw): raw
    case .stray: nil
    }
  }
}
