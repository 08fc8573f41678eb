/// Which proof the bounds of S - C come from.
public enum BoundSource: Sendable {
  case exchange
  case band

  public var name: StaticString {
    switch self {
    case .exchange: "exchange"
    case .band: "band"
    }
  }
}

/// What is proven of S - C at an exchange's R4, by the band and by the exchange alone: both hold, so that both
/// together do. Positive = the local clock is behind.
public struct ProvenOffset: Equatable, Sendable {
  public private(set) var low: Nanoseconds
  public private(set) var high: Nanoseconds
  /// `band` where it is narrower on either side.
  public private(set) var source = BoundSource.exchange

  /// - Parameter band: with this exchange in it
  @_optimize(speed)
  public init(_ bound: Bound, _ band: Band) {
    (low, high) = (bound.offsetLow, bound.offsetHigh)
    guard band.reaches(bound.departed), band.isClosed else { return }
    let g = band.bounds(at: bound.arrived)
    // C - R is known to this at R4; the exchange's own lower bound needs no mapping. Where C is slewed down by s, R runs
    // s / (1 - s) of C's time further: 111 728 ppm for 100 500, so that R4 may be earlier by an eighth more.
    let error = bound.terms.mapReceive
    let early = error + Nanoseconds(error.count / 8 + 1)
    let (lowest, highest) = (g.low - bound.realtimeOverRaw - early, g.high - bound.realtimeOverRaw + error)
    // Of an exchange that contradicts itself only the band is left.
    let isOwn = low <= high
    let both = isOwn ? (low: max(low, lowest), high: min(high, highest)) : (low: lowest, high: highest)
    // Nothing fits both: one that was overtaken by what made the band begin anew.
    guard both.low <= both.high, both != (low, high) else { return }
    (low, high) = both
    source = .band
  }
}
