/// How often a reference may be asked (DESIGN section 1; RFC 8633 section 2, RFC 5905 section 7.4).
///
/// Below one second only towards loopback, private or link-local addresses whose delay floor is under 10 ms,
/// or where both sides agreed. The first three queries to any other address go out at one a second.
public struct Politeness: Sendable {
  public enum Reason: Sendable {
    /// Neither loopback, private nor link-local.
    case publicAddress
    /// Its delay floor is 10 ms or more.
    case farAway
    /// It sent the kiss code RATE.
    case rateLimited
    /// It has not answered yet, so that nobody knows how far it is.
    case unheard
  }

  public static let slow = Nanoseconds.seconds(1)
  public static let nearFloor = Nanoseconds.milliseconds(10)
  /// Replies before the floor is taken for one, and queries before an agreed rate is used.
  public static let first: UInt64 = 3

  public var scope: IPAddress.Scope
  public var rateAgreed: Bool
  public var wished: Nanoseconds
  /// Kiss codes RATE so far.
  public private(set) var kisses = 0

  public init(scope: IPAddress.Scope, rateAgreed: Bool, wished: Nanoseconds) {
    self.scope = scope
    self.rateAgreed = rateAgreed
    self.wished = wished
  }

  /// RFC 5905 section 7.4: the interval grows at once, and again with each further RATE.
  public mutating func rateLimited() { kisses = min(kisses + 1, 12) }

  /// The interval in force, and why it is longer than wished.
  /// - Parameters:
  ///   - sent: queries so far
  ///   - replies: good replies so far, and the least delay among them
  public func interval(sent: UInt64, replies: UInt64, floor: Nanoseconds) -> (Nanoseconds, Reason?) {
    if kisses > 0 { return (max(wished, Self.slow).scaled(by: 1 << Int64(kisses)), .rateLimited) }
    guard wished < Self.slow else { return (wished, nil) }
    if scope == .public {
      return rateAgreed && sent >= Self.first ? (wished, nil) : (Self.slow, .publicAddress)
    }
    if rateAgreed || floor < Self.nearFloor { return (wished, nil) }
    if replies >= Self.first { return (Self.slow, .farAway) }
    // How far it is takes an answer; loopback is near by its name.
    return sent >= Self.first && scope != .loopback ? (Self.slow, .unheard) : (wished, nil)
  }
}
