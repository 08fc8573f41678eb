/// Writes records as they come, in the format that was asked for.
final class StreamRecorder: Recorder {
  private let format: OutputFormat
  private let origin: Origin
  private let sink: Sink
  private var references: [ReferenceInfo]
  private let progress: ProgressTimer?
  private let note: ((QueryNote) -> Void)?
  private var line = ByteWriter(capacity: 4096)
  private var seq: UInt64 = 0
  /// Records dropped since the last that went through.
  private var droppedFrom: UInt64?
  private(set) var log = EventLog()
  /// The first record, until the survey of the guest is there.
  private var opening: (hello: Hello, survey: GuestSurvey)?
  /// Asked at each turn: `opening` is long, and a look into it copies it.
  private var isOpening = false
  private var flushed = Instant<Raw>(nanoseconds: 0)

  /// A write is worth its price from here on, or after `patience`.
  static let batch = 4096
  /// From here on it does not wait for a pause.
  static let urgent = 32768
  static let patience = Nanoseconds.milliseconds(100)
  /// A wait shorter than this is no pause.
  static let pause = Nanoseconds.microseconds(200)

  init(
    _ format: OutputFormat, _ origin: Origin, _ sink: Sink, _ references: [ReferenceInfo],
    _ progress: ProgressTimer?, _ note: ((QueryNote) -> Void)?
  ) {
    self.format = format
    self.origin = origin
    self.sink = sink
    self.references = references
    self.progress = progress
    self.note = note
    log.references = references.map { $0.name }
  }

  private func header(time: Instant<Realtime>, raw: Instant<Raw>) -> Header {
    seq += 1
    return Header(seq: seq, time: time, raw: raw)
  }

  /// The first record; its header serves the report too.
  func begin(_ hello: Hello, _ survey: GuestSurvey? = nil) -> Header {
    var hello = hello
    hello.header = header(time: hello.header.time, raw: hello.header.raw)
    line.removeAll()
    switch format {
    case .jsonl:
      if let survey {
        opening = (hello, survey)
        isOpening = true
        return hello.header
      }
      line.json(hello, origin)
    case .csv: line.csvHeader()
    default: return hello.header
    }
    _ = sink.push(line)
    return hello.header
  }

  /// Queries run meanwhile; the first other record waits for it.
  @inline(__always)
  private func open() {
    if isOpening { openNow() }
  }

  @inline(never)
  private func openNow() {
    guard let opening else { return }
    self.opening = nil
    isOpening = false
    var hello = opening.hello
    hello.add(opening.survey.wait())
    log.know(hello.guest)
    line.removeAll()
    line.json(hello, origin)
    _ = sink.push(line)
  }

  @_optimize(speed)
  func sample(_ finding: Finding, _ target: Target) { sample(finding, of: target.index) }

  /// - Parameter index: the reference's place
  @_optimize(speed)
  func sample(_ finding: Finding, of index: Int) {
    let exchange = finding.exchange
    note?(.sample(references[index].name, exchange))
    guard format == .jsonl || format == .csv || format == .rawstats else { return }
    let reference = references[index]
    emit(exchange.received.realtime, finding.bound.arrived) { header, line in
      let record = Sample(header, finding)
      switch format {
      case .jsonl: line.json(record, origin, reference)
      case .csv: line.csv(record, reference)
      default: line.rawstats(record, reference)
      }
    }
  }

  func loss(_ loss: Loss, _ target: Target) { self.loss(loss, of: target.index) }

  func loss(_ loss: Loss, of index: Int) {
    note?(.loss(references[index].name, loss))
    guard format == .jsonl else { return }
    let time = loss.sent.realtime + (loss.ended - loss.sent.raw)
    emit(time, loss.ended) { header, line in
      line.json(LossRecord(header: header, loss: loss), origin, references[index])
    }
  }

  /// What was shown of events after they were told.
  func settle(_ held: (LocalEvent) -> UInt8) { log.settle(held) }

  /// What a person or a program waits for goes out at once.
  func event(_ event: LocalEvent) {
    note?(.event(event))
    log.add(event)
    guard format == .jsonl else { return }
    emit(event.known.realtime, event.known.raw) { header, line in
      line.json(
        EventRecord(header: header, event: event, reference: log.name(event), steerers: log.steerers), origin)
    }
    sink.flush()
  }

  func window(_ window: WindowReport, _ target: Target, _ reading: LocalReading) {
    self.window(window, of: target.index, reading)
  }

  /// - Parameter reading: of the clocks, near its end
  func window(_ window: WindowReport, of index: Int, _ reading: LocalReading) {
    guard format == .jsonl else { return }
    emit(reading.realtime - (reading.raw - window.to), window.to) { header, line in
      line.json(WindowRecord(header: header, window: window), origin, references[index])
    }
  }

  /// One that turned up only now; its place is the next.
  func add(_ reference: ReferenceInfo) {
    references.append(reference)
    log.references.append(reference.name)
  }

  /// Where nobody measures meanwhile: what has gathered goes out, however long it takes.
  func drain() {
    if sink.count >= Self.urgent { sink.finish() }
  }

  var hasFailed: Bool { sink.failure != nil }

  func idle(_ now: Instant<Raw>, until wake: Instant<Raw>) {
    progress?.idle(now)
    if isOpening, opening?.survey.isDone == true { open() }
    guard !sink.isEmpty else { return }
    let isPause = wake - now >= Self.pause
    guard sink.count >= Self.urgent || isPause && (sink.count >= Self.batch || now - flushed >= Self.patience)
    else { return }
    flushed = now
    sink.flush()
  }

  /// Before the end, so that a reader learns of every record that it did not get.
  func finish(_ reading: LocalReading) {
    open()
    // A reader that stalled to the end has left no room for the record that says what it missed.
    if droppedFrom != nil { sink.finish() }
    tellDrop(reading.realtime, reading.raw)
    sink.finish()
  }

  private func emit(
    _ time: Instant<Realtime>, _ raw: Instant<Raw>, _ body: (Header, inout ByteWriter) -> Void
  ) {
    open()
    tellDrop(time, raw)
    let header = header(time: time, raw: raw)
    if format == .jsonl && droppedFrom != nil {
      // Once something was dropped, the next that goes through is the record that says so.
      sink.refuse()
      return
    }
    line.removeAll()
    body(header, &line)
    if !sink.push(line) { droppedFrom = droppedFrom ?? header.seq }
  }

  private func tellDrop(_ time: Instant<Realtime>, _ raw: Instant<Raw>) {
    guard format == .jsonl, sink.failure == nil, let from = droppedFrom else { return }
    // Not into the last gap that was too short for a record, or the next record is a drop again.
    guard sink.room >= Self.batch else { return }
    let header = header(time: time, raw: raw)
    line.removeAll()
    line.json(Drop(header: header, from: from, to: header.seq - 1), origin)
    if sink.push(line) { droppedFrom = nil }
  }
}
