/// Events in plain words.
extension ByteWriter {
  /// "clock-step, set forward by 2.5ms (proven: C - M jumped); the reference did not move",
  /// "clock-slew, 12 ppm faster (+3.2 -> +15.2 ppm), away from the reference; chronyd steers here (proven: ...)".
  /// - Parameter steerers: programs that steer the clock here
  mutating func append(_ event: LocalEvent, steerers: [StaticString]) {
    append(seen: event, steerers)
    append(certaintyOf: event)
    if event.cause.isOfTheWay { append("; the clock did not move" as StaticString) }
    let held = event.evidence.held
    if event.evidence.jump == nil, held > 0 {
      append("; " as StaticString)
      if held == 1 {
        append("the reference" as StaticString)
      } else {
        append(UInt64(held))
        append(" references" as StaticString)
      }
      append(" did not move" as StaticString)
    }
  }

  private mutating func append(seen event: LocalEvent, _ steerers: [StaticString]) {
    append(event.cause.name)
    append(", " as StaticString)
    let evidence = event.evidence
    switch event.cause {
    case .leapSecond where evidence.jump != nil: append(network: event)
    case .clockStep, .leapSecond: append(setBy: event.size)
    case .clockSlew:
      append(slew: evidence, steerers)
    case .guestSuspend: append(figure: event.length ?? .zero)
    case .guestStall:
      append(figure: event.length ?? .zero)
      append(", " as StaticString)
      append((evidence.taker ?? .unknown).name)
    case .guestPause where evidence.jump != nil: append(network: event)
    case .guestPause:
      append(
        (evidence.isVmclock ? "the host stopped or moved this guest" : "the host stopped this guest")
          as StaticString)
    case .localTransmit, .localReceive, .pathOut, .pathBack, .pathBoth, .routeChange, .reference, .loss,
      .rateLimited, .rejected:
      append(network: event)
    case .clocksourceChange where evidence.jump != nil: append(network: event)
    case .clocksourceChange:
      if let before = evidence.clocksourceBefore, let now = evidence.clocksource {
        append(printable: before.text)
        append(" -> " as StaticString)
        append(printable: now.text)
      } else {
        append("another rate of the pvclock page" as StaticString)
      }
    }
  }

  /// What is proven, and by what; or what else fits.
  private mutating func append(certaintyOf event: LocalEvent) {
    append((event.certainty == .proven ? " (proven" : " (indicated") as StaticString)
    if let reason = event.reason {
      append(": " as StaticString)
      append(reason)
    }
    append(byte: UInt8(ascii: ")"))
    var isFirst = true
    for cause in Cause.allCases where event.also.contains(cause) {
      append((isFirst ? "; or " : ", ") as StaticString)
      isFirst = false
      append(cause.name)
    }
  }

  /// "12 ppm faster (+3.2 -> +15.2 ppm), away from the reference; chronyd steers here".
  private mutating func append(slew evidence: Evidence, _ steerers: [StaticString]) {
    let (before, now) = (evidence.rateBefore ?? .zero, evidence.rate ?? .zero)
    append(partsPerMillion: (now - before).magnitude)
    append((now > before ? " ppm faster (" : " ppm slower (") as StaticString)
    append((before < .zero ? "-" : "+") as StaticString)
    append(partsPerMillion: before.magnitude)
    append(" -> " as StaticString)
    append((now < .zero ? "-" : "+") as StaticString)
    append(partsPerMillion: now.magnitude)
    append(" ppm)" as StaticString)
    if let isToward = evidence.isToward {
      append((isToward ? ", toward the reference" : ", away from the reference") as StaticString)
    }
    for (index, name) in steerers.enumerated() {
      append((index == 0 ? "; " : ", ") as StaticString)
      append(name)
    }
    if !steerers.isEmpty { append((steerers.count == 1 ? " steers here" : " steer here") as StaticString) }
  }

  private mutating func append(network event: LocalEvent) {
    let evidence = event.evidence
    if let jump = evidence.jump {
      if evidence.isBend {
        append((event.cause == .clocksourceChange ? "the raw clock's" : "its clock's") as StaticString)
        append(" rate changed, or it jumped by " as StaticString)
      } else if event.cause == .guestPause {
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

  /// One decimal; without its sign.
  private mutating func append(partsPerMillion rate: Rate) {
    let tenths = (Nanoseconds(rate.partsPerTrillion).magnitude + Nanoseconds(50_000)).count / 100_000
    append(UInt64(tenths.magnitude / 10))
    append(byte: UInt8(ascii: "."))
    append(UInt64(tenths.magnitude % 10))
  }
}

extension Rate {
  fileprivate static var zero: Rate { Rate(partsPerTrillion: 0) }
}

extension LocalEvent {
  /// What proves it, or speaks for it.
  fileprivate var reason: StaticString? {
    let isProven = certainty == .proven
    switch cause {
    case .clockStep: return isProven ? "C - M jumped" : "the kernel said so"
    case .clockSlew: return isProven ? "M - R changed its rate" : "adjtimex says so"
    case .guestSuspend: return "BOOTTIME ran on"
    case .guestStall: return "a gap between two wake-ups"
    case .leapSecond: return "it was announced"
    case .clocksourceChange:
      return isProven ? evidence.isPvclock ? "its pvclock page" : "the kernel names it" : nil
    case .guestPause where evidence.isVmclock: return "its vmclock page says so"
    case .guestPause where evidence.isStopped: return "its pvclock page says so"
    case .guestPause: return isProven ? "other references jumped alike" : nil
    case .localTransmit, .localReceive: return isProven ? "the kernel's stamps" : nil
    case .pathOut, .pathBack, .pathBoth: return isProven ? "S - R cannot have moved so" : nil
    case .reference where isProven:
      if evidence.jump != nil, evidence.held > 0 { return "another reference held" }
      return evidence.slow == nil ? "its own fields" : "its own stamps"
    case .rateLimited, .rejected: return isProven ? "its own reply" : nil
    default: return nil
    }
  }
}

extension Cause {
  /// A packet was slow, and the offset that it shows is no clock's.
  fileprivate var isOfTheWay: Bool {
    switch self {
    case .localTransmit, .localReceive, .pathOut, .pathBack, .pathBoth: true
    default: false
    }
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
