/// An `event` record, and the same members where a burst's object has it in an array.
extension ByteWriter {
  public mutating func json(_ record: EventRecord, _ origin: Origin) {
    begin("event", record.header, origin)
    members(of: record.event, record.reference, record.steerers)
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
      members(of: event, log.name(event), log.steerers)
      closeObject()
    }
    closeArray()
  }

  private mutating func members(
    of event: LocalEvent, _ reference: String?, _ steerers: [StaticString]
  ) {
    if let reference { member("reference", text: reference) }
    member("cause", word: event.cause.name)
    member("certainty", word: event.certainty.name)
    member("size_ns", event.size)
    if event.size != nil, event.error > .zero { member("error_ns", event.error) }
    member("length_ns", event.length)
    if let taker = event.evidence.taker { member("taker", word: taker.name) }
    if !event.also.isEmpty {
      openArray("also")
      for cause in Cause.allCases where event.also.contains(cause) { element { $0.append(cause.name) } }
      closeArray()
    }
    member("from_raw", seconds: event.from)
    member("to_raw", seconds: event.to)
    evidence(event.evidence, event.cause == .clockSlew ? steerers : [])
  }

  private mutating func evidence(_ evidence: Evidence, _ steerers: [StaticString]) {
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
    if let isToward = evidence.isToward { member("toward_reference", flag: isToward) }
    if !steerers.isEmpty {
      openArray("steered_by")
      for name in steerers { element { $0.append(name) } }
      closeArray()
    }
    if evidence.jump == nil, evidence.held > 0 { member("references_held", UInt64(evidence.held)) }
    if let word = evidence.clocksourceBefore { member("clocksource_before", text: word.text) }
    if let word = evidence.clocksource { member("clocksource", text: word.text) }
    if evidence.isPvclock { member("pvclock") }
    if evidence.isVmclock { member("vmclock") }
    if evidence.isStopped { member("guest_stopped") }
    member("run_delay_ns", evidence.runDelay)
    member("throttled_ns", evidence.throttled)
    member("steal_ns", evidence.steal)
    network(evidence)
    closeObject()
  }
}

extension ByteWriter {
  fileprivate mutating func network(_ evidence: Evidence) {
    if let count = evidence.exchanges { member("exchanges", count) }
    if let slow = evidence.slow {
      openObject("slow_ns")
      for stage in Stage.allCases where slow[stage] != .zero { member(stage.name, slow[stage]) }
      closeObject()
    }
    if let jump = evidence.jump {
      member("jump_ns", jump)
      if evidence.isBend { member("bend") }
      member("others_jumped", UInt64(evidence.jumped))
      member("others_held", UInt64(evidence.held))
    }
    if let before = evidence.serverBefore { fields(of: before, "server_before") }
    if let now = evidence.server { fields(of: now, "server") }
    if let check = evidence.check { member("check", word: check.name) }
  }

  private mutating func fields(of server: ServerState, _ name: StaticString) {
    openObject(name)
    members(of: server)
    closeObject()
  }
}

extension Stage {
  /// As `stages_ns` of a sample has it.
  var name: StaticString {
    switch self {
    case .localTransmit: "local_tx"
    case .out: "out"
    case .server: "server"
    case .back: "back"
    case .localReceive: "local_rx"
    }
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
