/// "eth0 10.0.0.7 -> 192.0.2.1, MTU 1500, kernel stamps both ways"; with the detail
/// "eth0 (virtio_net) 10.0.0.7 -> 192.0.2.1 via 10.0.0.1, ...".
func pathLine(_ summary: Summary, isDetailed: Bool) -> ByteWriter {
  var line = ByteWriter(capacity: 160)
  let reference = summary.reference
  line.append(printable: reference.interface)
  let link = isDetailed ? reference.link : nil
  if let driver = link?.driver, !driver.utf8.isEmpty, line.count > 0 {
    line.append(" (" as StaticString)
    line.append(printable: driver)
    line.append(byte: UInt8(ascii: ")"))
  }
  if !reference.source.utf8.isEmpty {
    if line.count > 0 { line.append(byte: 0x20) }
    line.append(printable: reference.source)
  }
  // The heading has the address where that is what the user gave.
  if !reference.address.utf8.isEmpty, !reference.address.utf8.elementsEqual(reference.name.utf8) {
    if line.count > 0 { line.append(byte: 0x20) }
    line.append("-> " as StaticString)
    line.append(printable: reference.address)
  }
  if reference.port != 123, reference.port != 0 {
    if line.count > 0 { line.append(byte: 0x20) }
    line.append("port " as StaticString)
    line.append(UInt64(reference.port))
  }
  if let gateway = link?.gateway, !gateway.utf8.isEmpty {
    if line.count > 0 { line.append(byte: 0x20) }
    line.append("via " as StaticString)
    line.append(printable: gateway)
  }
  if reference.mtu > 0 {
    if line.count > 0 { line.append(", " as StaticString) }
    line.append("MTU " as StaticString)
    line.append(reference.mtu)
  }
  guard summary.counts.good > 0, summary.recorded != .rawstats else { return line }
  if line.count > 0 { line.append(", " as StaticString) }
  let counts = summary.counts
  let out = StampShare(good: counts.good, kernel: counts.transmitKernel, hardware: counts.transmitHardware)
  let back = StampShare(good: counts.good, kernel: counts.receiveKernel, hardware: counts.receiveHardware)
  if let source = out.single, source == back.single {
    line.append(source.name)
    line.append(" stamps both ways" as StaticString)
  } else {
    line.append("stamps out " as StaticString)
    out.append(to: &line)
    line.append(", back " as StaticString)
    back.append(to: &line)
  }
  return line
}

/// Who stamped the packets of one direction.
private struct StampShare {
  var hardware: UInt64
  var kernel: UInt64
  var user: UInt64

  init(good: UInt64, kernel: UInt64, hardware: UInt64) {
    self.hardware = hardware
    self.kernel = kernel
    let others = kernel.addingReportingOverflow(hardware)
    user = others.overflow || others.partialValue > good ? 0 : good - others.partialValue
  }

  /// nil where several did.
  var single: StampSource? {
    switch (hardware > 0, kernel > 0, user > 0) {
    case (true, false, false): .hardware
    case (false, true, false): .kernel
    case (false, false, true): .user
    default: nil
    }
  }

  /// "kernel", or "248 kernel and 2 user".
  func append(to line: inout ByteWriter) {
    if let single { return line.append(single.name) }
    var isFirst = true
    let shares = [(hardware, StampSource.hardware), (kernel, .kernel), (user, .user)]
    for (count, source) in shares where count > 0 {
      if !isFirst { line.append(" and " as StaticString) }
      isFirst = false
      line.append(count)
      line.append(byte: 0x20)
      line.append(source.name)
    }
  }
}

/// "250 sent, 248 good, 1 lost, 1 rejected (bad-origin), 2s"
func queriesLine(_ summary: Summary) -> ByteWriter {
  var line = ByteWriter(capacity: 192)
  let counts = summary.counts
  line.append(counts.sent)
  // A log has no line for a query without a reply.
  let isWhole = summary.recorded ?? .timeprobe == .timeprobe
  line.append(isWhole ? " sent, " as StaticString : " recorded, ")
  line.append(counts.good)
  line.append(" good" as StaticString)
  append(counts.lost, " lost", to: &line)
  if counts.lost > 0 { appendLossDetail(counts, to: &line) }
  append(counts.rejected, " rejected", to: &line)
  let isExplained = counts.rejected > 0 && counts.checks.total == counts.rejected
  if isExplained {
    line.append(" (" as StaticString)
    append(counts.checks, to: &line)
    line.append(byte: UInt8(ascii: ")"))
  }
  line.append(", " as StaticString)
  line.append(figure: summary.duration)
  if !isExplained, counts.checks.total > 0 {
    line.append("; replies refused: " as StaticString)
    append(counts.checks, to: &line)
  }
  return line
}

private func append(_ count: UInt64, _ word: StaticString, to line: inout ByteWriter) {
  guard count > 0 else { return }
  line.append(", " as StaticString)
  line.append(count)
  line.append(word)
}

private func appendLossDetail(_ counts: QueryCounts, to line: inout ByteWriter) {
  let start = line.count
  func open(_ count: UInt64) {
    line.append(line.count == start ? " (" as StaticString : ", ")
    line.append(count)
    line.append(byte: 0x20)
  }
  if counts.icmp > 0 {
    open(counts.icmp)
    line.append("ICMP" as StaticString)
    if let name = counts.icmpName {
      line.append(byte: 0x20)
      line.append(name)
    }
  }
  if counts.sendFailed > 0 {
    open(counts.sendFailed)
    line.append("not sent: " as StaticString)
    line.append(systemError: counts.sendError)
  }
  if counts.abandoned > 0 {
    open(counts.abandoned)
    line.append("still open at the end" as StaticString)
  }
  if line.count > start { line.append(byte: UInt8(ascii: ")")) }
}

/// "bad-origin" where there is but one, else "3 bad-origin, 1 kiss".
private func append(_ checks: CheckCounts, to line: inout ByteWriter) {
  var isFirst = true
  for check in PacketCheck.allCases where checks[check] > 0 {
    if !isFirst { line.append(", " as StaticString) }
    isFirst = false
    if checks.total > 1 {
      line.append(UInt64(checks[check]))
      line.append(byte: 0x20)
    }
    line.append(check.name)
  }
}

/// "one query every 1s: 10 ms or more away, and no --rate-agreed"
func slowLine(_ slow: SlowReason, _ interval: Nanoseconds) -> ByteWriter {
  var line = ByteWriter(capacity: 128)
  line.append("to one query every " as StaticString)
  line.append(figure: interval)
  line.append(": " as StaticString)
  line.append(slow.words)
  return line
}

/// Offset, worst, delay and where, each where there is something to say.
func appendFigures(_ summary: Summary, to page: inout Page) {
  let offset = offsetLine(summary)
  if offset.count > 0 { page.append("offset", offset) }
  if let worst = summary.worst {
    var line = ByteWriter(capacity: 96)
    line.append(figure: worst, .up)
    line.append(" possible; longest unproven gap " as StaticString)
    line.append(figure: summary.longestGap, .up)
    page.append("worst", line)
  }
  if let delay = summary.delay {
    var line = ByteWriter(capacity: 96)
    line.append(figure: delay.min)
    line.append(" min, " as StaticString)
    line.append(figure: delay.median)
    line.append(" median, " as StaticString)
    line.append(figure: delay.p99)
    line.append(" p99" as StaticString)
    page.append("delay", line)
  }
  let stages = stagesLine(summary)
  if stages.count > 0 { page.append("where", stages) }
}

/// "14.2us behind (best); 77us ahead to 105us behind (proven)"
func offsetLine(_ summary: Summary) -> ByteWriter {
  var line = ByteWriter(capacity: 96)
  if let best = summary.best {
    line.append(offset: best)
    line.append(" (best)" as StaticString)
  }
  if let low = summary.boundLow, let high = summary.boundHigh {
    if line.count > 0 { line.append("; " as StaticString) }
    line.append(from: low, to: high)
    line.append(" (proven)" as StaticString)
  }
  return line
}

/// "tx 5us | out 115us | server 9us | back 116us | rx 33us"; without a theta of other exchanges out and
/// back are one.
private func stagesLine(_ summary: Summary) -> ByteWriter {
  var line = ByteWriter(capacity: 128)
  func append(_ name: StaticString, _ length: Nanoseconds?) {
    guard let length else { return }
    if line.count > 0 { line.append(" | " as StaticString) }
    line.append(name)
    line.append(byte: 0x20)
    if length < .zero { line.append(byte: UInt8(ascii: "-")) }
    line.append(figure: length)
  }
  append("tx", summary.localTransmit)
  if summary.out == nil, summary.back == nil, summary.localTransmit != nil {
    append("out and back", summary.delay?.median)
  }
  append("out", summary.out)
  append("server", summary.serverTime)
  append("back", summary.back)
  append("rx", summary.localReceive)
  return line
}

/// What must not go unsaid.
func appendNotes(_ summary: Summary, dropped: UInt64, to page: inout Page) {
  if summary.counts.torn > 0 {
    var line = ByteWriter(capacity: 128)
    line.append("the clock was stepped within " as StaticString)
    line.append(count: summary.counts.torn, "exchange", "exchanges")
    page.append("note", line)
  }
  if summary.inconsistencies > 0 {
    var line = ByteWriter(capacity: 128)
    line.append("the bounds contradicted each other " as StaticString)
    line.append(count: summary.inconsistencies, "time", "times")
    line.append(": the clock, the guest's counter or the reference jumped" as StaticString)
    page.append("note", line)
  }
  appendDropped(dropped, to: &page)
}

func appendDropped(_ dropped: UInt64, to page: inout Page) {
  guard dropped > 0 else { return }
  var line = ByteWriter(capacity: 64)
  line.append(count: dropped, "record was", "records were")
  line.append(" not written in time" as StaticString)
  page.append("note", line)
}
