import Testing

@testable import Probe

/// Kiss codes: RFC 5905 section 7.4, RFC 8633 section 3.
@Suite struct QueryKissTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  private func kiss(_ code: String) -> (inout NTPPacket) -> Void {
    { packet in
      packet.leap = 3
      packet.stratum = 0
      packet.referenceID = Scene.code(code)
    }
  }

  @Test func rateSlowsDownAtOnce() {
    var query = Query.scene()
    query.send(1, 0)
    let loss = query.reply(1, us(300), kiss("RATE"))?.loss
    #expect(loss?.reason == .rateLimited && loss?.query == 1)
    #expect(query.interval.0 == .seconds(2) && query.interval.1 == .rateLimited)
    #expect(query.next(at(us(300))) == .wait(until: at(us(300) + ms(2000))))
    query.send(2, ms(2001))
    _ = query.reply(2, ms(2002), kiss("RATE"))
    #expect(query.next(at(ms(2002))) == .wait(until: at(ms(6002))))
  }

  @Test(arguments: ["DENY", "RSTR"])
  func denialSendsNoMore(_ code: String) {
    var query = Query.scene()
    query.send(1, 0)
    query.send(2, ms(8))
    #expect(query.reply(1, ms(9), kiss(code))?.loss?.reason == .denied)
    #expect(query.next(at(ms(500))) != .send)
    // What was asked before may still be answered.
    _ = query.stamp(2, ms(8) + us(5))
    #expect(query.reply(2, ms(10))?.exchange != nil)
    #expect(query.next(at(ms(500))) == .finished)
  }

  @Test(arguments: ["INIT", "STEP", "XABC"])
  func otherCodesOnlyEndTheirQuery(_ code: String) {
    var query = Query.scene()
    query.send(1, 0)
    let loss = query.reply(1, us(300), kiss(code))?.loss
    #expect(loss?.reason == .rejected && loss?.rejected[.kiss] == 1)
    #expect(query.interval.1 == nil)
    #expect(query.next(at(ms(8))) == .send)
  }

  /// Anybody can send a kiss; only who saw the query knows its cookie.
  @Test(arguments: ["RATE", "DENY", "RSTR"])
  func aKissWithoutTheCookieIsNotObeyed(_ code: String) {
    var query = Query.scene()
    query.send(1, 0)
    for cookie: UInt64 in [0, 2, 99] { #expect(query.reply(cookie, us(300), kiss(code)) == nil) }
    let empty = Scene.packet(.zero, us(100), us(110), kiss(code))
    #expect(query.receive(empty, us(300)) == nil)
    #expect(query.stray[.origin] == 4 && query.stray.total == 4)
    #expect(query.interval.1 == nil)
    #expect(query.next(at(ms(8))) == .send)
    // Nor one that came too late, or in a packet that is not of the right form.
    #expect(query.expire(at(ms(100))) != nil)
    #expect(query.reply(1, ms(101), kiss(code)) == nil)
    query.send(2, ms(108))
    let kiss = kiss(code)
    #expect(
      query.reply(2, ms(109)) {
        kiss(&$0)
        $0.mode = 5
      } == nil)
    #expect(query.next(at(ms(120))) == .send)
  }
}
