import Testing

@testable import Probe

/// The kernel's stamps of the sends, and the replies that wait for them.
@Suite struct QueryStampTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  @Test func aStampBeforeTheReplyCompletesAtTheReply() throws {
    var query = Query.scene()
    query.send(1, 0)
    #expect(!query.hasAllStamps)
    #expect(query.stamp(1, us(5)) == nil)
    #expect(query.hasAllStamps)
    let ending = query.reply(1, us(300))
    let exchange = try #require(ending?.exchange)
    #expect(exchange.transmit == Scene.stamp(us(5)))
    #expect(exchange.receive == Scene.stamp(us(299)))
    #expect(exchange.serverReceive == Scene.told(us(190)))
    #expect(query.isQuiet && query.replies == 1 && query.floor == exchange.delay)
  }

  @Test func aStampAfterTheReplyIsStillMatched() throws {
    var query = Query.scene()
    query.send(1, 0)
    #expect(query.reply(1, us(300)) == nil)
    #expect(!query.isQuiet)
    #expect(query.next(at(us(300))) == .wait(until: at(us(300) + ms(5))))
    let ending = query.stamp(1, us(5))
    let exchange = try #require(ending?.exchange)
    #expect(exchange.transmit == Scene.stamp(us(5)))
    #expect(exchange.received == Scene.reading(us(300)))
    #expect(query.isQuiet)
  }

  @Test func aStampOfAnotherQueryIsTheOthers() throws {
    var query = Query.scene()
    query.send(1, 0)
    query.send(2, us(50))
    #expect(query.stamp(2, us(55)) == nil)
    #expect(query.reply(1, us(300)) == nil)
    #expect(query.reply(2, us(310))?.exchange?.transmit == Scene.stamp(us(55)))
    #expect(query.stamp(9, us(200)) == nil)
    #expect(query.stamp(1, us(5))?.exchange?.transmit == Scene.stamp(us(5)))
    // Both are gone.
    #expect(query.stamp(1, us(5)) == nil)
    #expect(query.isQuiet)
  }

  /// Whatever its number says, a moment before the send or after the reply is not this query's departure.
  @Test(arguments: [-1, 299_001, 1_000_000] as [Int64])
  func aStampThatCannotBeFallsBackToTheProcess(_ moment: Int64) throws {
    var query = Query.scene()
    query.send(1, 0)
    #expect(query.stamp(1, moment) == nil)
    let ending = query.reply(1, us(300))
    let exchange = try #require(ending?.exchange)
    #expect(exchange.transmit == Scene.stamp(0, .user))
  }

  @Test func aStampThatDoesNotComeEndsTheWait() throws {
    var query = Query.scene()
    query.send(1, 0)
    #expect(query.reply(1, us(300)) == nil)
    #expect(query.expire(at(us(300) + ms(5) - 1)) == nil)
    let ending = query.expire(at(us(300) + ms(5)))
    #expect(ending?.exchange?.transmit == Scene.stamp(0, .user))
    #expect(query.replies == 1)
  }

  /// The wait is no longer than the query's own time.
  @Test func aQueryDoesNotOutliveItsTimeout() {
    var query = Query.scene(timeout: .milliseconds(2))
    query.send(1, 0)
    #expect(query.reply(1, us(300)) == nil)
    #expect(query.expire(at(ms(2)))?.exchange != nil)
  }

  @Test func afterThreeMissedStampsNobodyWaits() {
    var query = Query.scene()
    for number: UInt64 in 1...3 {
      let start = ms(8) * Int64(number)
      query.send(number, start)
      #expect(query.reply(number, start + us(300)) == nil)
      #expect(query.expire(at(start + ms(6)))?.exchange?.transmit.source == .user)
    }
    query.send(4, ms(40))
    #expect(query.reply(4, ms(40) + us(300))?.exchange?.transmit.source == .user)
    // One that comes after all is used, and the next is waited for again.
    query.send(5, ms(48))
    #expect(query.stamp(5, ms(48) + us(5)) == nil)
    #expect(query.reply(5, ms(48) + us(300))?.exchange?.transmit.source == .kernel)
    query.send(6, ms(56))
    #expect(query.reply(6, ms(56) + us(300)) == nil)
  }

  /// A reply that fails only once its stamp is known makes room for a better one.
  @Test func aHeldReplyThatFailsLeavesTheQueryOpen() {
    var query = Query.scene()
    query.send(1, 0)
    #expect(query.reply(1, us(300)) { $0.transmitTime = NTPTime(Scene.told(ms(900))) } == nil)
    #expect(query.stamp(1, us(5)) == nil)
    #expect(query.reply(1, us(400))?.exchange?.received == Scene.reading(us(400)))
    #expect(query.stray[.delay] == 1 && query.stray.total == 1)
  }

  @Test func aHeldReplyThatFailsAtTheEndIsALoss() {
    var query = Query.scene()
    query.send(1, 0)
    #expect(query.reply(1, us(300)) { $0.transmitTime = NTPTime(Scene.told(ms(900))) } == nil)
    let loss = query.expire(at(ms(6)))?.loss
    #expect(loss?.reason == .rejected && loss?.rejected[.delay] == 1)
    #expect(query.replies == 0)
  }

  /// The floor is of whole exchanges: C's step is in the delay of a torn one.
  @Test func aTornExchangeHasNoFloor() {
    var query = Query.scene()
    query.send(1, 0)
    _ = query.stamp(1, us(5))
    let bytes = Scene.packet(Scene.cookie(1), us(190), us(200))
    let ending = query.receive(bytes, us(300), stepped: -ms(20))
    #expect(ending?.exchange?.isTorn == true)
    #expect(query.floor == .max && query.replies == 1)
  }
}
