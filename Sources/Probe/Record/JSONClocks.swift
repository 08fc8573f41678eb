/// `--clocks` for programs: one object of kind `clocks`, or JSON Lines of `hello`, `clocksource` and `clock`.
/// docs/records.md describes each key.
extension ByteWriter {
  public mutating func json(_ report: ClockReport) {
    beginRecord("clocks", report.origin)
    moment(of: report.hello.header)
    member("version", word: report.hello.version)
    member("host", text: report.hello.host)
    member("kernel", text: report.hello.kernel)
    if let guest = report.hello.guest { members(of: guest) }
    member("duration_ns", report.duration)
    if report.wasInterrupted { member("interrupted") }
    members(ofCounters: report)
    if let switching = report.switching { member(switching) }
    openArray("tables")
    for table in report.tables {
      openObject()
      members(of: table)
      openArray("clocks")
      for clock in table.clocks {
        openObject()
        members(of: clock, table)
        closeObject()
      }
      closeArray()
      closeObject()
    }
    closeArray()
    endRecord()
  }

  public mutating func jsonLines(_ report: ClockReport) {
    var header = report.hello.header
    json(report.hello, report.origin)
    for (index, table) in report.tables.enumerated() {
      header.seq += 1
      begin("clocksource", header, report.origin)
      member("duration_ns", report.duration)
      if report.wasInterrupted { member("interrupted") }
      if index == 0 { members(ofCounters: report) } else { available(report) }
      if let switching = report.switching { member(switching) }
      members(of: table)
      endRecord()
      for clock in table.clocks {
        header.seq += 1
        begin("clock", header, report.origin)
        member("clocksource", unlessEmpty: table.clocksource)
        members(of: clock, table)
        endRecord()
      }
    }
  }

  private mutating func available(_ report: ClockReport) {
    guard !report.available.isEmpty else { return }
    openArray("available")
    for name in report.available { element(name) }
    closeArray()
  }

  private mutating func members(ofCounters report: ClockReport) {
    available(report)
    if let reason = report.availableReason { member("available_why") { $0.append(reason) } }
    if let flags = report.flags {
      openArray("tsc_flags")
      for (index, flag) in ProcessorText.counterFlags.enumerated() where flags & (1 << UInt32(index)) != 0 {
        separate()
        append(byte: UInt8(ascii: "\""))
        append(flag)
        append(byte: UInt8(ascii: "\""))
      }
      closeArray()
    }
    if let base = report.baseProcessor { member("skew_base", Int64(base)) }
    openArray("skews")
    for skew in report.skews {
      openObject()
      members(of: skew)
      closeObject()
    }
    closeArray()
    if let reason = report.skewReason { member("skew_why") { $0.append(reason) } }
  }

  private mutating func members(of skew: CounterSkew) {
    member("cpu", Int64(skew.processor))
    member("state", word: skew.outcome.name)
    switch skew.outcome {
    case .bounds(let low, let high, let rounds):
      member("skew_low_ns", low)
      member("skew_high_ns", high)
      member("rounds", rounds)
    case .inconsistent(let rounds): member("rounds", rounds)
    case .failed(let code): member("errno", Int64(code))
    case .offline, .notAllowed, .skipped: break
    }
  }

  private mutating func members(of table: ClockTable) {
    member("clocksource", unlessEmpty: table.clocksource)
    if let changed = table.changedTo { member("changed_to", text: changed) }
    if let mode = table.mode { member("mode", word: mode.name) }
    spread("monotonic_ns", table.cost)
    spread("syscall_ns", table.systemCall)
    spread("reading_ns", table.combined)
    openArray("references")
    for reference in table.references {
      openObject()
      members(of: reference.info)
      member("sent", reference.sent)
      member("good", reference.good)
      if let reason = reference.unknown {
        member("unknown", word: reason.name)
        member("unknown_text") { $0.append(reason) }
      }
      rate(reference.rate)
      closeObject()
    }
    closeArray()
  }

  private mutating func members(of clock: ClockEntry, _ table: ClockTable) {
    member("clock", text: clock.name)
    member("what", word: clock.what)
    member("label", unlessEmpty: clock.label)
    member("driver", unlessEmpty: clock.driver)
    if let via = clock.via { member("via", word: via) }
    member("state", word: clock.state.name)
    if let reason = clock.reason {
      member("why") { $0.append(reason) }
      if let code = reason.code { member("errno", Int64(code)) }
    }
    spread("read_ns", clock.cost)
    spread("bracket_ns", clock.bracket)
    member("step_ns", clock.step)
    if clock.readings > 0 {
      member("readings", clock.readings)
      member("backward", clock.backward)
    }
    member("backward_max_ns", clock.furthestBack)
    rate(clock.rate)
    if let frequency = clock.frequency { number("frequency_hz") { $0.append(hertz: frequency) } }
    if let error = clock.frequencyError { number("frequency_error_ppm") { $0.append(ppm: error) } }
    if let offset = clock.offset {
      member("offset_ns", offset.middle)
      member("offset_low_ns", offset.low)
      member("offset_high_ns", offset.high)
      member("offset_from", word: offset.from)
    }
    member("jump_ns", clock.jump)
    if let wander = clock.wander { number("wander_ppm") { $0.append(ppm: wander) } }
    against(clock, table)
  }

  private mutating func against(_ clock: ClockEntry, _ table: ClockTable) {
    guard clock.against.contains(where: { $0 != nil }) else { return }
    openArray("against")
    for (reference, bound) in zip(table.references, clock.against) {
      guard let bound else { continue }
      openObject()
      member("reference", text: reference.info.name)
      rate(bound)
      closeObject()
    }
    closeArray()
  }

  private mutating func rate(_ rate: RateBound?) {
    guard let rate else { return }
    number("rate_ppm") { $0.append(ppm: rate.best) }
    number("rate_low_ppm") { $0.append(ppm: rate.low) }
    number("rate_high_ppm") { $0.append(ppm: rate.high) }
  }

  private mutating func spread(_ key: StaticString, _ spread: Spread?) {
    guard let spread else { return }
    openObject(key)
    member("min", spread.min)
    member("median", spread.median)
    closeObject()
  }

  private mutating func element(_ text: String) {
    separate()
    append(byte: UInt8(ascii: "\""))
    let start = count
    append(text)
    escapeJSON(from: start)
    append(byte: UInt8(ascii: "\""))
  }
}

extension CounterSkew.Outcome {
  public var name: StaticString {
    switch self {
    case .bounds: "ok"
    case .inconsistent: "inconsistent"
    case .offline: "offline"
    case .notAllowed: "not-allowed"
    case .failed: "failed"
    case .skipped: "skipped"
    }
  }
}
