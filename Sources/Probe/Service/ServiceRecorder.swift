/// The service's recorder: each record becomes its line in the ring, and nothing here ever waits.
final class ServiceRecorder: Recorder {
  private var entrance: RecordEntrance
  private var ring: Ring
  /// Wakes the writer's thread.
  private let wake: Event
  private(set) var references: [ReferenceInfo] = []
  private(set) var log = EventLog()
  /// What no stream asks for is not written.
  private var wantsSamples: Bool
  private var windows: WindowLengths
  /// The last window of each reference, for --status.
  private(set) var last: [WindowReport?] = []
  private var posted = Instant<Raw>(nanoseconds: .min)
  /// The first record, until the survey of the guest is there.
  private var opening: (hello: Hello, survey: GuestSurvey)?
  private var isOpening = false

  /// Lines wait in the ring no longer than this.
  static let patience = Nanoseconds.milliseconds(500)

  init(_ entrance: RecordEntrance, _ ring: Ring, _ wake: Event, wantsSamples: Bool, _ windows: WindowLengths)
  {
    (self.entrance, self.ring, self.wake) = (entrance, ring, wake)
    (self.wantsSamples, self.windows) = (wantsSamples, windows)
  }

  var seq: UInt64 { entrance.seq }
  var refused: UInt64 { entrance.refused }
  var origin: Origin { entrance.origin }

  /// From now on for other streams; numbers and what is not told yet go on.
  func change(
    _ origin: Origin, _ ring: Ring, _ notices: DropNotices, streams: [[UInt8]], wantsSamples: Bool,
    _ windows: WindowLengths
  ) {
    open()
    entrance.change(origin, ring, notices, streams: streams)
    (self.ring, self.wantsSamples, self.windows) = (ring, wantsSamples, windows)
  }

  /// Before each `begin`: who is measured, by their places.
  func set(_ references: [ReferenceInfo]) {
    self.references = references
    last = Array(repeating: nil, count: references.count)
    log.references = references.map { $0.name }
  }

  /// A `hello`, as soon as the survey is there; other records wait for it no longer than `GuestSurvey.patience`.
  func begin(_ hello: Hello, _ survey: GuestSurvey) {
    openNow()
    opening = (hello, survey)
    isOpening = true
  }

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
    entrance.write(hello.header.time, hello.header.raw) { header, origin, line in
      hello.header = header
      line.json(hello, origin)
    }
  }

  @_optimize(speed)
  func sample(_ finding: Finding, _ target: Target) {
    guard wantsSamples else { return }
    open()
    let exchange = finding.exchange
    entrance.write(exchange.received.realtime, finding.bound.arrived) { header, origin, line in
      let record = Sample(header, finding)
      line.json(record, origin, references[target.index])
    }
  }

  func loss(_ loss: Loss, _ target: Target) {
    guard wantsSamples else { return }
    open()
    let time = loss.sent.realtime + (loss.ended - loss.sent.raw)
    entrance.write(time, loss.ended) { header, origin, line in
      line.json(LossRecord(header: header, loss: loss), origin, references[target.index])
    }
  }

  /// What a person or a program waits for goes out at once.
  func event(_ event: LocalEvent) {
    open()
    entrance.write(event.known.realtime, event.known.raw) { header, origin, line in
      line.json(
        EventRecord(header: header, event: event, reference: log.name(event), steerers: log.steerers), origin)
    }
    wake.post()
  }

  func window(_ window: WindowReport, _ target: Target, _ reading: LocalReading) {
    if window.span == .second || last[target.index] == nil { last[target.index] = window }
    switch window.span {
    case .second: if !windows.contains(.second) { return }
    case .minute: if !windows.contains(.minute) { return }
    case .whole: break
    }
    open()
    let time = reading.realtime - (reading.raw - window.to)
    entrance.write(time, window.to) { header, origin, line in
      line.json(WindowRecord(header: header, window: window), origin, references[target.index])
    }
  }

  func mark(_ text: [UInt8], _ reading: LocalReading) {
    open()
    entrance.write(reading.realtime, reading.raw) { header, origin, line in
      line.json(mark: text, header, origin)
    }
    wake.post()
  }

  /// A stream that fails does not end the measurement.
  var hasFailed: Bool { false }

  func idle(_ now: Instant<Raw>, until wake: Instant<Raw>) {
    if isOpening, opening?.survey.isDone == true { open() }
    let used = ring.used
    guard used > 0, now - posted >= Self.patience || used > ring.capacity / 4 else { return }
    posted = now
    self.wake.post()
  }

  /// Now and then, and before the end: what was lost becomes a record.
  func settle(_ reading: LocalReading) {
    open()
    entrance.turn(reading.realtime, reading.raw)
  }
}
