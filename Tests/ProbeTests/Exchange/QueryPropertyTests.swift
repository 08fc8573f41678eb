import Testing

@testable import Probe

/// Random events in a random order: every query ends exactly once, whatever comes.
@Suite struct QueryPropertyTests {
  /// Counts the endings of each query, and holds a sample to what an exchange is.
  struct Ledger {
    var ends: [UInt64: Int] = [:]
    var samples: UInt64 = 0

    mutating func note(_ ending: Ending?) {
      guard let ending else { return }
      ends[ending.query, default: 0] += 1
      guard let exchange = ending.exchange else { return }
      samples += 1
      #expect(exchange.serverTime >= .zero)
      #expect(exchange.sent.rawBefore <= exchange.received.rawAfter)
      guard !exchange.isTorn else { return }
      #expect(exchange.sent.realtime <= exchange.transmit.at)
      #expect(exchange.transmit.at <= exchange.receive.at)
      #expect(exchange.receive.at <= exchange.received.realtime)
    }
  }

  private static func anyPacket(_ random: inout SeededGenerator, _ cookie: NTPTime, _ now: Int64) -> [UInt8] {
    if random.next() % 8 == 0 { return random.bytes(Int(random.next() % 80)) }
    let kisses = ["RATE", "DENY", "INIT", "GPS"]
    let pick = Int(random.next() % 40)
    let any = random.next()
    return Scene.packet(cookie, now - us(110), now - us(100)) { packet in
      switch pick {
      case 0..<4: (packet.stratum, packet.referenceID) = (0, Scene.code(kisses[pick]))
      case 4: packet.receiveTime = NTPTime(bits: any)
      case 5: packet.transmitTime = NTPTime(bits: any)
      case 6: packet.leap = 3
      case 7: packet.precision = Precision(exponent: Int8(truncatingIfNeeded: any))
      case 8: packet.rootDelay = NTPShort(bits: .max)
      case 9: packet.originTime = NTPTime(bits: any)
      case 10: packet.mode = UInt8(any & 7)
      default: break
      }
    }
  }

  @Test(arguments: 0..<60)
  func everyQueryEndsExactlyOnce(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var query = Query.scene(count: 200, scope: seed % 4 == 0 ? .public : .privateUse)
    var ledger = Ledger()
    var now: Int64 = 0
    var stepped: Int64 = 0
    var send: UInt32 = 0
    for _ in 0..<3000 {
      now += Int64(random.next() % UInt64(ms(2)))
      if random.next() % 200 == 0 { stepped = Int64(random.next() % UInt64(ms(2))) - ms(1) }
      let reading = Scene.reading(now, stepped: stepped)
      // Most often one of the last queries, else none that ever was.
      let number = query.sent - min(query.sent, random.next() % 6)
      let cookie = Scene.cookie(random.next() % 9 == 0 ? 1 << 20 : number)
      switch random.next() % 8 {
      case 0: while let ending = query.expire(reading.raw) { ledger.note(ending) }
      case 1, 2:
        guard query.next(reading.raw) == .send else { break }
        if random.next() % 10 == 0 {
          send = 0
          ledger.note(query.didNotSend(reading, errno: 105).map { .loss($0) })
        } else {
          query.didSend(Scene.cookie(query.sent + 1), reading, send: send)
          send += 1
        }
      case 3, 4:
        let late = Int64(random.next() % UInt64(ms(1)))
        let number = send &- UInt32(random.next() % 4)
        ledger.note(query.didTransmit(number, Scene.stamp(now - late, stepped: stepped)))
      case 5, 6:
        let stamp = random.next() % 5 == 0 ? nil : Scene.stamp(now - 1000, stepped: stepped)
        let bytes = Self.anyPacket(&random, cookie, now)
        ledger.note(query.didReceive(bytes.span, truncated: random.next() % 50 == 0, stamp, reading))
      default:
        guard random.next() % 10 == 0 else { break }
        let bytes = NTPPacket.query(cookie: cookie).written.prefix(random.next() % 2 == 0 ? 48 : 8)
        ledger.note(
          query.didFail("port-unreachable", datagram: Array(bytes).span, reading.raw).map { .loss($0) })
      }
    }
    if seed % 2 == 0 {
      while let loss = query.abandon(Instant(nanoseconds: now)) { ledger.note(.loss(loss)) }
    } else {
      while let ending = query.expire(Instant(nanoseconds: now + ms(200))) { ledger.note(ending) }
    }
    #expect(query.isQuiet)
    #expect(ledger.ends.count == Int(query.sent))
    #expect(ledger.ends.values.allSatisfy { $0 == 1 })
    #expect(ledger.samples == query.replies)
  }
}
