/// Several references: one line each, the worst first.
func appendTable(_ report: Report, _ limits: Limits, colour: Bool, to page: inout Page) {
  var heading = ByteWriter(capacity: 128)
  heading.append(printable: report.origin.probe)
  heading.append(" -> " as StaticString)
  heading.append(count: UInt64(report.summaries.count), "reference", "references")
  page.append(heading: heading)
  appendGuest(report, to: &page)
  page.append(
    Screen.label(report.verdict), overall(report, limits),
    colour: colour ? Screen.colour(report.verdict) : nil)
  page.append(line: ByteWriter(capacity: 0))
  page.append("", columns("reference", "offset (best)", "possible", "delay", "good/sent"))
  for summary in worstFirst(report.summaries) {
    let label = Screen.label(summary.verdict)
    let paint = colour ? Screen.colour(summary.verdict) : nil
    if summary.counts.good > 0 {
      page.append(label, row(summary), atMost: 1, colour: paint)
      guard summary.verdict != .ok else { continue }
      var why = ByteWriter(capacity: 128)
      why.pad(times: 2)
      why.append(verdictOf: summary, limits, timeout: report.hello.timeout)
      page.append("", why)
    } else {
      var line = ByteWriter(capacity: 160)
      line.append(cell: summary.reference.name, width: Column.name)
      line.append(verdictOf: summary, limits, timeout: report.hello.timeout)
      page.append(label, line, colour: paint)
    }
  }
  append(report.events, to: &page)
  if let replay = report.replay { appendMissing(replay, to: &page) }
  appendDropped(report.dropped, to: &page)
}

/// 71 columns beside the label.
private enum Column {
  static let name = 26
  static let offset = 16
  static let possible = 10
  static let delay = 9
}

/// Of equals the first given stays first.
func worstFirst(_ summaries: [Summary]) -> [Summary] {
  var sorted: [Summary] = []
  for severity in [3, 2, 1, 0] {
    for summary in summaries where summary.verdict.severity == severity { sorted.append(summary) }
  }
  return sorted
}

/// "1 critical, 3 unknown, 1 ok"
private func overall(_ report: Report, _ limits: Limits) -> ByteWriter {
  var line = ByteWriter(capacity: 96)
  if report.summaries.isEmpty { line.append("no reference" as StaticString) }
  if report.verdict == .ok {
    line.append("within " as StaticString)
    line.append(limit: limits.critical)
    line.append(", proven by all" as StaticString)
    return line
  }
  for verdict: Verdict in [.critical, .warning, .unknown, .ok] {
    let count = report.summaries.filter { $0.verdict == verdict }.count
    guard count > 0 else { continue }
    if line.count > 0 { line.append(", " as StaticString) }
    line.append(UInt64(count))
    line.append(byte: 0x20)
    line.append(verdict.name)
  }
  return line
}

private func columns(
  _ name: StaticString, _ offset: StaticString, _ possible: StaticString, _ delay: StaticString,
  _ good: StaticString
) -> ByteWriter {
  var line = ByteWriter(capacity: 80)
  line.append(cell: name.text, width: Column.name)
  line.append(cell: offset.text, width: Column.offset)
  line.append(cell: possible.text, width: Column.possible)
  line.append(cell: delay.text, width: Column.delay)
  line.append(good)
  return line
}

private func row(_ summary: Summary) -> ByteWriter {
  var line = ByteWriter(capacity: 96)
  line.append(cell: summary.reference.name, width: Column.name)
  append(width: Column.offset, to: &line) { cell in if let best = summary.best { cell.append(offset: best) } }
  append(width: Column.possible, to: &line) { cell in
    if let worst = summary.worst { cell.append(figure: worst, .up) }
  }
  append(width: Column.delay, to: &line) { cell in
    if let delay = summary.delay { cell.append(figure: delay.median) }
  }
  line.append(summary.counts.good)
  line.append(byte: UInt8(ascii: "/"))
  line.append(summary.counts.sent)
  return line
}

private func append(width: Int, to line: inout ByteWriter, _ write: (inout ByteWriter) -> Void) {
  let start = line.count
  write(&line)
  if line.count == start { line.append(byte: UInt8(ascii: "-")) }
  line.pad(times: max(1, width - (line.count - start)))
}

extension ByteWriter {
  /// Left-justified, at least one space behind it; a longer text ends in "..".
  fileprivate mutating func append(cell text: String, width: Int) {
    let start = count
    append(printable: text)
    if count - start >= width {
      truncate(to: start + width - 3)
      append(".." as StaticString)
    }
    pad(times: width - (count - start))
  }
}
