import Testing

@testable import Probe

@Suite struct ReferenceIDTests {
  @Test(arguments: [
    (0x4750_5300, 1, "GPS"), (0x4750_5320, 1, "GPS"), (0x5050_5300, 1, "PPS"), (0x4450_5420, 1, "DPT"),
    (0x474c_4f4e, 1, "GLON"), (0x5241_5445, 0, "RATE"), (0x494e_4954, 0, "INIT"), (0x4100_0000, 0, "A"),
    (0x4120_4200, 1, "A B"), (0x2222_5c00, 1, "\"\"\\"),
    (0x0000_0000, 0, "0x00000000"), (0x2020_2020, 1, "0x20202020"), (0x4700_5300, 1, "0x47005300"),
    (0x7f7f_0101, 1, "0x7f7f0101"), (0x4750_53ff, 1, "0x475053ff"), (0x0a47_5053, 1, "0x0a475053"),
    (0x7f00_0001, 2, "127.0.0.1"), (0x4750_5300, 2, "71.80.83.0"), (0xffff_ffff, 15, "255.255.255.255"),
    (0x0000_0000, 16, "0.0.0.0"), (0x0102_0304, 255, "1.2.3.4"),
  ] as [(UInt32, UInt8, String)])
  func textDependsOnTheStratum(_ bits: UInt32, _ stratum: UInt8, _ expected: String) {
    #expect(text { ReferenceID(bits: bits).append(to: &$0, stratum: stratum) } == expected)
  }

  /// Whatever a server sends, a log line or a terminal gets printable ASCII.
  @Test func textIsAlwaysPrintable() {
    var random = SeededGenerator(seed: 13)
    for _ in 0..<5000 {
      var bytes: [UInt8] = []
      ReferenceID(bits: UInt32(truncatingIfNeeded: random.next())).append(
        to: &bytes, stratum: UInt8(random.next() % 17))
      #expect(!bytes.isEmpty && bytes.allSatisfy { (0x20...0x7e).contains($0) })
    }
  }

  @Test func ascii() {
    #expect(ReferenceID(ascii: "GPS").bits == 0x4750_5300)
    #expect(ReferenceID(ascii: "").bits == 0)
    #expect(ReferenceID(ascii: "RATES").bits == 0x5241_5445)
  }
}

@Suite struct KissCodeTests {
  private func code(_ reference: ReferenceID, stratum: UInt8 = 0) -> KissCode? {
    var packet = NTPPacket.query(cookie: .zero)
    packet.mode = NTPPacket.Mode.server
    packet.stratum = stratum
    packet.referenceID = reference
    return KissCode(packet)
  }

  @Test func knowsTheCodesThatAskSomething() {
    #expect(code(ReferenceID(ascii: "DENY")) == .deny)
    #expect(code(ReferenceID(ascii: "RSTR")) == .restrict)
    #expect(code(ReferenceID(ascii: "RATE")) == .rate)
    #expect(KissCode.deny.forbids && KissCode.restrict.forbids && !KissCode.rate.forbids)
  }

  @Test func keepsTheOthers() {
    for reference in [
      ReferenceID(ascii: "INIT"), ReferenceID(ascii: "STEP"), ReferenceID(ascii: "NTSN"),
      ReferenceID(ascii: "rate"), ReferenceID(ascii: "X"),
    ] {
      #expect(code(reference) == .other(reference))
      #expect(code(reference)?.forbids == false)
    }
  }

  /// The reply of a chronyd that is not synchronised has stratum 0 and reference 0.
  @Test func isNoneWithoutStratumZeroOrWithoutCharacters() {
    #expect(code(ReferenceID(bits: 0)) == nil)
    #expect(code(ReferenceID(bits: 0x7f7f_0101)) == nil)
    for stratum in 1...255 as ClosedRange<UInt8> {
      #expect(code(ReferenceID(ascii: "DENY"), stratum: stratum) == nil)
    }
  }
}
