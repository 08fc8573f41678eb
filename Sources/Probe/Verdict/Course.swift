/// Where C stands against a reference, and which way it drifts.
public struct Course: Sendable {
  /// S - C is between them, proven.
  public var low: Nanoseconds
  public var high: Nanoseconds
  /// S against R; positive = S gains. True to +- `error`, or about so.
  public var rate: Rate
  public var error: Rate

  public init(low: Nanoseconds, high: Nanoseconds, rate: Rate, error: Rate) {
    (self.low, self.high, self.rate, self.error) = (low, high, rate, error)
  }

  /// Whether a clock that runs against R at this rate from now on comes nearer to S. nil: it nearly keeps its distance, or
  /// that cannot be told yet.
  func leadsToward(_ own: Rate) -> Bool? {
    let net = rate - own
    guard net.magnitude >= error + SlewWatch.threshold else { return nil }
    if low > .zero { return net < Rate(partsPerTrillion: 0) }
    if high < .zero { return net > Rate(partsPerTrillion: 0) }
    // On whichever side it is: within a second it has left what is proven now.
    return net.magnitude.over(.seconds(1)) > high - low ? false : nil
  }
}

extension LocalEvent {
  /// Of a slew, whether it led toward the references: where those that can tell agree.
  public mutating func look(at courses: [Course]) {
    guard cause == .clockSlew, let rate = evidence.rate else { return }
    var told: Bool?
    for course in courses {
      guard let one = course.leadsToward(rate) else { continue }
      if told != nil && told != one { return }
      told = one
    }
    evidence.isToward = told
  }
}
