import Testing

@testable import Probe

@Suite struct BestLineTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  @Test func nothingBeforeTheFirstExchange() {
    var line = BestLine(span: .milliseconds(8))
    #expect(line.value(at: at(0)) == nil && line.recentValue(at: at(0)) == nil)
  }

  /// Without noise the line is the truth, also far from where it began and after blocks were merged.
  @Test(arguments: [(0, 50), (37, 50), (-37, 640), (400, 5000)] as [(Int64, Int64)])
  func aLineIsFound(_ slope: Int64, _ count: Int64) throws {
    var world = World(seed: 5, slope: .partsPerMillion(slope))
    var line = BestLine(span: .milliseconds(8))
    for index in 0..<count { line.add(world.symmetric(ms(8 * index))) }
    for moment in [0, ms(4 * count), ms(8 * count)] {
      let found = line.value(at: at(moment))
      let value = try #require(found)
      #expect((value.count - world.truth(moment)).magnitude < 150, "at \(moment)")
    }
  }

  /// Where replies wait and queries do not, theta's median is half the typical wait off; the line is not, though it
  /// must find the slope as well, which the median is given here.
  @Test func betterThanTheMedian() {
    var byLine: [UInt64] = []
    var byMedian: [UInt64] = []
    for seed: UInt64 in 0..<20 {
      var world = World(seed: 6000 + seed)
      world.isOneSided = true
      var line = BestLine(span: .milliseconds(8))
      var errors: [Int64] = []
      var end: Int64 = 0
      for index: Int64 in 0..<250 {
        let exchange = world.exchange(ms(8 * index))
        line.add(exchange)
        end = exchange.arrived.nanoseconds
        errors.append((exchange.offset + exchange.received.realtimeOverRaw).count - world.truth(end))
      }
      byLine.append((line.value(at: at(end))!.count - world.truth(end)).magnitude)
      byMedian.append(errors.sorted()[errors.count / 2].magnitude)
    }
    #expect(byLine.sorted()[10] < byMedian.sorted()[10] / 2)
    #expect(byLine.max()! < UInt64(us(10)))
  }

  /// The line of a sample's stages must not rest on that sample.
  @Test func aRecentValueIsOfExchangesBefore() {
    var world = World(seed: 7)
    var line = BestLine(span: .milliseconds(8))
    for index: Int64 in 0..<7 { line.add(world.symmetric(ms(8 * index))) }
    #expect(line.recentValue(at: at(ms(56))) == nil)
    line.add(world.symmetric(ms(56)))
    let before = line.recentValue(at: at(ms(64)))
    #expect(before != nil)
    var far = world.symmetric(ms(64))
    far.serverReceive = far.serverReceive + .seconds(3)
    far.serverTransmit = far.serverTransmit + .seconds(3)
    line.add(far)
    #expect(line.recentValue(at: at(ms(64))) == before)
  }

  @Test func aTornExchangeIsLeftOut() {
    var line = BestLine(span: .milliseconds(8))
    line.add(Scene.exchange(0, us(100), us(110), us(210), stepped: ms(3)))
    #expect(line.count == 0 && line.value(at: at(0)) == nil)
  }

  @Test func exchangesInOnePlaceGiveNoSlope() {
    var line = BestLine(span: .milliseconds(8))
    for _ in 0..<100 { line.add(Scene.exchange(0, us(100), us(110), us(210))) }
    #expect(line.value(at: at(ms(9000))) == Nanoseconds(Scene.epoch))
  }

  /// Whatever comes, the slope stays within what is assumed of any clock and nothing traps.
  @Test(arguments: 0..<20)
  func hostileExchangesStayFinite(_ seed: Int) {
    var random = SeededGenerator(seed: 7000 + UInt64(seed))
    var line = BestLine(span: Nanoseconds(random.number()))
    for _ in 0..<300 {
      var exchange = Scene.exchange(0, 0, 0, 0)
      exchange.sent.rawBefore = at(random.number())
      exchange.received.rawBefore = at(random.number())
      exchange.transmit.at = Instant(nanoseconds: random.number())
      exchange.receive.at = Instant(nanoseconds: random.number())
      exchange.serverReceive = Instant(nanoseconds: random.number())
      exchange.serverTransmit = Instant(nanoseconds: random.number())
      line.add(exchange)
      _ = line.value(at: at(random.number()))
      _ = line.recentValue(at: at(random.number()))
    }
    if let a = line.value(at: at(0)), let b = line.value(at: at(ms(1000))), a.magnitude < .seconds(1 << 31) {
      #expect((b - a).magnitude <= .microseconds(501))
    }
  }
}

extension World {
  /// Both legs at the floor, every stamp by the kernel.
  mutating func symmetric(_ sent: Int64) -> Exchange {
    let (departure, atServer) = (sent + us(5), sent + us(5) + floor)
    let (leaves, arrival) = (atServer + us(10), atServer + us(10) + floor)
    return Exchange(
      query: 1, sent: reading(sent), received: reading(arrival + us(5)),
      transmit: Stamp(at: Instant(nanoseconds: realtime(departure)), source: .kernel),
      serverReceive: Instant(nanoseconds: atServer + truth(atServer)),
      serverTransmit: Instant(nanoseconds: leaves + truth(leaves)),
      receive: Stamp(at: Instant(nanoseconds: realtime(arrival)), source: .kernel), server: Scene.server)
  }
}
