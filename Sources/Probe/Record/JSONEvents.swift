/// An `event` record, and the same members where a burst's object has it in an array.
extension ByteWriter {
  public mutating func json(_ record: EventRecord, _ origin: Origin) {
    begin("event", record.header, origin)
    members(of: record.event)
    endRecord()
  }

  /// The first events of a burst, and how many there were of each cause.
  mutating func events(_ log: EventLog) {
    guard log.total > 0 else { return }
    openObject("event_counts")
    for cause in Cause.allCases where log[cause] > 0 { member(cause.name, log[cause]) }
    closeObject()
    openArray("events")
    for event in log.first {
      openObject()
      member("time", time: event.known.realtime)
      member("raw", seconds: event.known.raw)
      members(of: event)
      closeObject()
    }
    closeArray()
  }

  private mutating func members(of event: LocalEvent) {
    member("cause", word: event.cause.name)
    member("certainty", word: event.certainty.name)
    member("size_ns", event.size)
    if event.size != nil { member("error_ns", event.error) }
    member("length_ns", event.length)
    if let taker = event.evidence.taker { member("taker", word: taker.name) }
    member("from_raw", seconds: event.from)
    member("to_raw", seconds: event.to)
    evidence(event.evidence)
  }

  private mutating func evidence(_ evidence: Evidence) {
    guard !evidence.isEmpty else { return }
    openObject("evidence")
    if evidence.timer { member("timerfd") }
    if let leap = evidence.leap { member("leap_state", word: leap.name) }
    if let tai = evidence.tai { member("tai_s", Int64(tai)) }
    if let rate = evidence.rateBefore { member("rate_before_ppb", rate.partsPerBillion) }
    if let rate = evidence.rate {
      member("rate_ppb", rate.partsPerBillion)
      member("rate_source", word: evidence.isKernelRate ? "adjtimex" : "readings")
    }
    if let error = evidence.rateError { member("rate_error_ppb", error.partsPerBillion + 1) }
    if let word = evidence.clocksourceBefore { member("clocksource_before", text: word.text) }
    if let word = evidence.clocksource { member("clocksource", text: word.text) }
    if evidence.isPvclock { member("pvclock") }
    if evidence.isVmclock { member("vmclock") }
    if evidence.isStopped { member("guest_stopped") }
    member("run_delay_ns", evidence.runDelay)
    member("throttled_ns", evidence.throttled)
    member("steal_ns", evidence.steal)
    closeObject()
  }
}

extension Evidence {
  var isEmpty: Bool { self == Evidence() || self == Evidence(only: taker) }

  fileprivate init(only taker: Taker?) {
    self.init()
    self.taker = taker
  }
}

extension Rate {
  /// Rounded to the nearest.
  var partsPerBillion: Int64 {
    (Nanoseconds(partsPerTrillion) + Nanoseconds(partsPerTrillion < 0 ? -500 : 500)).count / 1000
  }
}

extension KernelClock.Leap {
  /// As adjtimex(2) names them, without TIME_.
  public var name: StaticString {
    switch self {
    case .none: "ok"
    case .insert: "ins"
    case .delete: "del"
    case .inProgress: "oop"
    case .over: "wait"
    }
  }
}
