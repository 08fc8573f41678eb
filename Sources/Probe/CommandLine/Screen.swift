/// The lines that a burst leaves on a terminal: at most 80 columns, and for one reference at most 24 lines.
public func appendScreen(_ report: Report, colour: Bool, to text: inout ByteWriter) {
  let limits = Limits(warning: report.hello.warning, critical: report.hello.critical)
  var page = Page()
  if report.summaries.count == 1, let summary = report.summaries.first {
    appendReference(summary, report, limits, colour: colour, to: &page)
  } else {
    appendTable(report, limits, colour: colour, to: &page)
  }
  text.append(page.text.bytes)
}

enum Screen {
  static let lines = 24
  static let offsetRows = 5
  static let delayRows = 3

  /// The least first: room for the plots is what the words leave.
  static let plotLines = 1 + offsetRows + delayRows + 1

  static func label(_ verdict: Verdict) -> StaticString {
    switch verdict {
    case .ok: "OK"
    case .warning: "WARNING"
    case .critical: "CRITICAL"
    case .unknown: "UNKNOWN"
    }
  }

  /// SGR parameters (ECMA-48 section 8.3.117): bold and green, yellow, red, magenta.
  static func colour(_ verdict: Verdict) -> StaticString {
    switch verdict {
    case .ok: "1;32"
    case .warning: "1;33"
    case .critical: "1;31"
    case .unknown: "1;35"
    }
  }
}

private func appendReference(
  _ summary: Summary, _ report: Report, _ limits: Limits, colour: Bool, to page: inout Page
) {
  page.append(heading: heading(summary, report))
  appendGuest(report, to: &page)
  var path = pathLine(summary, isDetailed: true)
  if path.count > Page.width - Page.indent { path = pathLine(summary, isDetailed: false) }
  if path.count > 0 { page.append("path", path, atMost: 3) }
  if summary.counts.sent > 0 { page.append("queries", queriesLine(summary)) }
  if let slow = summary.slow { page.append("slowed", slowLine(slow, summary.interval)) }
  var verdict = ByteWriter(capacity: 128)
  verdict.append(verdictOf: summary, limits, timeout: report.hello.timeout)
  page.append(
    Screen.label(summary.verdict), verdict, colour: colour ? Screen.colour(summary.verdict) : nil)
  appendFigures(summary, to: &page)
  appendNotes(summary, dropped: report.dropped, to: &page)
  append(report.events, to: &page)
  if let replay = report.replay { appendMissing(replay, to: &page) }
  guard Screen.lines - page.lines >= Screen.plotLines, let offsets = summary.offsetOverTime,
    let delays = summary.delayOverTime
  else { return }
  let (upper, lower) = (Plot(offsets), Plot(delays))
  guard !upper.isEmpty, !lower.isEmpty, summary.counts.good > 1 else { return }
  page.append(line: ByteWriter(capacity: 0))
  upper.append(rows: Screen.offsetRows, name: "offset", isOffset: true, to: &page)
  lower.append(rows: Screen.delayRows, name: "delay", isOffset: false, to: &page)
  Plot.appendAxis(offsets.span.scaled(by: Int64(offsets.used)), to: &page)
}

/// "vm7 -> 10.0.0.1  GPS, stratum 1, root distance 15us, leap none"
private func heading(_ summary: Summary, _ report: Report) -> ByteWriter {
  var line = ByteWriter(capacity: 160)
  line.append(printable: report.origin.probe)
  line.append(" -> " as StaticString)
  line.append(printable: summary.reference.name)
  guard let server = summary.server else { return line }
  line.append("  " as StaticString)
  var id: [UInt8] = []
  server.referenceID.append(to: &id, stratum: server.stratum)
  line.append(printable: String(decoding: id, as: UTF8.self))
  line.append(", stratum " as StaticString)
  line.append(UInt64(server.stratum))
  line.append(", root distance " as StaticString)
  line.append(figure: server.rootDistance, .up)
  line.append(", leap " as StaticString)
  // RFC 5905 figure 9.
  line.append(["none", "+1s", "-1s", "unknown"][Int(server.leap & 3)] as StaticString)
  return line
}

func appendGuest(_ report: Report, to page: inout Page) {
  if let replay = report.replay { append(replay, to: &page) }
  // Of a log nobody knows the guest.
  if report.replay != nil, report.hello.kernel.utf8.isEmpty { return }
  var line = ByteWriter(capacity: 128)
  let hello = report.hello
  if !hello.host.utf8.elementsEqual(report.origin.probe.utf8), !hello.host.utf8.isEmpty {
    line.append("host " as StaticString)
    line.append(printable: hello.host)
    line.append(", " as StaticString)
  }
  if let guest = hello.guest {
    line.append(placeOf: guest)
  } else {
    line.append("kernel " as StaticString)
    line.append(printable: hello.kernel.utf8.isEmpty ? "unknown" : hello.kernel)
  }
  line.append(", clocksource " as StaticString)
  if let clocksource = hello.clocksource {
    line.append(printable: clocksource)
  } else {
    line.append("unknown" as StaticString)
  }
  if let guest = hello.guest {
    line.append(", " as StaticString)
    line.append(steererOf: guest.steering)
  }
  page.append("guest", line)
  if let guest = hello.guest { appendWarnings(guest, to: &page) }
}
