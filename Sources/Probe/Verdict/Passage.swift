/// A part of an exchange's way (DESIGN section 2, "Where a delay arose").
public enum Stage: Int, CaseIterable, Sendable {
  /// From the call to the kernel's transmit stamp.
  case localTransmit
  /// To the server's receive stamp.
  case out
  /// T3 - T2.
  case server
  /// From T3 to the kernel's receive stamp.
  case back
  /// From there until this process had it.
  case localReceive
}

/// Stages, as a set.
public struct Stages: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public init(_ stage: Stage) { rawValue = 1 << UInt8(stage.rawValue) }
}

/// What an exchange tells of its way, on the guest's own time line.
public struct Passage: Sendable {
  /// Just before the send, and just after the receive.
  public var from: Instant<Raw>
  public var to: Instant<Raw>
  public var known: LocalReading
  /// T4 on R: what is later happened in this guest.
  public var arrived: Instant<Raw>
  /// By how much a leg outside of this guest is surely longer than its floor: its bound's distance to the band of the
  /// exchanges before, less what both stamps may err by. nil: there was no band.
  public var out: Nanoseconds?
  public var back: Nanoseconds?
  /// What was taken off those for a stamp that was laid onto R from afar: of a wake-up that came late a lot, and all of it unlikely.
  public var outSlack = Nanoseconds.zero
  public var backSlack = Nanoseconds.zero
  /// By how much the band's own low and high bound moved inwards by this exchange.
  public var raised = Nanoseconds.zero
  public var lowered = Nanoseconds.zero
  /// By how much they moved outwards, because what made them so narrow is too old.
  public var loosenedLow = Nanoseconds.zero
  public var loosenedHigh = Nanoseconds.zero
  /// How wide the band is with this exchange: a smaller jump does not contradict it.
  public var width = Nanoseconds.zero
  /// nil: no stamp but this process's own.
  public var localTransmit: Nanoseconds?
  public var localReceive: Nanoseconds?
  public var server: Nanoseconds

  /// - Parameters:
  ///   - before: the band of the exchanges before, at R4; nil: it was open, or begins anew with this exchange
  ///   - after: the band with this exchange
  public init(
    _ exchange: Exchange, _ bound: Bound, before: (low: Nanoseconds, high: Nanoseconds)?,
    after: (low: Nanoseconds, high: Nanoseconds)
  ) {
    from = exchange.sent.rawBefore
    to = exchange.received.rawAfter
    known = exchange.received
    arrived = bound.arrived
    server = exchange.serverTime
    if exchange.hasLocalTransmit { localTransmit = exchange.localTransmit }
    if exchange.hasLocalReceive { localReceive = exchange.localReceive }
    width = after.high - after.low
    guard let before else { return }
    let terms = bound.terms
    let always = terms.stamps + terms.precision + terms.tear
    // The band stands at R4, the leg out began at R1.
    let drift = Assumption.largestDrift.over(bound.arrived - bound.departed)
    out = bound.high - before.high - drift - (always + terms.mapTransmit).scaled(by: 2)
    back = before.low - bound.low - (always + terms.mapReceive).scaled(by: 2)
    outSlack = terms.mapTransmit
    backSlack = terms.mapReceive
    raised = max(after.low - before.low, .zero)
    lowered = max(before.high - after.high, .zero)
    loosenedLow = max(before.low - after.low, .zero)
    loosenedHigh = max(after.high - before.high, .zero)
  }
}
