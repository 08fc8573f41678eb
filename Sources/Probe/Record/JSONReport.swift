/// `--format json`: the whole burst as one object of kind `burst`. docs/records.md describes each key.
extension ByteWriter {
  public mutating func json(_ report: Report) {
    beginRecord(report.replay == nil ? "burst" : "replay", report.origin)
    moment(of: report.hello.header)
    members(of: report.hello)
    if let replay = report.replay { members(of: replay) }
    member("verdict", word: report.verdict.name)
    // Bad lines come before the verdict (sysexits.h, EX_DATAERR).
    let isBad = (report.replay?.problems.total ?? 0) > 0
    member("exit", isBad ? 65 : UInt64(report.verdict.rawValue))
    member("dropped", report.dropped)
    events(report.events)
    openArray("references")
    for summary in report.summaries {
      openObject()
      members(of: summary)
      closeObject()
    }
    closeArray()
    endRecord()
  }

  private mutating func members(of summary: Summary) {
    members(of: summary.reference)
    if let recorded = summary.recorded { member("recorded", word: recorded.name) }
    member("verdict", word: summary.verdict.name)
    if let reason = summary.unknown {
      member("unknown", word: reason.name)
      member("unknown_text") { $0.append(reason) }
    }
    member("duration_ns", summary.duration)
    member("interval_ns", summary.interval)
    if let slow = summary.slow { member("slow", word: slow.name) }
    if let server = summary.server {
      openObject("server")
      members(of: server)
      member("root_distance_ns", server.rootDistance)
      closeObject()
    }
    counts(summary.counts, hasStamps: summary.recorded != .rawstats)
    member("coverage", partsPerMillion: summary.coverageCritical)
    member("coverage_warning", partsPerMillion: summary.coverageWarning)
    member("unproven_ns", summary.longestGap)
    member("inconsistencies", summary.inconsistencies)
    offset(of: summary)
    if let delay = summary.delay { distribution("delay", delay) }
    stages(of: summary)
    if let window = summary.window {
      openObject("window")
      members(of: window)
      closeObject()
    }
    plot(of: summary)
  }

  private mutating func counts(_ counts: QueryCounts, hasStamps: Bool) {
    openObject("queries")
    member("sent", counts.sent)
    member("good", counts.good)
    member("lost", counts.lost)
    member("rejected", counts.rejected)
    member("rate_limited", counts.rateLimited)
    member("denied", counts.denied)
    member("icmp", counts.icmp)
    if let name = counts.icmpName { member("icmp_name", word: name) }
    member("send_failed", counts.sendFailed)
    if counts.sendError != 0 { member("errno", Int64(counts.sendError)) }
    member("abandoned", counts.abandoned)
    member("torn", counts.torn)
    closeObject()
    checks("checks", counts.checks)
    guard hasStamps else { return }
    stamps("tx", of: counts.good, kernel: counts.transmitKernel, hardware: counts.transmitHardware)
    stamps("rx", of: counts.good, kernel: counts.receiveKernel, hardware: counts.receiveHardware)
  }

  /// How many of the good queries had each kind of stamp: what is neither the kernel's nor the card's is ours.
  private mutating func stamps(_ key: StaticString, of good: UInt64, kernel: UInt64, hardware: UInt64) {
    openObject(key)
    let (better, overflow) = kernel.addingReportingOverflow(hardware)
    member("user", overflow || better > good ? 0 : good - better)
    member("kernel", kernel)
    member("hardware", hardware)
    closeObject()
  }

  private mutating func offset(of summary: Summary) {
    guard summary.best != nil || summary.boundLow != nil || summary.offset != nil else { return }
    openObject("offset")
    member("best_ns", summary.best)
    member("bound_low_ns", summary.boundLow)
    member("bound_high_ns", summary.boundHigh)
    member("worst_ns", summary.worst)
    if let offset = summary.offset { members(of: offset) }
    closeObject()
  }

  mutating func distribution(_ key: StaticString, _ distribution: Distribution) {
    openObject(key)
    members(of: distribution)
    closeObject()
  }

  private mutating func members(of distribution: Distribution) {
    member("min_ns", distribution.min)
    member("median_ns", distribution.median)
    member("p99_ns", distribution.p99)
    member("max_ns", distribution.max)
  }

  private mutating func stages(of summary: Summary) {
    let stages = [
      summary.localTransmit, summary.out, summary.serverTime, summary.back, summary.localReceive,
    ]
    guard stages.contains(where: { $0 != nil }) else { return }
    openObject("stages_ns")
    member("local_tx", stages[0])
    member("out", stages[1])
    member("server", stages[2])
    member("back", stages[3])
    member("local_rx", stages[4])
    closeObject()
  }
}

extension ByteWriter {
  private mutating func plot(of summary: Summary) {
    guard summary.offsetOverTime != nil || summary.delayOverTime != nil else { return }
    openObject("plot")
    if let offset = summary.offsetOverTime { envelope("offset", offset) }
    if let delay = summary.delayOverTime { envelope("delay", delay) }
    closeObject()
  }

  /// Columns in compact arrays; null where a column had no sample.
  private mutating func envelope(_ key: StaticString, _ envelope: Envelope) {
    openObject(key)
    if let start = envelope.start { member("from_raw", seconds: start) }
    member("column_ns", envelope.span)
    column("low_ns", envelope) { $0.low }
    column("high_ns", envelope) { $0.high }
    closeObject()
  }

  private mutating func column(
    _ key: StaticString, _ envelope: Envelope, _ value: (Envelope.Column) -> Nanoseconds
  ) {
    openArray(key)
    for column in envelope.columns.prefix(envelope.used) {
      separate()
      if column.isEmpty {
        append("null" as StaticString)
      } else {
        append(value(column).count)
      }
    }
    closeArray()
  }

  /// A share as a number from 0 to 1 with six decimals.
  mutating func member(_ key: StaticString, partsPerMillion share: Int64) {
    let millionths = UInt64(Swift.min(Swift.max(0, share), 1_000_000))
    member(key, millionths / 1_000_000)
    append(byte: UInt8(ascii: "."))
    append(millionths % 1_000_000, digits: 6)
  }
}
