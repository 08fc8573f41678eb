extension ByteWriter {
  mutating func append(stateOf clock: ClockEntry) {
    switch clock.state {
    case .ok, .absent: break
    case .frozen: append("FROZEN: it never moved" as StaticString)
    case .fast, .slow, .reversed: append(speedOf: clock)
    case .stepped:
      append("STEPPED by " as StaticString)
      if let jump = clock.jump { append(signed: jump) }
      append("; so it has no one rate" as StaticString)
    case .unsteady:
      append("UNSTEADY: no one rate fits" as StaticString)
      if let wander = clock.wander {
        append("; it strayed by up to " as StaticString)
        append(thousandths: wander, .up)
        append(" ppm" as StaticString)
      }
    case .implausible: append("NOT BELIEVED" as StaticString)
    case .unreadable: append("cannot be read" as StaticString)
    case .blocked: append("BLOCKED" as StaticString)
    }
  }

  /// "runs 2.50 times too fast", "runs 3000 ppm too fast".
  mutating func append(speedOf clock: ClockEntry) {
    guard let speed = clock.speed else { return }
    if speed <= 0 { return append("RUNS BACKWARDS" as StaticString) }
    append("RUNS " as StaticString)
    let factor = speed > 1 ? speed : 1 / speed
    if factor >= 1.1, factor < 1e9 {
      let hundredths = UInt64(factor * 100 + 0.5)
      append(hundredths / 100)
      append(byte: UInt8(ascii: "."))
      append(hundredths % 100, digits: 2)
      append(" times" as StaticString)
    } else if factor < 1e9 {
      append(UInt64((speed - 1).magnitude * 1e6 + 0.5))
      append(" ppm" as StaticString)
    } else {
      append("very much" as StaticString)
    }
    append(speed > 1 ? " too fast" as StaticString : " too slow" as StaticString)
  }

  /// "+20.001 +-0.081": the best estimate, and what the bounds leave open to either side. Where they leave more open
  /// than a clock may be off, an estimate would only mislead: "-7479 to +39286".
  mutating func append(_ rate: RateBound) {
    let mostSlow = Rate(partsPerTrillion: -ClockState.farOff.partsPerTrillion)
    if rate.uncertainty > ClockState.farOff, rate.low < ClockState.farOff, rate.high > mostSlow {
      append(whole: rate.low, .down)
      append(" to " as StaticString)
      return append(whole: rate.high, .up)
    }
    append(byte: UInt8(ascii: rate.best.partsPerTrillion <= -500 ? "-" : "+"))
    append(thousandths: rate.best, .nearest)
    append(" +-" as StaticString)
    append(thousandths: rate.uncertainty, .up)
  }

  /// ppm without a sign, with three decimals.
  mutating func append(thousandths rate: Rate, _ rounding: Rounding) {
    let (quotient, remainder) = rate.partsPerTrillion.magnitude.quotientAndRemainder(dividingBy: 1000)
    let isUp = rounding == .up ? remainder > 0 : remainder >= 500
    let thousandths = quotient + (isUp ? 1 : 0)
    append(thousandths / 1000)
    append(byte: UInt8(ascii: "."))
    append(thousandths % 1000, digits: 3)
  }

  /// Whole ppm with a sign, rounded outwards.
  private mutating func append(whole rate: Rate, _ side: Rounding) {
    let (quotient, remainder) = rate.partsPerTrillion.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    let isNegative = rate.partsPerTrillion < 0
    append(byte: UInt8(ascii: isNegative ? "-" : "+"))
    append(quotient + (remainder > 0 && (side == .up) != isNegative ? 1 : 0))
  }
}
