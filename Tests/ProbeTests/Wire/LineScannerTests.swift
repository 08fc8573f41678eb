import Testing

@testable import Probe

@Suite struct LineScannerTests {
  private func decimal(_ text: String) -> (Int64, Int)? {
    let bytes = Array(text.utf8)
    var scanner = LineScanner(bytes.span)
    return scanner.decimal(bytes.span).map { ($0.length.count, $0.decimals) }
  }

  @Test(
    arguments: [
      ("0", 0, 0), ("1", 1_000_000_000, 0), ("-1", -1_000_000_000, 0), (" 1.5", 1_500_000_000, 1),
      ("0.000000001", 1, 9), ("-0.000000001", -1, 9), ("4004216645.838933792", 4_004_216_645_838_933_792, 9),
      ("3.1234567899", 3_123_456_789, 10), ("007.25 x", 7_250_000_000, 2), ("99999999999", .max, 0),
      ("-99999999999", -.max, 0),
    ] as [(String, Int64, Int)])
  func decimals(text: String, count: Int64, decimals: Int) {
    let found = decimal(text)
    #expect(found?.0 == count && found?.1 == decimals)
  }

  @Test(arguments: [
    "", "-", ".5", "1.", "1,5", "1.5x", "+1", "1e3", "nan", "9999999999999999999", "0x10", "--1",
  ])
  func noDecimals(text: String) { #expect(decimal(text) == nil) }

  private func scientific(_ text: String) -> (value: Nanoseconds, error: Nanoseconds)? {
    let bytes = Array(text.utf8)
    var scanner = LineScanner(bytes.span)
    return scanner.scientific(bytes.span)
  }

  /// chrony's own examples (chrony.conf(5)), and the ends of the range. The error covers half of the last digit.
  @Test(
    arguments: [
      ("-4.966e-03", -4_966_000, 500), ("2.296e-01", 229_600_000, 50_000), ("1.577e-05", 15_770, 5),
      ("7.446e-03", 7_446_000, 500), ("0.000e+00", 0, 1), (" 1.234e-09", 1, 1),
      ("9.999e+02", 999_900_000_000, 50_000_000),
      ("0.00", 0, 1), ("1.0", 1_000_000_000, 50_000_000),
    ] as [(String, Int64, Int64)])
  func scientific(text: String, count: Int64, error: Int64) throws {
    let found = try #require(scientific(text))
    #expect(found.value.count == count)
    #expect(found.error.count >= error && found.error.count <= error + 2)
  }

  @Test(
    arguments: [
      "", "e5", ".", "-", "1.2.3", "1e", "1e+", "1e5x", "nan", "-inf", "1e1000", "1234567890123456789e1",
    ])
  func notScientific(text: String) { #expect(scientific(text) == nil) }

  @Test func hugeExponentsSaturate() throws {
    #expect(try #require(scientific("1.0e+300")).value == .max)
    #expect(try #require(scientific("-1.0e+300")).value == -.max)
    #expect(try #require(scientific("1.0e-300")).value == .zero)
  }

  @Test func rfc3339() {
    func moment(_ text: String) -> Int64? {
      let bytes = Array(text.utf8)
      return Instant<Realtime>(rfc3339: bytes.span)?.nanoseconds
    }
    #expect(moment("2026-11-21T02:24:05.838933792Z") == 1_795_227_845_838_933_792)
    #expect(moment("1970-01-01T00:00:00Z") == 0)
    for wrong in [
      "", "2026-11-21", "2026-11-21 02:24:05Z", "2026-13-21T02:24:05Z", "2026-11-21T02:24:05",
      "2026-11-21T02:24:05+01:00",
    ] {
      #expect(moment(wrong) == nil)
    }
    // What we write we read.
    var random = SeededGenerator(seed: 5)
    for _ in 0..<1000 {
      let instant = Instant<Realtime>(nanoseconds: random.number() / 2 + 4_000_000_000_000_000_000)
      var writer = ByteWriter()
      writer.append(rfc3339: instant)
      #expect(Instant<Realtime>(rfc3339: writer.bytes.span) == instant)
    }
  }
}
