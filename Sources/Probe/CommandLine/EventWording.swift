/// Events in plain words.
extension ByteWriter {
  /// "clock-step, set forward by 2.50ms", "guest-stall, 21.5ms, stopped".
  mutating func append(_ event: LocalEvent) {
    append(event.cause.name)
    append(", " as StaticString)
    let evidence = event.evidence
    switch event.cause {
    case .clockStep, .leapSecond: append(setBy: event.size)
    case .clockSlew:
      append("rate " as StaticString)
      append(partsPerMillion: evidence.rateBefore)
      append(" -> " as StaticString)
      append(partsPerMillion: evidence.rate)
      append(" ppm" as StaticString)
    case .guestSuspend: append(figure: event.length ?? .zero)
    case .guestStall:
      append(figure: event.length ?? .zero)
      append(", " as StaticString)
      append((evidence.taker ?? .unknown).name)
    case .guestPause:
      append(
        evidence.isVmclock
          ? "the host stopped or moved this guest: its vmclock page says so" as StaticString
          : "the host stopped this guest: its pvclock page says so" as StaticString)
    case .clocksourceChange:
      if let before = evidence.clocksourceBefore, let now = evidence.clocksource {
        append(printable: before.text)
        append(" -> " as StaticString)
        append(printable: now.text)
      } else {
        append("another rate of the pvclock page" as StaticString)
      }
    }
    if event.certainty == .indicated { append(" (indicated)" as StaticString) }
  }

  private mutating func append(setBy size: Nanoseconds?) {
    guard let size else {
      append("set and set back: its size is unknown" as StaticString)
      return
    }
    append((size > .zero ? "set back by " : "set forward by ") as StaticString)
    append(figure: size.magnitude)
  }

  /// One decimal.
  private mutating func append(partsPerMillion rate: Rate?) {
    let tenths = (rate ?? Rate(partsPerTrillion: 0)).partsPerTrillion / 100_000
    append((tenths < 0 ? "-" : "+") as StaticString)
    append(UInt64(tenths.magnitude / 10))
    append(byte: UInt8(ascii: "."))
    append(UInt64(tenths.magnitude % 10))
  }
}
