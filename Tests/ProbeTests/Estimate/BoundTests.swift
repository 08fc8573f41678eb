import Testing

@testable import Probe

@Suite struct BoundTests {
  private func server(_ precision: Int8) -> ServerState {
    var server = Scene.server
    server.precision = Precision(exponent: precision)
    return server
  }

  /// Each error alone, by hand. Legs of 100 us, 10 us at the server.
  @Test func everyTermHasItsName() {
    let plain = Bound(Scene.exchange(us(100), us(200), us(210), us(310), bracket: 0))
    var expected = BoundTerms()
    expected.stamps = Nanoseconds(2)
    expected.precision = Nanoseconds(1)
    expected.mapTransmit = Nanoseconds(1)
    expected.mapReceive = Nanoseconds(1)
    #expect(plain.terms == expected)

    // Half the bracket, and a nanosecond for its being cut.
    let bracket = Bound(Scene.exchange(us(100), us(200), us(210), us(310), bracket: 61)).terms
    #expect(bracket.mapTransmit == Nanoseconds(31) && bracket.mapReceive == Nanoseconds(31))

    // What C can be slewed by in 5 us: 100 500 ppm of them, rounded up.
    let lag = Bound(Scene.exchange(us(100), us(200), us(210), us(310), lag: us(5), bracket: 0)).terms
    #expect(lag.mapTransmit == Nanoseconds(504) && lag.mapReceive == Nanoseconds(504))

    let coarse = Bound(Scene.exchange(us(100), us(200), us(210), us(310), server: server(-20))).terms
    #expect(coarse.precision == Precision(exponent: -20).length)

    let torn = Bound(Scene.exchange(us(100), us(200), us(210), us(310), bracket: 60, stepped: ms(3))).terms
    #expect(torn.tear == .milliseconds(3))
  }

  /// g(R1) <= T2 - R1 + eps and g(R4) >= T3 - R4 - eps, each with its own mapping.
  @Test func theTwoInequalities() {
    let exchange = Scene.exchange(us(100), us(200), us(210), us(310), lag: us(5), server: server(-20))
    let bound = Bound(exchange)
    let terms = bound.terms
    let always = terms.stamps + terms.precision + terms.tear
    #expect(bound.departed == Instant(nanoseconds: us(100)))
    #expect(bound.arrived == Instant(nanoseconds: us(310)))
    #expect(bound.high == Nanoseconds(Scene.epoch + us(100)) + always + terms.mapTransmit)
    #expect(bound.low == Nanoseconds(Scene.epoch - us(100)) - always - terms.mapReceive)
    #expect(bound.realtimeOverRaw == Nanoseconds(Scene.epoch))
    // T4 is a reading of C itself: no mapping in the lower bound of S - C.
    #expect(bound.offsetLow == Nanoseconds(-us(100)) - always)
    let drift = Assumption.largestDrift.over(.microseconds(210))
    #expect(bound.offsetHigh == Nanoseconds(us(100)) + always + terms.mapTransmit + terms.mapReceive + drift)
  }

  /// A reference that reads more: the local clock is behind, which is positive.
  @Test(arguments: [us(700), -us(700), ms(40), -ms(40)] as [Int64])
  func theSignIsThatOfTheOffset(_ offset: Int64) {
    let exchange = Scene.exchange(0, us(100) + offset, us(110) + offset, us(210))
    let bound = Bound(exchange)
    #expect(exchange.offset == Nanoseconds(offset))
    #expect(bound.offsetLow < Nanoseconds(offset) && Nanoseconds(offset) < bound.offsetHigh)
    #expect((bound.offsetLow > .zero) == (offset > 0) && (bound.offsetHigh > .zero) == (offset > 0))
  }

  /// The truth is inside, whatever the asymmetry, the slew of C and the drift of S.
  @Test(arguments: 0..<40)
  func theTruthIsInside(_ seed: Int) {
    var world = World(seed: UInt64(seed))
    for index: Int64 in 0..<100 {
      let exchange = world.exchange(ms(8 * index))
      let bound = Bound(exchange)
      #expect(!exchange.isTorn && PacketCheck.instants(exchange) == nil)
      #expect(world.truth(bound.departed.nanoseconds) <= bound.high.count)
      #expect(world.truth(bound.arrived.nanoseconds) >= bound.low.count)
      // S - C where R4 is laid on R by the reading.
      let arrived = bound.arrived.nanoseconds
      let offset = arrived + world.truth(arrived) - world.realtime(arrived)
      #expect(bound.offsetLow.count <= offset + 1 && offset - 1 <= bound.offsetHigh.count)
      #expect(bound.offsetLow <= exchange.offset && exchange.offset <= bound.offsetHigh)
    }
  }

  /// A step of C anywhere inside: this process's own stamps lie where their reading of R does, and need no tear.
  @Test(arguments: 0..<40)
  func theTruthIsInsideATornExchange(_ seed: Int) {
    var world = World(seed: 1000 + UInt64(seed))
    for index: Int64 in 0..<100 {
      var exchange = world.exchange(ms(8 * index))
      let size = Nanoseconds(Int64(world.random.next() % UInt64(ms(40))) - ms(20))
      exchange.received.realtime = exchange.received.realtime + size
      guard exchange.isTorn else { continue }
      exchange.transmit = Stamp(at: exchange.sent.realtime, source: .user)
      exchange.receive = Stamp(at: exchange.received.realtime, source: .user)
      let bound = Bound(exchange)
      #expect(bound.terms.tear == .zero)
      #expect(world.truth(bound.departed.nanoseconds) <= bound.high.count)
      #expect(world.truth(bound.arrived.nanoseconds) >= bound.low.count)
    }
  }
}
