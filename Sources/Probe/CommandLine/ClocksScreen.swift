/// `--clocks` for people: at most 80 columns, two lines a clock.
public func appendClocksScreen(_ report: ClockReport, colour: Bool, to text: inout ByteWriter) {
  var page = Page()
  var title = ByteWriter(capacity: 96)
  title.append(printable: report.origin.probe)
  title.append(": every clock of this guest, read for " as StaticString)
  title.append(limit: report.duration)
  if report.wasInterrupted { title.append(", interrupted" as StaticString) }
  page.append(heading: title)
  if let guest = report.hello.guest { appendGuestLines(guest, kernel: report.hello.kernel, to: &page) }
  appendCounters(report, to: &page)
  if let switching = report.switching { append(switching, report, to: &page) }
  for (index, table) in report.tables.enumerated() {
    if index > 0 { page.append(line: ByteWriter(capacity: 1)) }
    append(table, report, colour: colour, to: &page)
  }
  text.append(page.text.bytes)
}

// MARK: Above the table

private func append(_ switching: ClockSwitching, _ report: ClockReport, to page: inout Page) {
  var line = ByteWriter(capacity: 128)
  switching.restoration.append(first: switching.first, to: &line)
  if report.tables.count > 1 {
    line.append(", after a turn of each of " as StaticString)
    line.append(UInt64(report.tables.count))
  }
  page.append("switch", printable(line), atMost: 4)
  for failure in switching.failures {
    var line = ByteWriter(capacity: 96)
    line.append(printable: failure.clocksource)
    line.append(": " as StaticString)
    line.append(failure.reason)
    page.append("", line, atMost: 3)
  }
}

private func appendCounters(_ report: ClockReport, to page: inout Page) {
  if let flags = report.flags { page.append("flags", flagLine(flags), atMost: 3) }
  if let reason = report.skewReason {
    var line = ByteWriter(capacity: 96)
    line.append(reason)
    page.append("skew", line)
  } else if let base = report.baseProcessor {
    appendSkews(report.skews, base, to: &page)
  }
}

private func flagLine(_ flags: UInt32) -> ByteWriter {
  var (has, lacks) = (ByteWriter(capacity: 128), ByteWriter(capacity: 128))
  for (index, flag) in ProcessorText.counterFlags.enumerated() {
    if flags & (1 << UInt32(index)) != 0 {
      if has.count > 0 { has.append(byte: 0x20) }
      has.append(flag)
    } else {
      if lacks.count > 0 { lacks.append(byte: 0x20) }
      lacks.append(flag)
    }
  }
  if has.count == 0 { has.append("none" as StaticString) }
  if lacks.count > 0 {
    has.append("; not: " as StaticString)
    has.append(lacks.bytes)
  }
  return has
}

/// Neighbours of which nothing is known share a line.
private func appendSkews(_ skews: [CounterSkew], _ base: Int, to page: inout Page) {
  if skews.isEmpty {
    var line = ByteWriter(capacity: 64)
    line.append("one processor: there is no skew" as StaticString)
    return page.append("skew", line)
  }
  var index = 0
  while index < skews.count {
    var last = index
    while last + 1 < skews.count, skews[last + 1].processor == skews[last].processor + 1,
      let words = skews[last].outcome.words, let next = skews[last + 1].outcome.words,
      words.utf8Start == next.utf8Start
    { last += 1 }
    var line = ByteWriter(capacity: 96)
    line.append("processor " as StaticString)
    line.append(Int64(skews[index].processor))
    if last > index {
      line.append(byte: UInt8(ascii: "-"))
      line.append(Int64(skews[last].processor))
    }
    line.append(" against " as StaticString)
    line.append(Int64(base))
    line.append(": " as StaticString)
    line.append(skews[index].outcome)
    page.append(index == 0 ? "skew" : "", line)
    index = last + 1
  }
}

extension CounterSkew.Outcome {
  /// nil: it has figures.
  fileprivate var words: StaticString? {
    switch self {
    case .bounds, .inconsistent, .failed: nil
    case .offline: "offline"
    case .notAllowed: "not allowed to this process"
    case .skipped: "not measured: the time was over"
    }
  }
}

extension ByteWriter {
  fileprivate mutating func append(_ outcome: CounterSkew.Outcome) {
    switch outcome {
    case .bounds(let low, let high, let rounds):
      append(signed: low)
      append(" to " as StaticString)
      append(signed: high)
      append(", proven by " as StaticString)
      append(rounds)
      append(" exchanges" as StaticString)
    case .inconsistent(let rounds):
      append("no constant skew fits " as StaticString)
      append(rounds)
      append(" exchanges" as StaticString)
    case .failed(let code): append(systemError: code)
    case .offline, .notAllowed, .skipped: if let words = outcome.words { append(words) }
    }
  }

  /// "+37s +-75ns on REALTIME"
  fileprivate mutating func append(_ offset: ClockOffset) {
    append(signed: offset.middle)
    append(" +-" as StaticString)
    append(figure: max(offset.high - offset.middle, offset.middle - offset.low), .up)
    append(" on " as StaticString)
    append(offset.from)
  }

  /// "+25ns", "-1.2us", "0".
  mutating func append(signed length: Nanoseconds) {
    if length != .zero { append(byte: UInt8(ascii: length < .zero ? "-" : "+")) }
    append(figure: length)
  }
}

// MARK: The table

private func append(_ table: ClockTable, _ report: ClockReport, colour: Bool, to page: inout Page) {
  page.append("source", sourceLine(table, report), atMost: 3)
  if let combined = table.combined {
    var line = ByteWriter(capacity: 96)
    line.append("MONOTONIC_RAW (R), REALTIME, MONOTONIC and R together: " as StaticString)
    line.append(combined)
    page.append("reading", line)
  }
  page.append(line: ByteWriter(capacity: 1))
  page.append(line: head())
  for clock in table.clocks where clock.state != .absent { append(clock, colour: colour, to: &page) }
  appendAbsent(table, to: &page)
  for (index, reference) in table.references.enumerated() {
    append(reference, at: index, table, to: &page)
  }
}

private func sourceLine(_ table: ClockTable, _ report: ClockReport) -> ByteWriter {
  var line = ByteWriter(capacity: 160)
  if table.clocksource.utf8.isEmpty { line.append("unknown" as StaticString) }
  line.append(printable: table.clocksource)
  if report.available.count > 1 {
    line.append(" (of" as StaticString)
    for name in report.available {
      line.append(byte: 0x20)
      line.append(printable: name)
    }
    line.append(byte: UInt8(ascii: ")"))
  }
  if let reason = report.availableReason {
    line.append(" (available_clocksource: " as StaticString)
    line.append(reason)
    line.append(byte: UInt8(ascii: ")"))
  }
  if let changed = table.changedTo {
    line.append("; CHANGED to " as StaticString)
    line.append(printable: changed)
    line.append(" meanwhile" as StaticString)
  }
  guard let mode = table.mode, let cost = table.cost, let systemCall = table.systemCall else { return line }
  line.append("; " as StaticString)
  line.append(mode.sentence)
  line.append(", " as StaticString)
  line.append(figure: cost.median)
  line.append(" (a system call: " as StaticString)
  line.append(figure: systemCall.median)
  line.append(byte: UInt8(ascii: ")"))
  return line
}

extension ReadingMode {
  fileprivate var sentence: StaticString {
    switch self {
    case .vdso: "MONOTONIC is read in the vDSO"
    case .syscall: "MONOTONIC is read by a system call"
    case .unclear: "whether the vDSO reads it is not clear"
    }
  }
}

/// Columns before the rate.
private enum Column {
  static let name = 17
  static let pair = 15
  static let step = 8
}

private func head() -> ByteWriter {
  var line = ByteWriter(capacity: 80)
  line.append("clock            read           bracket        step    rate on R, ppm" as StaticString)
  return line
}

private func append(_ clock: ClockEntry, colour: Bool, to page: inout Page) {
  var line = ByteWriter(capacity: 128)
  let isBad = clock.state != .ok
  if isBad && colour { line.append("\u{1b}[31m" as StaticString) }
  let start = line.count
  line.append(printable: clock.name)
  let width = line.count - start
  if isBad && colour { line.append("\u{1b}[0m" as StaticString) }
  line.pad(times: max(1, Column.name - width))
  if clock.readings > 0 {
    line.cell(Column.pair) { if let cost = clock.cost { $0.append(pair: cost) } }
    line.cell(Column.pair) { if let bracket = clock.bracket { $0.append(pair: bracket) } }
    line.cell(Column.step) { if let step = clock.step { $0.append(figure: step) } }
    line.append(rateOf: clock)
  } else {
    line.append(clock.state.name)
  }
  page.append(line: line)
  for note in notes(clock) { page.append(" ", note, atMost: 2) }
}

extension ByteWriter {
  fileprivate mutating func cell(_ width: Int, _ write: (inout ByteWriter) -> Void) {
    let start = count
    write(&self)
    if count == start { append(byte: UInt8(ascii: "-")) }
    pad(times: max(1, width - (count - start)))
  }

  /// Least and median.
  fileprivate mutating func append(pair: Spread) {
    append(figure: pair.min)
    append(byte: UInt8(ascii: "/"))
    append(figure: pair.median)
  }

  fileprivate mutating func append(_ spread: Spread) {
    append(figure: spread.min)
    append(" min, " as StaticString)
    append(figure: spread.median)
    append(" median" as StaticString)
  }

  fileprivate mutating func append(rateOf clock: ClockEntry) {
    if let rate = clock.rate { return append(rate) }
    guard let frequency = clock.frequency else { return append(clock.state == .ok ? "-" : clock.state.name) }
    append(megahertz: frequency)
    if let error = clock.frequencyError {
      append(" +-" as StaticString)
      append(thousandths: error, .up)
      append(" ppm" as StaticString)
    }
  }

  fileprivate mutating func append(megahertz frequency: Double) {
    guard frequency >= 0, frequency < 9e15 else { return append(byte: UInt8(ascii: "-")) }
    let thousandths = UInt64(frequency / 1000 + 0.5)
    append(thousandths / 1000)
    append(byte: UInt8(ascii: "."))
    append(thousandths % 1000, digits: 3)
    append(" MHz" as StaticString)
  }
}

// MARK: What is said beside the figures

private func notes(_ clock: ClockEntry) -> [ByteWriter] {
  var notes: [ByteWriter] = []
  var line = ByteWriter(capacity: 160)
  line.append(clock.what)
  if !clock.label.utf8.isEmpty || !clock.driver.utf8.isEmpty {
    line.append(": " as StaticString)
    line.append(printable: clock.label)
    if !clock.driver.utf8.isEmpty {
      line.append(" by " as StaticString)
      line.append(printable: clock.driver)
    }
  }
  if let via = clock.via {
    line.append("; " as StaticString)
    line.append(via)
  }
  if clock.rate != nil, let frequency = clock.frequency {
    line.append("; " as StaticString)
    line.append(megahertz: frequency)
  }
  if let offset = clock.offset, clock.state != .implausible {
    line.append("; " as StaticString)
    line.append(offset)
  }
  notes.append(line)
  line = ByteWriter(capacity: 160)
  line.append(stateOf: clock)
  if let reason = clock.reason {
    if line.count > 0 { line.append(": " as StaticString) }
    line.append(reason)
  }
  if clock.backward > 0 {
    if line.count > 0 { line.append("; " as StaticString) }
    line.append("went BACK " as StaticString)
    line.append(count: clock.backward, "time", "times")
    if let most = clock.furthestBack {
      line.append(", by up to " as StaticString)
      line.append(figure: most)
    }
  }
  if line.count > 0 { notes.append(line) }
  return notes
}

private func appendAbsent(_ table: ClockTable, to page: inout Page) {
  var line = ByteWriter(capacity: 256)
  for clock in table.clocks where clock.state == .absent {
    if line.count > 0 { line.append("; " as StaticString) }
    line.append(printable: clock.name)
    if let reason = clock.reason, reason.code != ClockReason.notThere {
      line.append(" (" as StaticString)
      line.append(reason)
      line.append(byte: UInt8(ascii: ")"))
    }
  }
  if line.count > 0 { page.append("not here", line, atMost: 6) }
}

// MARK: References

private func append(_ reference: ClockReference, at index: Int, _ table: ClockTable, to page: inout Page) {
  page.append(line: ByteWriter(capacity: 1))
  var line = ByteWriter(capacity: 160)
  line.append("against " as StaticString)
  line.append(printable: reference.info.name)
  line.append(", " as StaticString)
  line.append(reference.good)
  line.append(" of " as StaticString)
  line.append(reference.sent)
  line.append(" queries answered" as StaticString)
  if let reason = reference.unknown {
    line.append(": " as StaticString)
    line.append(reason)
  } else if let rate = reference.rate {
    line.append(", itself " as StaticString)
    line.append(rate)
    line.append(" ppm on R" as StaticString)
  } else {
    line.append(", too few to rate it" as StaticString)
  }
  page.append(heading: printable(line), atMost: 3)
  for clock in table.clocks where index < clock.against.count {
    guard let rate = clock.against[index] else { continue }
    var row = ByteWriter(capacity: 80)
    row.cell(Column.name) { $0.append(printable: clock.name) }
    row.append(rate)
    row.append(" ppm" as StaticString)
    page.append(line: row)
  }
}

private func printable(_ line: ByteWriter) -> ByteWriter {
  var plain = ByteWriter(capacity: line.count)
  plain.append(printable: String(decoding: line.bytes, as: UTF8.self))
  return plain
}
