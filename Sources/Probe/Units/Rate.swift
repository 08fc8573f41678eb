/// How fast one clock runs against another. Unit: parts in 10^12 (0.000001 ppm).
/// Sign: positive = the first clock gains on the second.
public struct Rate: Comparable, Hashable, Sendable {
  public var partsPerTrillion: Int64

  public init(partsPerTrillion: Int64) { self.partsPerTrillion = partsPerTrillion }

  /// Saturates, as `Nanoseconds` does.
  public static func partsPerMillion(_ n: Int64) -> Rate {
    let (product, overflow) = n.multipliedReportingOverflow(by: 1_000_000)
    return Rate(partsPerTrillion: overflow ? (n < 0 ? .min : .max) : product)
  }

  public static func < (a: Rate, b: Rate) -> Bool { a.partsPerTrillion < b.partsPerTrillion }

  /// What this rate gains over a length, rounded away from zero: it serves as a bound.
  @_optimize(speed)
  public func over(_ length: Nanoseconds) -> Nanoseconds {
    let (short, overflow) = partsPerTrillion.multipliedReportingOverflow(by: length.count)
    if !overflow {
      // The usual case: 500 ppm of up to 18 s.
      let (quotient, remainder) = short.quotientAndRemainder(dividingBy: 1_000_000_000_000)
      return Nanoseconds(quotient + remainder.signum())
    }
    let (high, low) = partsPerTrillion.multipliedFullWidth(by: length.count)
    let negative = high < 0
    // |product| / 10^12, in 128 bits by hand: the standard library's Int128 division costs 20 KB.
    var lowMagnitude = low
    var highMagnitude = UInt64(bitPattern: high)
    if negative {
      lowMagnitude = ~low &+ 1
      highMagnitude = ~highMagnitude &+ (lowMagnitude == 0 ? 1 : 0)
    }
    let trillion: UInt64 = 1_000_000_000_000
    guard highMagnitude < trillion else { return negative ? .min : .max }
    let (quotient, remainder) = trillion.dividingFullWidth((highMagnitude, lowMagnitude))
    guard quotient <= UInt64(Int64.max) else { return negative ? .min : .max }
    let magnitude = quotient + (remainder == 0 ? 0 : 1)
    guard magnitude <= UInt64(Int64.max) else { return negative ? .min : .max }
    return Nanoseconds(negative ? -Int64(magnitude) : Int64(magnitude))
  }
}

extension Rate {
  /// The rate that gains this in a length above zero; saturates.
  public init(of gain: Nanoseconds, in length: Nanoseconds) {
    let trillion: Int64 = 1_000_000_000_000
    let (product, overflow) = gain.count.multipliedReportingOverflow(by: trillion)
    if !overflow {
      self.init(partsPerTrillion: product / length.count)
      return
    }
    // More than 9 ms gained: whole parts per million are fine enough.
    let (coarse, tooMuch) = gain.count.multipliedReportingOverflow(by: 1_000_000)
    if tooMuch {
      self.init(partsPerTrillion: gain.count < 0 ? .min : .max)
    } else {
      self = .partsPerMillion(coarse / length.count)
    }
  }

  public static func + (a: Rate, b: Rate) -> Rate {
    Rate(partsPerTrillion: (Nanoseconds(a.partsPerTrillion) + Nanoseconds(b.partsPerTrillion)).count)
  }

  public static func - (a: Rate, b: Rate) -> Rate {
    Rate(partsPerTrillion: (Nanoseconds(a.partsPerTrillion) - Nanoseconds(b.partsPerTrillion)).count)
  }

  public var magnitude: Rate { Rate(partsPerTrillion: Nanoseconds(partsPerTrillion).magnitude.count) }
}
