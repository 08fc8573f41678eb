import Testing

@testable import Probe

@Suite("rawstats")
struct RawstatsRecordTests {
  private func line(_ sample: Sample, _ reference: ReferenceInfo = Fixture.gps1) -> String {
    Fixture.text { $0.rawstats(sample, reference) }
  }

  private func columns(_ server: ServerState) -> [Substring] {
    line(Fixture.sample(Fixture.exchange(server: server))).dropLast().split(separator: " ")
  }

  @Test func allColumns() {
    #expect(
      line(Fixture.sample())
        == "61365 8645.838 10.0.0.1 10.0.0.7 4004216645.838933792 4004216645.838934305 "
        + "4004216645.838943435 4004216645.838945372 0 4 4 1 6 -25 0.000000 0.000015 .GPS.\n")
  }

  /// What ntpd 4.2.8 and NTPsec both write of these values, from the example line in NTPsec 1.2.2's monopt page.
  @Test func theColumnsOfNTPsecsOwnExample() {
    let shift: Int64 = 3_867_818_701_000_000_000 - 2_208_988_800_000_000_000
    var exchange = Fixture.exchange()
    exchange.transmit.at = Instant(nanoseconds: shift + 119_346_355)
    exchange.serverReceive = Instant(nanoseconds: shift + 152_009_264)
    exchange.serverTransmit = Instant(nanoseconds: shift + 152_010_426)
    exchange.receive.at = Instant(nanoseconds: shift + 1_768_490_825)
    exchange.server = ServerState(
      leap: 0, stratum: 1, referenceID: ReferenceID(bits: 0x4e49_5354), rootDelay: NTPShort(bits: 16).length,
      rootDispersion: NTPShort(bits: 32).length, precision: Precision(exponent: -29), poll: 13)
    var sample = Fixture.sample(exchange)
    sample.header.time = Instant(nanoseconds: shift + 1_768_499_999)
    let reference = ReferenceInfo(
      name: "nist", address: "2610:20:6f15:15::27", port: 123, source: "2604:a880:1:20::17:5001")
    #expect(
      line(sample, reference)
        == "59786 36302.768 2610:20:6f15:15::27 2604:a880:1:20::17:5001 3867818701.119346355 "
        + "3867818701.152009264 3867818701.152010426 3867818702.768490825 0 4 4 1 13 -29 0.000244 0.000488 "
        + ".NIST.\n")
  }

  @Test func unknownAddressesAreADash() {
    #expect(line(Fixture.sample(), Fixture.nowhere).hasPrefix("61365 8645.838 - - 4004216645."))
  }

  @Test func midnightIsNeverReachedFromBelow() {
    var sample = Fixture.sample()
    sample.header.time = Instant(nanoseconds: 1_795_305_600_000_000_000 - 1)
    #expect(line(sample).hasPrefix("61365 86399.999 "))
    sample.header.time = Instant(nanoseconds: 1_795_305_600_000_000_000)
    #expect(line(sample).hasPrefix("61366 0.000 "))
  }

  /// 2036-02-07T06:28:16Z: the 32 bits of seconds begin again.
  @Test func secondEraBeginsAtZero() {
    var exchange = Fixture.exchange()
    exchange.transmit.at = Instant(nanoseconds: 2_085_978_495_999_999_999)
    exchange.serverReceive = Instant(nanoseconds: 2_085_978_496_000_000_001)
    let columns = line(Fixture.sample(exchange)).split(separator: " ")
    #expect(columns[4] == "4294967295.999999999")
    #expect(columns[5] == "0.000000001")
  }

  @Test func serverWithAnAddressAsReferenceID() {
    var server = Fixture.server
    server.stratum = 2
    server.referenceID = ReferenceID(bits: 0xc000_0201)
    #expect(columns(server).last == "192.0.2.1")
  }

  @Test func aSpaceInTheReferenceIDDoesNotShiftColumns() {
    var server = Fixture.server
    server.referenceID = ReferenceID(bits: 0x4120_4222)
    #expect(columns(server).count == 17)
    #expect(columns(server).last == ".A?B\".")
  }

  /// ntpd prints the value with %.6f; ours went through nanoseconds. A tie, of which a second has 32, may differ.
  @Test func rootDelaysAreRoundedAsPrintfDoes() {
    for bits in stride(from: UInt32(0), to: 0x1_0000, by: 3) {
      // Exact: 10^6 / 2^16 = 15625 / 1024.
      let (whole, rest) = (UInt64(bits) * 15625).quotientAndRemainder(dividingBy: 1024)
      if rest == 512 { continue }
      var server = Fixture.server
      server.rootDelay = NTPShort(bits: bits).length
      let digits = "\(whole + (rest > 512 ? 1 : 0))"
      let expected = "0." + String(repeating: "0", count: 6 - digits.utf8.count) + digits
      #expect(columns(server)[14] == expected)
    }
  }
}
