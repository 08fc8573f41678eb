import Glibc
import Testing

@testable import Probe

private func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  withUnsafeBytes(of: value) { Array($0) }
}

private func message(_ level: UInt32, _ type: UInt32, _ data: [UInt8], length: UInt64? = nil) -> [UInt8] {
  number(length ?? UInt64(16 + data.count)) + number(level) + number(type) + data
    + [UInt8](repeating: 0, count: -data.count & 7)
}

private func stamps(type: UInt32 = 37, _ software: (UInt64, UInt64), _ hardware: (UInt64, UInt64)) -> [UInt8]
{
  let data = [software, (0, 0), hardware].flatMap { number($0.0) + number($0.1) }
  return message(1, type, data)
}

private func packetInfo(_ index: UInt32) -> [UInt8] { message(0, 8, number(index) + number(UInt64(0))) }

@Suite struct ControlMessageTests {
  private func instant(_ seconds: Int64, _ nanoseconds: Int64) -> Instant<Realtime> {
    Instant(nanoseconds: seconds * 1_000_000_000 + nanoseconds)
  }

  @Test func readsWhatTheKernelWrote() {
    typealias Recorded = RecordedControlMessages
    var expected = ControlMessages()
    expected.software = instant(0x6b01_66f3, 0x24d8_1db5)
    expected.interfaceIndex = 1
    #expect(ControlMessages(Recorded.received4) == expected)
    expected.software = instant(0x6b01_66f3, 0x2747_fbf2)
    #expect(ControlMessages(Recorded.received6) == expected)

    expected = ControlMessages()
    expected.software = instant(0x6b01_66f3, 0x2574_9208)
    expected.error = ExtendedError(errno: 42, origin: 4, type: 0, code: 0, info: 1, data: 1)
    #expect(ControlMessages(Recorded.scheduled4) == expected)
    expected.software = instant(0x6b01_66f3, 0x2574_9e3d)
    expected.error = ExtendedError(errno: 42, origin: 4, type: 0, code: 0, info: 0, data: 1)
    #expect(ControlMessages(Recorded.sent4) == expected)
    expected.software = instant(0x6b01_66f3, 0x27e2_8a09)
    #expect(ControlMessages(Recorded.sent6) == expected)
    #expect(expected.error?.isTransmitStamp == true)

    expected = ControlMessages()
    expected.interfaceIndex = 1
    expected.error = ExtendedError(errno: 111, origin: 2, type: 3, code: 3, info: 0, data: 0)
    #expect(ControlMessages(Recorded.refused4) == expected)
    expected.error = ExtendedError(errno: 111, origin: 3, type: 1, code: 4, info: 0, data: 0)
    #expect(ControlMessages(Recorded.refused6) == expected)
    #expect(expected.error?.isTransmitStamp == false)

    expected = ControlMessages()
    expected.malformed = true
    #expect(ControlMessages(Recorded.cut6) == expected)
  }

  @Test func numbersAreTheHeaders() {
    #expect(ControlMessages.solSocket == UInt32(SOL_SOCKET))
    #expect(ControlMessages.solIP == UInt32(IPPROTO_IP))
    #expect(ControlMessages.solIPv6 == UInt32(IPPROTO_IPV6))
    #expect(ControlMessages.ipPacketInfo == UInt32(IP_PKTINFO))
    #expect(ControlMessages.ipReceiveError == UInt32(IP_RECVERR))
    #expect(ControlMessages.ipv6PacketInfo == UInt32(IPV6_PKTINFO))
    #expect(ControlMessages.ipv6ReceiveError == UInt32(IPV6_RECVERR))
    #expect(ControlMessages.timestampingOld == UInt32(SO_TIMESTAMPING_OLD))
    #expect(ControlMessages.timestampingNew == UInt32(SO_TIMESTAMPING_NEW))
    #expect(ControlMessages.timestampingPacketInfo == UInt32(SCM_TIMESTAMPING_PKTINFO))
    #expect(ControlMessages.headerSize == MemoryLayout<cmsghdr>.size)
  }

  @Test func nothing() {
    #expect(ControlMessages([]) == ControlMessages())
  }

  @Test(arguments: [37, 65] as [UInt32])
  func bothStampsOfBothForms(_ type: UInt32) {
    var expected = ControlMessages()
    expected.software = instant(1_700_000_000, 999_999_999)
    expected.hardware = instant(0, 1)
    #expect(ControlMessages(stamps(type: type, (1_700_000_000, 999_999_999), (0, 1))) == expected)
  }

  @Test func zeroIsAbsent() {
    #expect(ControlMessages(stamps((0, 0), (0, 0))) == ControlMessages())
  }

  @Test func lastSecondOfTheKernelsTime() {
    #expect(ControlMessages(stamps((9_223_372_035, 999_999_999), (0, 0))).malformed == false)
  }

  /// A bad stamp is dropped; the good one beside it is kept.
  @Test(
    arguments: [
      (1, 1_000_000_000), (1, .max), (9_223_372_036, 0), (.max, 0), (UInt64(bitPattern: -1), 5), (1 << 63, 0),
      (0, UInt64(bitPattern: -1)),
    ] as [(UInt64, UInt64)])
  func absurdStampIsDropped(_ seconds: UInt64, _ nanoseconds: UInt64) {
    var expected = ControlMessages()
    expected.malformed = true
    expected.hardware = instant(5, 6)
    #expect(ControlMessages(stamps((seconds, nanoseconds), (5, 6))) == expected)
    expected.hardware = nil
    expected.software = instant(5, 6)
    #expect(ControlMessages(stamps((5, 6), (seconds, nanoseconds))) == expected)
  }

  @Test func cardOfAHardwareStamp() {
    let data = number(UInt32(7)) + number(UInt32(90)) + number(UInt64(0))
    var expected = ControlMessages()
    expected.stampPacketInfo = ControlMessages.StampPacketInfo(interfaceIndex: 7, length: 90)
    #expect(ControlMessages(message(1, 58, data)) == expected)
  }

  /// SCM_TIMESTAMPNS, SCM_RIGHTS, IP_TTL, a level that nobody knows; of any length.
  @Test func unknownMessagesAreSkipped() {
    var bytes: [UInt8] = []
    for (level, type) in [(1, 35), (1, 1), (0, 2), (41, 52), (99, 37), (0, 37), (1, 8)] as [(UInt32, UInt32)]
    {
      for length in [0, 1, 8, 100] { bytes += message(level, type, [UInt8](repeating: 0xff, count: length)) }
    }
    var expected = ControlMessages()
    expected.interfaceIndex = 3
    #expect(ControlMessages(bytes + packetInfo(3)) == expected)
  }

  @Test func theFirstCountsAndAContradictionShows() {
    var expected = ControlMessages()
    expected.interfaceIndex = 3
    let ipv6 = message(41, 50, [UInt8](repeating: 0, count: 16) + number(UInt32(3)))
    #expect(ControlMessages(packetInfo(3) + ipv6) == expected)
    expected.malformed = true
    #expect(ControlMessages(packetInfo(3) + packetInfo(4)) == expected)
  }

  /// What came before is kept; what comes after a length that lies cannot be found.
  @Test(arguments: [0, 1, 15, 29, 1000, 1 << 31, 1 << 32, 1 << 63, .max, .max - 7] as [UInt64])
  func lyingLengths(_ length: UInt64) {
    var expected = ControlMessages()
    expected.interfaceIndex = 3
    expected.malformed = true
    let lie = message(0, 8, number(UInt32(9)) + number(UInt64(0)), length: length)
    #expect(ControlMessages(packetInfo(3) + lie.prefix(28)) == expected)
  }

  @Test(
    arguments: [
      (1, 37, 47), (1, 65, 0), (1, 58, 7), (0, 11, 15), (41, 25, 15), (0, 8, 11), (41, 50, 19),
    ] as [(UInt32, UInt32, Int)])
  func tooShortForWhatItIs(_ level: UInt32, _ type: UInt32, _ size: Int) {
    var expected = ControlMessages()
    expected.malformed = true
    #expect(ControlMessages(message(level, type, [UInt8](repeating: 1, count: size))) == expected)
  }

  /// The last message need not be padded; a rest that cannot be a header is malformed.
  @Test func ends() {
    #expect(ControlMessages(packetInfo(3).dropLast(4) + []).malformed == false)
    for rest in 1..<16 {
      let messages = ControlMessages(packetInfo(3) + [UInt8](repeating: 0, count: rest))
      #expect(messages.malformed && messages.interfaceIndex == 3)
    }
  }

  /// Every prefix of the recorded bytes, and each of them with a byte changed.
  @Test func damageNeverTraps() {
    typealias Recorded = RecordedControlMessages
    var random = SeededGenerator(seed: 17)
    for whole in [Recorded.received4, Recorded.received6, Recorded.sent4, Recorded.sent6, Recorded.refused6] {
      for count in 0...whole.count { _ = ControlMessages(Array(whole.prefix(count))) }
      for _ in 0..<3000 {
        var bytes = whole
        for _ in 0...random.next() % 3 {
          bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        let messages = ControlMessages(bytes)
        #expect(messages.software.map { $0.nanoseconds >= 0 } != false)
      }
    }
  }
}
