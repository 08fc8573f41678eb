import Testing

@testable import Probe

/// Sends that the kernel does not take.
@Suite struct QuerySendTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  /// The first failure is tried again at once, the next after a pause each; the fourth is a loss.
  @Test func aFailedSendIsTriedAgainAndThenLost() throws {
    var query = Query.scene(count: 2)
    var now: Int64 = 0
    for attempt in 1...3 {
      #expect(query.next(at(now)) == .send)
      #expect(query.didNotSend(Scene.reading(now), errno: 105) == nil)
      #expect(query.sent == 0)
      if attempt > 1 {
        #expect(query.next(at(now)) == .wait(until: at(now + ms(1))))
        now += ms(1)
      }
    }
    let lost = query.didNotSend(Scene.reading(now), errno: 105)
    let loss = try #require(lost)
    #expect(loss.reason == .sendFailed(105))
    #expect(loss.query == 1 && query.sent == 1)
    #expect(loss.ended == at(now) && loss.rejected == CheckCounts())
    #expect(query.isQuiet)
    #expect(query.next(at(now)) == .wait(until: at(now + ms(8))))
  }

  @Test func aRetryThatWorksIsNoLoss() {
    var query = Query.scene()
    #expect(query.didNotSend(Scene.reading(0), errno: 111) == nil)
    #expect(query.next(at(0)) == .send)
    query.send(1, us(20))
    #expect(query.sent == 1)
    // The attempts are counted for each query anew.
    for _ in 0..<3 { #expect(query.didNotSend(Scene.reading(ms(9)), errno: 111) == nil) }
  }

  @Test func sendsThatAlwaysFailEndWithTheCount() {
    var query = Query.scene(count: 5)
    var losses: [UInt64] = []
    var now: Int64 = 0
    for _ in 0..<1000 {
      switch query.next(at(now)) {
      case .send: if let loss = query.didNotSend(Scene.reading(now), errno: 1) { losses.append(loss.query) }
      case .wait(let until): now = until.nanoseconds
      case .finished:
        #expect(losses == [1, 2, 3, 4, 5])
        return
      }
    }
    Issue.record("it goes on for ever")
  }

  /// The socket counts its sends from 0 again after a failure, while older queries are still open: the stamp of
  /// a later send is nobody's but the later query's.
  @Test func afterAFailureAnOlderQueryTakesNoStampOfALaterOne() throws {
    var query = Query.scene()
    query.send(1, 0)
    query.send(2, ms(8))
    query.send(3, ms(16))
    #expect(query.didNotSend(Scene.reading(ms(24)), errno: 111) == nil)
    query.didSend(Scene.cookie(4), Scene.reading(ms(24)), send: 0)
    // Query 2 ends, so that the order in which they are kept is another.
    #expect(query.stamp(2, ms(8) + 5) == nil)
    #expect(query.didFail("port-unreachable", datagram: Scene.sent(2).span, at(ms(25)))?.query == 2)
    #expect(query.didTransmit(0, Scene.stamp(ms(24) + us(5))) == nil)
    #expect(query.didTransmit(2, Scene.stamp(ms(24) + us(6))) == nil)

    let done = query.reply(4, ms(25))
    let newest = try #require(done?.exchange)
    #expect(newest.transmit == Scene.stamp(ms(24) + us(5)))
    for number: UInt64 in [1, 3] {
      // Its own stamp can no longer be told: nothing to wait for.
      let ended = query.reply(number, ms(26))
      let exchange = try #require(ended?.exchange)
      #expect(exchange.query == number)
      #expect(exchange.transmit.source == .user)
    }
  }
}

extension Scene {
  /// The bytes of query `number` as they left.
  static func sent(_ number: UInt64) -> [UInt8] { NTPPacket.query(cookie: cookie(number)).written }
}
