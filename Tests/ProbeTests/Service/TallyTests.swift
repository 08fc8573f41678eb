import Testing

@testable import Probe

@Suite struct TallyTests {
  private func tally(critical: Nanoseconds = .milliseconds(1), warning: Nanoseconds = .microseconds(500))
    -> Tally
  {
    Tally(
      Limits(warning: warning, critical: critical), span: .milliseconds(8), start: Instant(nanoseconds: 0))
  }

  /// Both legs alike, so that the offset is in the middle of what is proven.
  private func exchange(_ sent: Int64, offset: Int64, delay: Int64) -> Exchange {
    Scene.exchange(sent, sent + delay / 2 + offset, sent + delay / 2 + offset, sent + delay)
  }

  private func judge(
    _ tally: inout Tally, _ query: Query = .scene(), end: Int64 = ms(100)
  ) -> (Verdict, UnknownReason?) {
    let summary = tally.summary(Fixture.gps1, query, end: Instant(nanoseconds: end))
    return (summary.verdict, summary.unknown)
  }

  /// Ten exchanges 8 ms apart; offset and delay in us, warning limit in us, the critical one is 1 ms.
  @Test(
    arguments: [
      (0, 200, 500, .ok), (-300, 200, 500, .ok), (399, 200, 500, .ok),
      // Proven past warning, either sign.
      (650, 200, 500, .warning), (-650, 200, 500, .warning),
      // Not proven past anything, but the best estimate is past critical.
      (1200, 1000, 1000, .warning),
      (1200, 200, 500, .critical), (-1200, 200, 500, .critical), (90_000, 200, 500, .critical),
      // A reference too far away to prove it.
      (0, 4000, 500, .unknown),
    ] as [(Int64, Int64, Int64, Verdict)])
  func theVerdict(_ offset: Int64, _ delay: Int64, _ warning: Int64, _ verdict: Verdict) {
    var tally = tally(warning: .microseconds(warning))
    for index: Int64 in 0..<10 {
      _ = tally.add(exchange(ms(8 * index), offset: us(offset), delay: us(delay)))
    }
    let (found, unknown) = judge(&tally)
    #expect(found == verdict)
    #expect((unknown != nil) == (verdict == .unknown))
    if verdict == .unknown { #expect("\(unknown!)" == "coverage") }
  }

  /// One moment past the limit is enough, however long all was well before and after.
  @Test func oneMomentPastCriticalIsCritical() {
    var tally = tally()
    for index: Int64 in 0..<50 {
      let isOff = index == 25
      let stepped = isOff ? ms(2) : 0
      let sent = ms(8 * index)
      var exchange = exchange(sent, offset: 0, delay: us(200))
      exchange.sent = Scene.reading(sent, stepped: stepped)
      exchange.received = Scene.reading(sent + us(200), stepped: stepped)
      exchange.transmit = Scene.stamp(sent, stepped: stepped)
      exchange.receive = Scene.stamp(sent + us(200), stepped: stepped)
      _ = tally.add(exchange)
    }
    #expect(judge(&tally, end: ms(400)).0 == .critical)
  }

  /// What was lost, and why nothing is known; of several reasons the one that explains most.
  @Test(
    arguments: [
      ([], "noReply"), ([.timeout], "noReply"), ([.abandoned], "interrupted"),
      ([.abandoned, .timeout], "noReply"),
      ([.rejected], "unusable(Probe.PacketCheck.unsynchronized)"),
      ([.sendFailed(1), .timeout, .sendFailed(105)], "sendFailed(105)"),
      ([.sendFailed(1), .rejected], "sendFailed(1)"),
      ([.icmp("port-unreachable"), .sendFailed(1), .timeout], "refused(\"port-unreachable\")"),
      ([.rateLimited, .icmp("port-unreachable")], "rateLimited"),
      ([.timeout, .rateLimited, .denied, .rejected], "denied"),
    ] as [([LossReason], String)])
  func whyNothingIsKnown(_ reasons: [LossReason], _ why: String) {
    var tally = tally()
    for reason in reasons {
      var counts = CheckCounts()
      if reason == .rejected {
        counts.count(.times)
        counts.count(.unsynchronized)
        counts.count(.unsynchronized)
      }
      tally.add(
        Loss(
          query: 1, reason: reason, sent: Scene.reading(0), ended: Instant(nanoseconds: ms(50)),
          rejected: counts))
    }
    let (verdict, unknown) = judge(&tally)
    #expect(verdict == .unknown)
    #expect(unknown.map { "\($0)" } == why)
  }

  /// Replies to no open query are a reason too: somebody answers, but not us.
  @Test func straysAreAReason() {
    var query = Query.scene()
    query.send(1, 0)
    _ = query.reply(9, us(300))
    var tally = tally()
    #expect("\(judge(&tally, query).1!)" == "unusable(Probe.PacketCheck.origin)")
  }

  @Test func everyEndIsCountedOnce() {
    var tally = tally()
    let reasons: [LossReason] = [
      .timeout, .rejected, .rateLimited, .denied, .icmp("x"), .sendFailed(5), .abandoned,
    ]
    for reason in reasons {
      tally.add(
        Loss(
          query: 1, reason: reason, sent: Scene.reading(0), ended: Instant(nanoseconds: 0),
          rejected: CheckCounts()))
    }
    _ = tally.add(exchange(0, offset: 0, delay: us(200)))
    let counts = tally.counts
    #expect(counts.good + counts.lost + counts.rejected + counts.abandoned == 8)
    #expect(counts.good == 1 && counts.lost == 3 && counts.rejected == 3 && counts.abandoned == 1)
    #expect(counts.icmp == 1 && counts.sendFailed == 1 && counts.sendError == 5)
    #expect(counts.transmitKernel == 1 && counts.receiveKernel == 1 && counts.torn == 0)
  }

  /// The best estimate never leaves what is proven, and the bounds hold it at the end.
  @Test(arguments: 0..<10)
  func theBestEstimateIsInsideTheBounds(_ seed: Int) throws {
    var world = World(seed: 12_000 + UInt64(seed))
    var tally = tally(critical: .seconds(1))
    for index: Int64 in 0..<100 { _ = tally.add(world.exchange(ms(8 * index))) }
    let summary = tally.summary(Fixture.gps1, .scene(), end: Instant(nanoseconds: ms(808)))
    let best = try #require(summary.best)
    #expect(try #require(summary.boundLow) <= best && best <= (try #require(summary.boundHigh)))
    #expect(summary.inconsistencies == 0)
    #expect(try #require(summary.worst) >= best.magnitude)
  }

  /// The first sample after it says why the band began anew; of an exchange that was under way when R stood still
  /// only its lower bound is used, and it proves nothing.
  @Test func aSampleSaysThatTheBandBeganAnew() {
    var tally = tally(critical: .seconds(1))
    for index: Int64 in 0..<20 {
      #expect(tally.add(exchange(ms(8 * index), offset: 0, delay: us(200))).reset == nil)
    }
    tally.reset(.gap, from: Instant(nanoseconds: ms(160)), at: Instant(nanoseconds: ms(160) + us(100)))
    let torn = tally.add(exchange(ms(160), offset: us(700), delay: us(200)))
    #expect(torn.reset == .gap && torn.proven.source == .exchange)
    #expect(tally.band.low > .min && tally.band.high == .max)
    let next = tally.add(exchange(ms(168), offset: us(700), delay: us(200)))
    #expect(next.reset == nil && tally.band.isClosed && tally.band.contradictions == 0)
    // S is set by far more than the band is wide.
    let stepped = tally.add(exchange(ms(176), offset: ms(9), delay: us(200)))
    #expect(stepped.reset == .jump && stepped.proven.source == .exchange)
    #expect(tally.add(exchange(ms(184), offset: ms(9), delay: us(200))).reset == nil)
    #expect(tally.band.contradictions == 1 && tally.band.resets == 2)
  }

  /// Where others before it prove more than the exchange itself, the sample has that, and says so.
  @Test func aSlowExchangeIsNarrowedByTheBand() {
    var tally = tally()
    for index: Int64 in 0..<20 { _ = tally.add(exchange(ms(8 * index), offset: 0, delay: us(200))) }
    let slow = tally.add(exchange(ms(160), offset: 0, delay: ms(5)))
    #expect(slow.proven.source == .band)
    #expect(slow.proven.low > -.microseconds(110) && slow.proven.high < .microseconds(110))
    #expect(slow.bound.offsetHigh > .milliseconds(2))
  }
}
