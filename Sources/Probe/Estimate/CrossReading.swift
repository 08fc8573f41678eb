/// A clock that was read once between two readings of R. It may be of any unit: ns, or ticks of a counter.
public struct CrossReading: Equatable, Sendable {
  public var before: Instant<Raw>
  public var value: Int64
  public var after: Instant<Raw>

  public init(before: Instant<Raw>, value: Int64, after: Instant<Raw>) {
    self.before = before
    self.value = value
    self.after = after
  }

  /// How little is known of the moment: it lies somewhere in here.
  @inline(__always)
  public var bracket: Nanoseconds { after - before }

  @inline(__always)
  public var middle: Instant<Raw> { before + bracket.half }
}

/// How fast a clock runs against another, with what is proven of it. Positive = it gains.
public struct RateBound: Equatable, Sendable {
  /// Inside the bounds; not proven.
  public var best: Rate
  public var low: Rate
  public var high: Rate

  public init(best: Rate, low: Rate, high: Rate) {
    self.best = best
    self.low = low
    self.high = high
  }

  /// To either side of the best estimate the bounds leave no more open.
  public var uncertainty: Rate { max(high - best, best - low) }

  /// Of this clock against another, both being rated against R: (1 + x) / (1 + s) - 1.
  public func against(_ other: RateBound) -> RateBound {
    RateBound(
      best: Self.ratio(best, other.best), low: Self.ratio(low, other.high),
      high: Self.ratio(high, other.low))
  }

  private static func ratio(_ a: Rate, _ b: Rate) -> Rate {
    let (x, s) = (Double(a.partsPerTrillion) * 1e-12, Double(b.partsPerTrillion) * 1e-12)
    return Rate(fraction: (x - s) / (1 + s))
  }
}

extension Rate {
  /// 1 is a million ppm. Saturates.
  public init(fraction: Double) {
    let parts = fraction * 1e12
    if parts >= 9e18 {
      self.init(partsPerTrillion: .max)
    } else if parts <= -9e18 {
      self.init(partsPerTrillion: .min)
    } else {
      self.init(partsPerTrillion: parts == parts ? Int64(parts + (parts < 0 ? -0.5 : 0.5)) : 0)
    }
  }
}
