/// Events in plain words.
extension ByteWriter {
  /// "clock-step, set forward by 2.50ms", "guest-stall, 21.5ms, stopped".
  mutating func append(_ event: LocalEvent) {
    append(event.cause.name)
    append(", " as StaticString)
    let evidence = event.evidence
    switch event.cause {
    case .leapSecond where evidence.jump != nil: append(network: event)
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
    case .guestPause where evidence.jump != nil: append(network: event)
    case .guestPause:
      append(
        evidence.isVmclock
          ? "the host stopped or moved this guest: its vmclock page says so" as StaticString
          : "the host stopped this guest: its pvclock page says so" as StaticString)
    case .localTransmit, .localReceive, .pathOut, .pathBack, .pathBoth, .routeChange, .reference, .loss,
      .rateLimited, .rejected:
      append(network: event)
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

  private mutating func append(network event: LocalEvent) {
    let evidence = event.evidence
    if let jump = evidence.jump {
      if event.cause == .guestPause {
        append("this guest's counter lost " as StaticString)
      } else {
        append((jump > .zero ? "its clock jumped forward by " : "its clock jumped back by ") as StaticString)
      }
      append(figure: jump.magnitude)
    } else if let now = evidence.server, let before = evidence.serverBefore {
      append(change: before, now)
    } else if let slow = evidence.slow {
      var isFirst = true
      for stage in Stage.allCases where slow[stage] != .zero {
        if !isFirst { append(", " as StaticString) }
        isFirst = false
        append(stage.words)
        append(byte: 0x20)
        append(figure: slow[stage].magnitude)
        append((slow[stage] > .zero ? " longer" : " shorter again") as StaticString)
      }
    } else if let count = evidence.exchanges {
      append(count: count, "query", "queries")
      if let check = evidence.check {
        append(", " as StaticString)
        append(check.name)
      }
    }
  }

  /// "stratum 1 -> 3".
  private mutating func append(change before: ServerState, _ now: ServerState) {
    if before.stratum != now.stratum {
      append("stratum " as StaticString)
      append(UInt64(before.stratum))
      append(" -> " as StaticString)
      append(UInt64(now.stratum))
    } else if before.leap != now.leap {
      append("leap " as StaticString)
      append(UInt64(before.leap))
      append(" -> " as StaticString)
      append(UInt64(now.leap))
    } else if before.referenceID != now.referenceID {
      append("another source" as StaticString)
    } else {
      append("root distance " as StaticString)
      append(figure: before.rootDistance)
      append(" -> " as StaticString)
      append(figure: now.rootDistance)
    }
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

extension Stage {
  fileprivate var words: StaticString {
    switch self {
    case .localTransmit: "in this guest, going out,"
    case .out: "the way out"
    case .server: "the server"
    case .back: "the way back"
    case .localReceive: "in this guest, coming in,"
    }
  }
}
