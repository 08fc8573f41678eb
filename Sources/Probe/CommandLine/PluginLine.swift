/// One line as the Monitoring Plugins' guidelines have it: text, a bar, performance data in base units.
/// Several references stand in it, the worst first. The text has no bar and no line's end.
public func appendPluginLine(_ report: Report, to text: inout ByteWriter) {
  let limits = Limits(warning: report.hello.warning, critical: report.hello.critical)
  let summaries = worstFirst(report.summaries)
  text.append("TIMEPROBE " as StaticString)
  text.append(Screen.label(report.verdict))
  text.append(" - " as StaticString)
  if summaries.isEmpty { text.append("no reference" as StaticString) }
  for (index, summary) in summaries.enumerated() {
    if index > 0 { text.append("; " as StaticString) }
    let start = text.count
    text.append(printable: summary.reference.name)
    text.append(byte: 0x20)
    if let best = summary.best {
      text.append(offset: best)
      text.append(" (best), " as StaticString)
    }
    text.append(verdictOf: summary, limits, timeout: report.hello.timeout)
    text.replaceBars(from: start)
  }
  text.append(" |" as StaticString)
  for summary in summaries {
    appendPerformance(summary, limits, isOneOfSeveral: summaries.count > 1, to: &text)
  }
  text.append(byte: 0x0a)
}

/// What a plugin says when it could not even begin.
func appendPluginFailure(_ message: String, to text: inout ByteWriter) {
  text.append("TIMEPROBE UNKNOWN - " as StaticString)
  text.append(message)
  text.append(byte: 0x0a)
}

/// The metrics of one reference. A negative offset is a clock that is ahead, so the thresholds are ranges.
private func appendPerformance(
  _ summary: Summary, _ limits: Limits, isOneOfSeveral: Bool, to text: inout ByteWriter
) {
  func begin(_ name: StaticString) {
    text.append(byte: 0x20)
    if isOneOfSeveral {
      text.append(label: summary.reference.name)
      text.append(byte: UInt8(ascii: "_"))
    }
    text.append(name)
    text.append(byte: UInt8(ascii: "="))
  }
  func append(_ name: StaticString, _ length: Nanoseconds?) {
    begin(name)
    guard let length else { return text.append(byte: UInt8(ascii: "U")) }
    text.append(seconds: length.count)
    text.append(byte: UInt8(ascii: "s"))
  }
  append("offset", summary.best)
  for limit in [limits.warning, limits.critical] {
    text.append(byte: UInt8(ascii: ";"))
    text.append(shortSeconds: -limit)
    text.append(byte: UInt8(ascii: ":"))
    text.append(shortSeconds: limit)
  }
  append("bound_low", summary.boundLow)
  append("bound_high", summary.boundHigh)
  append("worst", summary.worst)
  text.append(";;;0" as StaticString)
  append("delay", summary.delay?.median)
  text.append(";;;0" as StaticString)
  begin("coverage")
  text.append(percent: summary.coverageCritical)
  text.append(";;;0;100" as StaticString)
  begin("loss")
  text.append(percent: summary.counts.lossShare)
  text.append(";;;0;100" as StaticString)
}

extension QueryCounts {
  /// Queries without a sample, in parts per million of those sent.
  fileprivate var lossShare: Int64 {
    guard sent > 0, good <= sent else { return sent > 0 ? 0 : 1_000_000 }
    let (quotient, _) = sent.dividingFullWidth((sent - good).multipliedFullWidth(by: 1_000_000))
    return Int64(quotient)
  }
}

extension ByteWriter {
  /// "-0.0005"
  fileprivate mutating func append(shortSeconds length: Nanoseconds) {
    append(seconds: length.count)
    while bytes.last == UInt8(ascii: "0") { truncate(to: count - 1) }
    if bytes.last == UInt8(ascii: ".") { truncate(to: count - 1) }
  }

  /// "99.9876%"
  fileprivate mutating func append(percent partsPerMillion: Int64) {
    let share = UInt64(max(partsPerMillion, 0))
    append(share / 10_000)
    append(byte: UInt8(ascii: "."))
    append(share % 10_000, digits: 4)
    append(byte: UInt8(ascii: "%"))
  }

  /// A label without quotes: no space, no equals sign, no quote (guidelines, "Performance data").
  fileprivate mutating func append(label name: String) {
    for byte in name.utf8 {
      let isSpecial = [UInt8(ascii: "="), UInt8(ascii: "'"), UInt8(ascii: "|"), UInt8(ascii: ";")].contains(
        byte)
      append(byte: (0x21...0x7e).contains(byte) && !isSpecial ? byte : UInt8(ascii: "_"))
    }
  }

  /// A bar would begin the performance data.
  fileprivate mutating func replaceBars(from start: Int) {
    let tail = Array(bytes[start...])
    truncate(to: start)
    for byte in tail { append(byte: byte == UInt8(ascii: "|") ? UInt8(ascii: "/") : byte) }
  }
}
