import Testing

@testable import Probe

@Suite struct ExchangeTests {
  /// T1...T4 in ns after the epoch; theta and delta of RFC 5905 section 8 by hand.
  @Test(
    arguments: [
      // Both legs 100, 10 at the server, the clocks agree.
      (0, 100, 110, 210, 0, 200),
      // The reference reads 50 more: the local clock is behind, which is positive.
      (0, 150, 160, 210, 50, 200),
      (0, 50, 60, 210, -50, 200),
      // The way out 100 longer: half of it looks like an offset.
      (0, 200, 210, 310, 50, 300),
      // Odd sums are rounded towards negative infinity.
      (0, 1, 1, 0, 1, 0), (0, 1, 1, 1, 0, 1), (0, 0, 0, 1, -1, 1), (1, 0, 0, 0, -1, -1),
    ] as [(Int64, Int64, Int64, Int64, Int64, Int64)])
  func offsetAndDelay(_ t1: Int64, _ t2: Int64, _ t3: Int64, _ t4: Int64, _ offset: Int64, _ delay: Int64) {
    let exchange = Scene.exchange(t1, t2, t3, t4)
    #expect(exchange.offset == Nanoseconds(offset))
    #expect(exchange.delay == Nanoseconds(delay))
    #expect(exchange.serverTime == Nanoseconds(t3 - t2))
  }

  @Test func stampsAreLaidOntoRThroughTheReadingBesideThem() {
    let exchange = Scene.exchange(us(100), us(200), us(210), us(310), lag: us(5))
    #expect(exchange.departed == Instant(nanoseconds: us(100)))
    #expect(exchange.arrived == Instant(nanoseconds: us(310)))
    #expect(exchange.localTransmit == .microseconds(5))
    #expect(exchange.localReceive == .microseconds(5))
    #expect(!exchange.isTorn)
  }

  /// Both readings know their own C, so that a step in between moves neither instant on R.
  @Test func aStepInsideTearsTheExchangeAndLeavesRAlone() {
    let exchange = Scene.exchange(us(100), us(200), us(210), us(310), lag: us(5), stepped: ms(3))
    #expect(exchange.isTorn)
    #expect(exchange.step == .milliseconds(-3))
    #expect(exchange.departed == Instant(nanoseconds: us(100)))
    #expect(exchange.arrived == Instant(nanoseconds: us(310)))
  }

  /// What the server says may be anything that 64 bits can be.
  @Test func hostileTimesNeverTrap() {
    var random = SeededGenerator(seed: 21)
    for _ in 0..<5000 {
      var exchange = Scene.exchange(0, 0, 0, 0)
      exchange.serverReceive = Instant(nanoseconds: random.number())
      exchange.serverTransmit = Instant(nanoseconds: random.number())
      exchange.transmit.at = Instant(nanoseconds: random.number())
      exchange.receive.at = Instant(nanoseconds: random.number())
      let bound = Bound(exchange)
      _ = (exchange.offset, exchange.delay, exchange.departed, exchange.arrived, exchange.isTorn)
      _ = (exchange.localTransmit, exchange.localReceive, PacketCheck.instants(exchange))
      _ = (bound.offsetLow, bound.offsetHigh)
    }
  }

  /// Folded to within 68 years of the local clock, T2 and T3 leave room for theta's sum: nothing saturates.
  @Test(arguments: [0, 1, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff] as [UInt64])
  func thetaOfAnyWireTimeIsExact(_ bits: UInt64) {
    let local = Scene.stamp(0).at
    var exchange = Scene.exchange(0, 0, 0, 0)
    exchange.serverReceive = NTPTime(bits: bits).instant(near: Instant(nanoseconds: local.nanoseconds))
    exchange.serverTransmit = exchange.serverReceive
    #expect(exchange.offset == Nanoseconds(exchange.serverReceive.nanoseconds - local.nanoseconds))
    #expect(exchange.offset.magnitude <= .seconds(1 << 31))
  }

  @Test(
    arguments: [
      (0, 0, 0), (2, 0, 1), (3, 0, 2), (30_518, 15_259, 30_518), (.max, .max, .max),
    ] as [(Int64, Int64, Int64)])
  func rootDistanceIsHalfTheDelayAndTheDispersion(_ delay: Int64, _ dispersion: Int64, _ distance: Int64) {
    var server = Scene.server
    server.rootDelay = Nanoseconds(delay)
    server.rootDispersion = Nanoseconds(dispersion)
    #expect(server.rootDistance == Nanoseconds(distance))
  }
}
