import Testing

@testable import Probe

/// Which stamps an exchange is made of: the kernel's where they lie between the send and the reply.
@Suite struct StampFitTests {
  /// Sent at 0, in this process's hands at 300 us; the kernel's stamps in us.
  private func exchange(transmit: Int64?, receive: Int64?, stepped: Int64 = 0) -> Exchange {
    var open = OpenQuery(
      number: 4, cookie: Scene.cookie(4), sent: Scene.reading(0), send: 3,
      deadline: Instant(nanoseconds: ms(100)), transmit: nil)
    open.transmit = transmit.map { Scene.stamp(us($0)) }
    let packet = NTPPacket(Scene.packet(Scene.cookie(4), us(150), us(160)).span)!
    return open.exchange(
      HeldReply(
        packet: packet, received: Scene.reading(us(300), stepped: stepped),
        stamp: receive.map { Scene.stamp(us($0)) }, until: Instant(nanoseconds: ms(5))))
  }

  @Test(arguments: [(nil, 0), (0, 0), (5, 5), (290, 290), (-1, 0), (291, 0), (300, 0)] as [(Int64?, Int64)])
  func aStampOutsideSendAndReplyGivesWayToTheProcess(_ stamp: Int64?, _ transmit: Int64) {
    let exchange = exchange(transmit: stamp, receive: 290)
    let isKernel = stamp == transmit
    #expect(exchange.transmit == Scene.stamp(us(transmit), isKernel ? .kernel : .user))
    #expect(exchange.receive == Scene.stamp(us(290)))
  }

  @Test(arguments: [(nil, 300), (0, 0), (290, 290), (300, 300), (301, 300), (-1, 300)] as [(Int64?, Int64)])
  func anArrivalOutsideSendAndReplyGivesWayToTheProcess(_ stamp: Int64?, _ receive: Int64) {
    let exchange = exchange(transmit: nil, receive: stamp)
    let isKernel = stamp == receive
    #expect(exchange.receive == Scene.stamp(us(receive), isKernel ? .kernel : .user))
  }

  /// Across a step of C the order of two of its readings means nothing: the bound pays for it instead.
  @Test func aTornExchangeKeepsItsStamps() {
    let exchange = exchange(transmit: 5, receive: 290, stepped: -ms(50))
    #expect(exchange.isTorn)
    #expect(exchange.transmit == Scene.stamp(us(5)))
    #expect(exchange.receive == Scene.stamp(us(290)))
  }

  @Test func everyFieldOfTheReplyArrives() {
    let exchange = exchange(transmit: 5, receive: 290)
    #expect(exchange.query == 4)
    #expect(exchange.serverReceive == Scene.told(us(150)))
    #expect(exchange.serverTransmit == Scene.told(us(160)))
    #expect(
      exchange.server
        == ServerState(
          leap: 0, stratum: 1, referenceID: ReferenceID(ascii: "GPS"), rootDelay: .zero,
          rootDispersion: NTPShort(bits: 1).length, precision: Precision(exponent: -25), poll: 3))
  }
}
