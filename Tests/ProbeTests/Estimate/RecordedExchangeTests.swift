import Testing

@testable import Probe

/// What is written down and read again proves what it proved.
@Suite struct RecordedExchangeTests {
  private func read(_ bytes: [UInt8]) -> Exchange? {
    var line = RecordLine()
    guard line.read(bytes.span.extracting(first: bytes.count - 1)) == nil else { return nil }
    return Exchange(line, bytes.span)
  }

  private func sample(_ exchange: Exchange) -> [UInt8] {
    let bound = Bound(exchange)
    let record = Sample(
      header: Header(seq: 1, time: exchange.received.realtime, raw: bound.arrived), exchange: exchange,
      boundSource: .exchange, boundLow: bound.offsetLow, boundHigh: bound.offsetHigh, out: nil, back: nil)
    var writer = ByteWriter()
    writer.json(record, Fixture.origin, Fixture.gps1)
    return writer.bytes
  }

  /// Delays, brackets, lags, steps and precisions of all sizes that occur.
  @Test func theSameBounds() throws {
    var random = SeededGenerator(seed: 11)
    func any(_ most: Int64) -> Int64 { Int64(random.next() % UInt64(most)) >> Int64(random.next() % 16) }
    for _ in 0..<2000 {
      let start = any(1_000_000_000_000_000)
      let out = start + any(500_000_000)
      let held = out + any(10_000_000)
      let (lag, bracket) = (any(10_000_000), any(1_000_000))
      var server = Scene.server
      server.precision = Precision(exponent: -Int8(random.next() % 32))
      server.referenceID = ReferenceID(bits: UInt32(truncatingIfNeeded: random.next()))
      server.stratum = UInt8(1 + random.next() % 15)
      var exchange = Scene.exchange(
        start, out, held, held + any(500_000_000), lag: lag, bracket: bracket,
        stepped: random.next() % 4 == 0 ? any(5_000_000) + 10_000_000 : 0,
        server: server)
      if random.next() % 3 == 0 {
        exchange.transmit = Stamp(at: exchange.sent.realtime, source: .user)
        exchange.receive = Stamp(at: exchange.received.realtime, source: .user)
      }
      let bytes = sample(exchange)
      let again = try #require(read(bytes))
      #expect(Bound(again) == Bound(exchange))
      #expect(again.offset == exchange.offset && again.delay == exchange.delay)
      #expect(again.step == exchange.step && again.query == exchange.query)
      #expect(again.localTransmit == exchange.localTransmit && again.localReceive == exchange.localReceive)
      #expect(again.server.rootDistance == exchange.server.rootDistance)
      // And once more it is the same line.
      #expect(sample(again) == bytes)
    }
  }

  /// Without the bound, or with another's, R1 is as far before R4 as T1 is before T4.
  @Test func withoutTheBound() throws {
    let exchange = Scene.exchange(us(100), us(200), us(210), us(320))
    let text = String(decoding: sample(exchange), as: UTF8.self)
    let high = Bound(exchange).offsetHigh.count
    for wrong in ["\"x\":\(high)", "\"bound_high_ns\":\(high + 1_000_000_000)"] {
      let bytes = Array(text.replacingOccurrences("\"bound_high_ns\":\(high)", wrong).utf8)
      #expect(try #require(read(bytes)).departed == exchange.departed)
    }
  }

  @Test(arguments: ["t1", "t2", "t3", "t4", "raw", "query"]) func whatIsNeeded(key: String) {
    let text = String(decoding: sample(Scene.exchange(us(100), us(200), us(210), us(320))), as: UTF8.self)
    #expect(read(Array(text.replacingOccurrences("\"\(key)\":", "\"other\":").utf8)) == nil)
  }

  /// R is C, and the line's digits are in the bounds.
  @Test func rawstats() throws {
    let line = try #require(
      RawstatsLineTests.line(RawstatsLineTests.start + " 0 4 4 1 6 -25 0.0 0.000015 .GPS."))
    let exchange = Exchange(line, query: 3, shift: .seconds(5))
    #expect(exchange.offset == Nanoseconds(-712) && exchange.delay == Nanoseconds(2450))
    #expect(exchange.arrived.nanoseconds == line.t4.nanoseconds + 5_000_000_000)
    #expect(exchange.recorded == .rawstats && exchange.transmit.source == .unknown && !exchange.isTorn)
    let bound = Bound(exchange)
    #expect(bound.terms.stamps == Bound.stampError && bound.terms.mapTransmit == Nanoseconds(1))
    let coarse = try #require(
      RawstatsLineTests.line(
        "50928 2132.543 a b 3102453281.584327 3102453281.586228 3102453332.540806 3102453332.541458"))
    #expect(
      Bound(Exchange(coarse, query: 1, shift: .zero)).terms.stamps == .microseconds(2) + Bound.stampError)
  }

  /// The bounds are offset and half the delay to both sides, wider by what the log leaves open.
  @Test func chrony() throws {
    let line = try ChronyLineTests.parse(ChronyLineTests.new).get()
    let exchange = Exchange(line, query: 1, shift: .zero)
    #expect(exchange.offset == line.offset && exchange.delay == line.delay)
    #expect(exchange.transmit.source == .user && exchange.receive.source == .kernel)
    #expect(!exchange.hasServerTime && !exchange.hasLocalReceive && !exchange.server.precision.isKnown)
    let bound = Bound(exchange)
    let open = line.rounding + line.dispersion + .microseconds(250)
    #expect(bound.offsetLow <= line.offset - line.delay.half - open)
    #expect(bound.offsetHigh >= line.offset + line.delay.half + open)
    #expect(bound.offsetHigh - bound.offsetLow < line.delay + open.scaled(by: 2) + .microseconds(120))
  }
}
