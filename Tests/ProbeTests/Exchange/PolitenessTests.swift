import Testing

@testable import Probe

/// DESIGN section 1: "Polite".
@Suite struct PolitenessTests {
  struct Case: Sendable {
    var scope: IPAddress.Scope
    var agreed = false
    var wished = Nanoseconds.milliseconds(8)
    var sent: UInt64 = 0
    var replies: UInt64 = 0
    var floor = Nanoseconds.max
    var interval: Nanoseconds
    var reason: Politeness.Reason?
  }

  @Test(arguments: [
    Case(scope: .loopback, interval: .milliseconds(8)),
    Case(scope: .privateUse, interval: .milliseconds(8)),
    Case(scope: .linkLocal, interval: .milliseconds(8)),
    Case(scope: .public, interval: .seconds(1), reason: .publicAddress),
    Case(scope: .public, wished: .seconds(4), interval: .seconds(4)),
    Case(scope: .public, wished: .seconds(1), interval: .seconds(1)),
    Case(scope: .public, wished: Nanoseconds(999_999_999), interval: .seconds(1), reason: .publicAddress),
    // Agreed: the first three still go out at one a second.
    Case(scope: .public, agreed: true, sent: 2, interval: .seconds(1), reason: .publicAddress),
    Case(scope: .public, agreed: true, sent: 3, interval: .milliseconds(8)),
    Case(scope: .privateUse, agreed: true, sent: 0, interval: .milliseconds(8)),
    // A floor counts from the third reply on.
    Case(scope: .privateUse, replies: 2, floor: .milliseconds(10), interval: .milliseconds(8)),
    Case(scope: .privateUse, replies: 3, floor: .milliseconds(10), interval: .seconds(1), reason: .farAway),
    Case(scope: .privateUse, replies: 3, floor: Nanoseconds(9_999_999), interval: .milliseconds(8)),
    Case(scope: .loopback, replies: 3, floor: .seconds(1), interval: .seconds(1), reason: .farAway),
    Case(scope: .privateUse, agreed: true, replies: 9, floor: .seconds(1), interval: .milliseconds(8)),
    // A public address is no nearer for a short delay.
    Case(
      scope: .public, sent: 9, replies: 9, floor: Nanoseconds(1), interval: .seconds(1),
      reason: .publicAddress),
  ])
  func theIntervalInForce(_ given: Case) {
    let politeness = Politeness(scope: given.scope, rateAgreed: given.agreed, wished: given.wished)
    let (interval, reason) = politeness.interval(sent: given.sent, replies: given.replies, floor: given.floor)
    #expect(interval == given.interval)
    #expect(reason == given.reason)
  }

  /// RFC 5905 section 7.4; whoever agreed to a rate has taken it back by this.
  @Test(arguments: [(8, 1000), (1000, 1000), (3000, 3000)] as [(Int64, Int64)])
  func eachRateDoublesTheInterval(_ wished: Int64, _ base: Int64) {
    var politeness = Politeness(scope: .loopback, rateAgreed: true, wished: .milliseconds(wished))
    var expected = base
    for kiss in 1...20 {
      politeness.rateLimited()
      if kiss <= 12 { expected *= 2 }
      let (interval, reason) = politeness.interval(sent: 9, replies: 9, floor: .zero)
      #expect(interval == .milliseconds(expected))
      #expect(reason == .rateLimited)
    }
  }
}
