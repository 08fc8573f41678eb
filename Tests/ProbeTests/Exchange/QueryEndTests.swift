import Testing

@testable import Probe

/// How queries end, and what is no answer to any of them.
@Suite struct QueryEndTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  @Test func duplicateLateAndForgedRepliesAreToldApart() {
    var query = Query.scene()
    query.send(1, 0)
    _ = query.stamp(1, us(5))
    #expect(query.reply(1, us(300))?.exchange != nil)
    #expect(query.reply(1, us(310)) == nil)
    query.send(2, ms(8))
    #expect(query.expire(at(ms(108)))?.loss?.reason == .timeout)
    #expect(query.reply(2, ms(109)) == nil)
    #expect(query.reply(77, ms(110)) == nil)
    #expect(query.stray[.duplicate] == 1 && query.stray[.late] == 1 && query.stray[.origin] == 1)
    #expect(query.stray.total == 3)
  }

  /// Whether the stamp of the send has come yet makes no difference to what a second reply is.
  @Test(arguments: ["", "RATE", "DENY", "INIT"])
  func aSecondReplyIsADuplicateAlsoWhileTheFirstIsHeld(_ kiss: String) {
    var query = Query.scene()
    query.send(1, 0)
    #expect(query.reply(1, us(300)) == nil)
    let second = query.reply(1, us(310)) { packet in
      guard !kiss.isEmpty else { return }
      packet.stratum = 0
      packet.referenceID = Scene.code(kiss)
    }
    #expect(second == nil)
    #expect(query.stray[.duplicate] == 1)
    #expect(query.stamp(1, us(5))?.exchange?.received == Scene.reading(us(300)))
    #expect(query.interval.1 == nil)
  }

  /// What was rejected on the way to a sample is not lost from the counts.
  @Test func rejectedRepliesBeforeAGoodOneAreCounted() {
    var query = Query.scene()
    query.send(1, 0)
    _ = query.stamp(1, us(5))
    #expect(query.reply(1, us(200)) { $0.receiveTime = .zero } == nil)
    #expect(query.reply(1, us(300))?.exchange != nil)
    #expect(query.stray[.times] == 1 && query.stray.total == 1)
  }

  /// The server's own word about this query: nothing better can come.
  @Test func unsynchronisedEndsTheQueryAtOnce() {
    var query = Query.scene()
    query.send(1, 0)
    let loss = query.reply(1, us(300)) { $0.leap = 3 }?.loss
    #expect(loss?.reason == .rejected && loss?.rejected[.unsynchronized] == 1)
    #expect(query.isQuiet)
    #expect(query.reply(1, us(400)) == nil)
    #expect(query.stray[.late] == 1)
  }

  @Test func queriesEndWhenTheirTimeIsOver() {
    var query = Query.scene()
    for number: UInt64 in 1...5 { query.send(number, ms(8) * Int64(number)) }
    #expect(query.reply(3, ms(25)) == nil)
    var ended: [UInt64] = []
    for now in stride(from: 0, through: ms(200), by: 100_000) {
      while let ending = query.expire(at(now)) { ended.append(ending.query) }
    }
    #expect(ended == [3, 1, 2, 4, 5])
  }

  @Test func icmpEndsTheQueryThatItQuotes() {
    var query = Query.scene()
    for number: UInt64 in 1...3 { query.send(number, ms(8) * Int64(number)) }
    let loss = query.didFail("port-unreachable", datagram: Scene.sent(2).span, at(ms(30)))
    #expect(loss?.query == 2 && loss?.reason == .icmp("port-unreachable") && loss?.ended == at(ms(30)))
    // Another's datagram, or one that is over, ends nothing.
    #expect(query.didFail("port-unreachable", datagram: Scene.sent(2).span, at(ms(31))) == nil)
    #expect(query.didFail("port-unreachable", datagram: Scene.sent(9).span, at(ms(31))) == nil)
    #expect(query.open.count == 2)
  }

  /// A router may quote as little as 8 bytes of the datagram, which is less than its header.
  @Test func icmpThatQuotesTooLittleEndsTheNewest() {
    var query = Query.scene()
    for number: UInt64 in 1...4 { query.send(number, ms(8) * Int64(number)) }
    _ = query.stamp(1, ms(8) + us(5))
    #expect(query.reply(1, ms(33))?.exchange?.query == 1)
    #expect(
      query.didFail("net-unreachable", datagram: Scene.sent(2).span.extracting(0..<20), at(ms(34)))?.query
        == 4)
    #expect(query.didFail("net-unreachable", datagram: [UInt8]().span, at(ms(35)))?.query == 3)
    #expect(query.didFail("net-unreachable", datagram: [UInt8]().span, at(ms(36)))?.query == 2)
    #expect(query.didFail("net-unreachable", datagram: [UInt8]().span, at(ms(37))) == nil)
  }

  @Test func abandonEndsAllThatIsOpen() {
    var query = Query.scene()
    for number: UInt64 in 1...5 { query.send(number, ms(8) * Int64(number)) }
    #expect(query.reply(2, ms(50)) == nil)
    var ended: Set<UInt64> = []
    while let loss = query.abandon(at(ms(60))) {
      #expect(loss.reason == .abandoned && loss.ended == at(ms(60)))
      ended.insert(loss.query)
    }
    #expect(ended == [1, 2, 3, 4, 5])
    #expect(query.isQuiet)
  }

  @Test func reasonsHaveTheNamesOfTheRecords() {
    let reasons: [(LossReason, StaticString)] = [
      (.timeout, "timeout"), (.rejected, "rejected"), (.rateLimited, "rate-limited"), (.denied, "denied"),
      (.icmp("x"), "icmp"), (.sendFailed(1), "send-failed"), (.abandoned, "abandoned"),
    ]
    for (index, (reason, name)) in reasons.enumerated() {
      #expect(reason.name.description == name.description)
      for (other, _) in reasons[(index + 1)...] { #expect(reason != other) }
      #expect(reason == reason)
    }
    #expect(LossReason.sendFailed(1) != .sendFailed(2))
  }
}
