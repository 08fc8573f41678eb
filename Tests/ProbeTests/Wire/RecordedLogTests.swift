import Testing

@testable import Probe

@Suite struct RawstatsLineTests {
  static func parse(_ text: String, isWhole: Bool = true) -> Result<RawstatsLine, LineProblem> {
    let bytes = Array(text.utf8)
    return RawstatsLine.parse(bytes.span, isWhole: isWhole)
  }

  static func line(_ text: String) -> RawstatsLine? { try? parse(text).get() }
  static func problem(_ text: String, isWhole: Bool = true) -> LineProblem? {
    if case .failure(let problem) = parse(text, isWhole: isWhole) { problem } else { nil }
  }

  static let start =
    "61365 8645.838 10.0.0.1 10.0.0.7 4004216645.838933792 4004216645.838934305"
    + " 4004216645.838943435 4004216645.838945372"

  /// ntpd 4.2.8, the same with extension fields, NTPsec 1.0 and 1.2.2, old ntpd with eight columns.
  @Test(arguments: [
    start + " 0 4 4 1 6 -25 0.000000 0.000015 .GPS.",
    start + " 0 4 4 1 6 -25 0.000000 0.000015 .GPS. 8: 0104000800000000",
    start + " 0 4 4 1 6 -25 0.000000 0.000015 .GPS. 12",
    start + " 0 4 4 1 6 -25 0.000000 0.000015 .GPS. 0 0 0x400",
    start, start + " ", start + "\r",
  ])
  func theColumnsOfEachVersion(text: String) throws {
    let line = try #require(Self.line(text))
    let bytes = Array(text.utf8)
    #expect(String(decoding: bytes[line.server], as: UTF8.self) == "10.0.0.1")
    #expect(String(decoding: bytes[line.local], as: UTF8.self) == "10.0.0.7")
    #expect(line.t1.nanoseconds == 1_795_227_845_838_933_792)
    #expect(line.t2.nanoseconds == 1_795_227_845_838_934_305)
    #expect(line.t3.nanoseconds == 1_795_227_845_838_943_435)
    #expect(line.t4.nanoseconds == 1_795_227_845_838_945_372)
    #expect(line.resolution == Nanoseconds(1) && !line.hasZero)
    guard text.contains("GPS") else { return #expect(line.reply == nil) }
    let reply = try #require(line.reply)
    #expect(reply.leap == 0 && reply.version == 4 && reply.mode == 4 && reply.stratum == 1)
    #expect(reply.poll == 6 && reply.precision == -25 && reply.rootDispersion == .microseconds(15))
    #expect(reply.referenceID == ReferenceID(ascii: "GPS"))
  }

  /// xntp3 and ntp 4.0 wrote six decimals; what was left out may be a microsecond.
  @Test func oldLinesHaveSixDecimals() throws {
    let line = try #require(
      Self.line(
        "50928 2132.543 128.4.1.1 128.4.1.20 3102453281.584327 3102453281.586228 3102453332.540806 3102453332.541458"
      ))
    #expect(line.resolution == .microseconds(1))
    #expect(line.t4 - line.t1 == .microseconds(50_957_131))
  }

  @Test func namesOfOtherKinds() throws {
    let driver = try #require(Self.line(Self.start.replacingOccurrences("10.0.0.1", "NMEA(0)")))
    #expect(driver.server.count == 7)
    let unknown = try #require(Self.line(Self.start.replacingOccurrences("10.0.0.7", "-")))
    #expect(unknown.local.isEmpty)
    let stratum2 = try #require(Self.line(Self.start + " 0 4 4 2 6 -25 0.001 0.000015 192.0.2.1"))
    #expect(stratum2.reply?.referenceID == ReferenceID(bits: 0xc000_0201))
  }

  /// The era is told by the line's date: 2^32 s after 1900 is 2036-02-07T06:28:16Z, MJD 64730.
  @Test(
    arguments: [
      ("64730 23296.5", "0.000000000 4294967295.900000000 0.100000000 0.500000000"),
      ("64730 23296.5", "4294967295.800000000 4294967295.900000000 0.100000000 0.500000000"),
      // 64-bit writers count on.
      (
        "64730 23296.5", "4294967296.000000001 4294967295.900000000 4294967296.100000000 4294967296.500000000"
      ),
      // Both in one line.
      ("64730 23296.5", "4294967296.000000001 4294967295.900000000 0.100000000 4294967296.500000000"),
    ])
  func eras(date: String, times: String) throws {
    let line = try #require(Self.line("\(date) 10.0.0.1 - \(times)"))
    #expect(line.t4.nanoseconds == (4_294_967_296 - 2_208_988_800) * 1_000_000_000 + 500_000_000)
    #expect(line.t4 - line.t1 < .seconds(1) && line.t2.ahead(of: line.t4) == .milliseconds(-600))
    #expect(line.t3.ahead(of: line.t4) == .milliseconds(-400))
  }

  @Test(
    arguments: [
      ("61365", .truncated), ("61365 8645.838 10.0.0.1", .truncated),
      ("61365 8645.838 a b 4004216645.8 4004216645.8", .truncated),
      (start + " 0 4 4 1", .truncated), (start + " 0 4 4 1 6 -25 0.0 0.0", .truncated),
      // loopstats, peerstats, and a day that is none.
      ("61365 8645.838 0.000001234 -12.345 0.000000123 0.001234 6", .truncated),
      ("61365 8645.838 10.0.0.1 961a 0.000012 0.000123 0.0001 0.00001", .implausible),
      ("10000 8645.838 a b 1 1 1 1", .malformed), ("61365 86401.0 a b 1 1 1 1", .malformed),
      // Unix time, which is no NTP time; and a clock a week from the line's own date.
      ("61365 8645.838 a b 1795227845.8 1795227845.8 1795227845.8 1795227845.8", .implausible),
      ("61358 8645.838 a b 4004216645.8 4004216645.8 4004216645.8 4004216645.8", .implausible),
      (start + " 4 4 4 1 6 -25 0.0 0.0 .GPS.", .malformed),
      (start + " 0 4 4 256 6 -25 0.0 0.0 .GPS.", .malformed),
    ] as [(String, LineProblem)])
  func whatIsWrong(text: String, problem: LineProblem) { #expect(Self.problem(text) == problem) }

  /// Without its end a line of eight columns may have lost digits; one with more has the times whole.
  @Test func aLastLineWithoutItsEnd() {
    #expect(Self.problem(Self.start, isWhole: false) == .truncated)
    #expect(Self.problem(Self.start + " 0 4 4 1 6 -25 0.000000 0.000015 .GPS.", isWhole: false) == nil)
  }

  /// Cut anywhere it is refused or it is whole: never other times than it has.
  @Test func cutAnywhere() throws {
    let text = Self.start + " 0 4 4 1 6 -25 0.000000 0.000015 .GPS."
    let whole = try #require(Self.line(text))
    for length in 0..<text.utf8.count {
      guard let cut = try? Self.parse(String(text.prefix(length)), isWhole: false).get() else { continue }
      #expect(cut.t1 == whole.t1 && cut.t2 == whole.t2 && cut.t3 == whole.t3 && cut.t4 == whole.t4)
    }
  }
}

@Suite struct ChronyLineTests {
  static func parse(_ text: String, isWhole: Bool = true) -> Result<ChronyLine, LineProblem> {
    let bytes = Array(text.utf8)
    return ChronyLine.parse(bytes.span, isWhole: isWhole)
  }

  static let old =
    "2016-11-09 05:40:50 203.0.113.15    N  2 111 111 1111  10 10 1.0  -4.966e-03  2.296e-01  1.577e-05  1.615e-01  7.446e-03"
  static let new = old + " CB00717B 4B D K"

  /// The example of chrony.conf(5), and the columns of version 2.
  @Test(arguments: [old, new]) func theColumns(text: String) throws {
    let line = try Self.parse(text).get()
    #expect(line.second.nanoseconds == 1_478_670_050_000_000_000)
    #expect(line.leap == 0 && line.stratum == 2 && line.tests == 0x3f)
    #expect(line.offset == .microseconds(-4966) && line.delay == .microseconds(229_600))
    #expect(line.rounding >= Nanoseconds(25_500) && line.rounding < Nanoseconds(25_510))
    #expect(line.dispersion >= Nanoseconds(15_770) && line.dispersion < Nanoseconds(15_780))
    #expect(line.rootDelay == .microseconds(161_500) && line.rootDispersion == .microseconds(7446))
    let isNew = text.count > Self.old.count
    #expect(line.referenceID.bits == (isNew ? 0xcb00_717b : 0) && line.mode == (isNew ? 4 : 0))
    #expect(line.transmit == (isNew ? UInt8(ascii: "D") : 0))
  }

  @Test func testsThatFailedAndOtherLeaps() throws {
    let line = try Self.parse(Self.new.replacingOccurrences("N  2 111 111", "?  0 101 110")).get()
    #expect(line.leap == 3 && line.stratum == 0 && line.tests == 0x2e)
    #expect(try Self.parse(Self.new.replacingOccurrences(" N ", " + ")).get().leap == 1)
    #expect(
      try Self.parse(Self.new.replacingOccurrences("203.0.113.15   ", "2001:db8::1")).get().offset < .zero)
  }

  @Test(
    arguments: [
      ("2016-11-09", .truncated), (String(old.dropLast(10)), .truncated),
      (old.replacingOccurrences(" N ", " X "), .malformed),
      (old.replacingOccurrences("11-09", "13-09"), .malformed),
      (old.replacingOccurrences("111 111", "121 111"), .malformed),
      (old.replacingOccurrences("2.296e-01", "nan"), .malformed),
      (old.replacingOccurrences("-4.966e-03", "4e20"), .implausible),
      (new.replacingOccurrences("CB00717B", "CB0071"), .malformed),
      // chrony's tracking log.
      (
        "2017-08-22 13:22:36 203.0.113.15     2     -3.541      0.075 -8.621e-06 N  2  2.940e-06 -2.084e-07  1.534e-02  3.472e-04  8.304e-03",
        .malformed
      ),
    ] as [(String, LineProblem)])
  func whatIsWrong(text: String, problem: LineProblem) {
    var found: LineProblem?
    if case .failure(let problem) = Self.parse(text) { found = problem }
    #expect(found == problem)
  }

  @Test func cutAnywhere() throws {
    let whole = try Self.parse(Self.new).get()
    for length in 0..<Self.new.utf8.count {
      guard let cut = try? Self.parse(String(Self.new.prefix(length)), isWhole: false).get() else { continue }
      #expect(
        cut.offset == whole.offset && cut.delay == whole.delay && cut.rootDispersion == whole.rootDispersion)
    }
  }
}

@Suite struct LineKindTests {
  @Test(
    arguments: [
      ("", .idle), ("   \r", .idle), ("# comment", .idle), ("=======", .idle),
      ("   Date (UTC) Time     IP Address   L St 123 567 ABCD  LP RP Score", .idle),
      ("{\"schema\"", .record), ("  {", .record), (RawstatsLineTests.start, .rawstats),
      (ChronyLineTests.old, .chrony),
      ("hello", .unknown), ("Date", .unknown), ("1", .unknown), ("2016-1", .unknown),
      ("unix_time,offset", .unknown),
      ("1795227845.838945372,-0.000000712", .unknown), ("\u{1f}\u{8b}", .unknown),
    ] as [(String, LineKind)])
  func byItsFirstBytes(text: String, kind: LineKind) {
    let bytes = Array(text.utf8)
    #expect(LineKind(bytes.span) == kind)
  }
}

extension String {
  func replacingOccurrences(_ part: String, _ other: String) -> String {
    guard let range = self.firstRange(of: part) else { return self }
    return replacingCharacters(range, other)
  }

  private func firstRange(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }

  private func replacingCharacters(_ range: Range<String.Index>, _ other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
