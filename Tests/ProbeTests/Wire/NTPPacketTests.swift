import Testing

@testable import Probe

extension NTPPacket {
  /// The 48 bytes.
  var written: [UInt8] {
    var bytes = [UInt8](repeating: 0xa5, count: Self.headerSize)
    var span = bytes.mutableSpan
    write(to: &span)
    return bytes
  }
}

@Suite struct NTPPacketTests {
  /// Every byte another, so that no two fields can be swapped unnoticed.
  @Test func fieldsAreWhereFigure8PutsThem() throws {
    let header = bytes(
      """
      e4 02 06 e9  00010203 04050607 47505300
      1011121314151617 18191a1b1c1d1e1f 2021222324252627 28292a2b2c2d2e2f
      """)
    let packet = try #require(NTPPacket(header))
    #expect(packet.leap == 3)
    #expect(packet.version == 4)
    #expect(packet.mode == NTPPacket.Mode.server)
    #expect(packet.stratum == 2)
    #expect(packet.poll == 6)
    #expect(packet.precision == Precision(exponent: -23))
    #expect(packet.rootDelay == NTPShort(bits: 0x0001_0203))
    #expect(packet.rootDispersion == NTPShort(bits: 0x0405_0607))
    #expect(packet.referenceID == ReferenceID(ascii: "GPS"))
    #expect(packet.referenceTime == NTPTime(bits: 0x1011_1213_1415_1617))
    #expect(packet.originTime == NTPTime(bits: 0x1819_1a1b_1c1d_1e1f))
    #expect(packet.receiveTime == NTPTime(bits: 0x2021_2223_2425_2627))
    #expect(packet.transmitTime == NTPTime(bits: 0x2829_2a2b_2c2d_2e2f))
    #expect(packet.written == header)
  }

  @Test func anyHeaderSurvivesTheRoundTrip() throws {
    var random = SeededGenerator(seed: 10)
    for _ in 0..<5000 {
      let datagram = random.bytes(48 + Int(random.next() % 100))
      let packet = try #require(NTPPacket(datagram))
      #expect(packet.written == Array(datagram.prefix(48)))
      #expect(NTPPacket(packet.written.span) == packet)
      #expect(packet.leap <= 3 && packet.version <= 7 && packet.mode <= 7)
    }
  }

  @Test func aShortDatagramIsNoPacket() {
    for count in 0..<48 {
      #expect(NTPPacket([UInt8](repeating: 0x24, count: count)) == nil)
    }
  }

  /// Everything but the first byte and the cookie is zero, so that a query tells nothing of its sender.
  @Test(arguments: [(4, 0x23), (3, 0x1b)] as [(UInt8, UInt8)])
  func queryTellsNothing(_ version: UInt8, _ first: UInt8) {
    let query = NTPPacket.query(cookie: NTPTime(bits: 0x0123_4567_89ab_cdef), version: version)
    #expect(query.written == [first] + [UInt8](repeating: 0, count: 39) + bytes("0123456789abcdef"))
    #expect(query.mode == NTPPacket.Mode.client)
  }

  @Test func bitsThatDoNotFitAreCutAndLeaveTheNeighboursAlone() {
    var packet = NTPPacket.query(cookie: .zero)
    packet.leap = 0xfe
    packet.version = 0xfc
    packet.mode = 0xfb
    #expect(packet.written[0] == 0b10_100_011)
  }

  @Test func writesItsOwn48BytesOnly() {
    var bytes = [UInt8](repeating: 0xa5, count: 60)
    var span = bytes.mutableSpan
    NTPPacket.query(cookie: .zero).write(to: &span)
    #expect(bytes[48...].allSatisfy { $0 == 0xa5 })
  }
}
