/// The events of a burst: the gravest line by line, in the order of `Cause`, and the stalls in one line, because a
/// busy guest has many.
func append(_ log: EventLog, to page: inout Page) {
  let shown = gravest(log)
  for (index, event) in shown.enumerated() {
    var line = ByteWriter(capacity: 128)
    line.append(clockTime: event.known.realtime)
    line.append(byte: 0x20)
    if log.references.count > 1, let name = log.name(event) {
      line.append(printable: name)
      line.append(": " as StaticString)
    }
    line.append(event, steerers: log.steerers)
    page.append(index == 0 ? "event" : "", line, atMost: 3)
  }
  let hidden = log.total - log[.guestStall] - UInt64(shown.count)
  if hidden > 0 {
    var line = ByteWriter(capacity: 64)
    line.append(count: hidden, "more event", "more events")
    page.append("", line)
  }
  if let longest = log.longestStall { page.append("stalls", stallsLine(log[.guestStall], longest)) }
}

private func gravest(_ log: EventLog) -> [LocalEvent] {
  var shown: [LocalEvent] = []
  for cause in Cause.allCases where cause != .guestStall {
    for event in log.first where event.cause == cause && shown.count < Screen.events { shown.append(event) }
  }
  return shown
}

extension Screen {
  /// More than these leave no room for the plots.
  static let events = 2
}

/// "37, the longest 92.1ms (throttled)"
private func stallsLine(_ count: UInt64, _ longest: LocalEvent) -> ByteWriter {
  var line = ByteWriter(capacity: 128)
  line.append("this process did not run when it should have, " as StaticString)
  line.append(count: count, "time", "times")
  line.append(count == 1 ? ": " as StaticString : "; the longest: ")
  line.append(figure: longest.length ?? .zero)
  line.append(" (" as StaticString)
  line.append((longest.evidence.taker ?? .unknown).words)
  line.append(byte: UInt8(ascii: ")"))
  return line
}

extension Taker {
  /// For people who do not know the counters.
  fileprivate var words: StaticString {
    switch self {
    case .stopped: "stopped by a signal"
    case .throttled: "throttled by its cgroup"
    case .preempted: "other processes ran"
    case .stolen: "stolen by the host"
    case .unknown: "no counter says why"
    }
  }
}

extension ByteWriter {
  /// "12:00:03.412Z"
  mutating func append(clockTime moment: Instant<Realtime>) {
    let day: Int64 = 86_400_000_000_000
    let inDay = UInt64(((moment.nanoseconds % day) + day) % day) / 1_000_000
    append(inDay / 3_600_000, digits: 2)
    append(byte: UInt8(ascii: ":"))
    append(inDay / 60_000 % 60, digits: 2)
    append(byte: UInt8(ascii: ":"))
    append(inDay / 1000 % 60, digits: 2)
    append(byte: UInt8(ascii: "."))
    append(inDay % 1000, digits: 3)
    append(byte: UInt8(ascii: "Z"))
  }
}
