import Testing

@testable import Probe

@Suite struct DurationTests {
  static func parse(_ text: String) throws(QuantityError) -> Int64 {
    try parseDuration(Array(text.utf8)).count
  }

  @Test(
    arguments: [
      ("1ns", 1), ("500us", 500_000), ("8ms", 8_000_000), ("1.5ms", 1_500_000), ("7812500ns", 7_812_500),
      ("1s", 1_000_000_000), ("2min", 120_000_000_000), ("1h", 3_600_000_000_000), ("1d", 86_400_000_000_000),
      ("3µs", 3000), ("3μs", 3000), ("-250us", -250_000), ("+1s", 1_000_000_000), ("-0s", 0),
      ("007ms", 7_000_000),
      ("1.000000000s", 1_000_000_000), ("0.000000001s", 1), ("1.00000000000000000000000s", 1_000_000_000),
      ("0.00000000005min", 3), ("9223372036854775807ns", .max), ("-9223372036854775807ns", -.max),
      ("9223372036.854775807s", .max),
    ] as [(String, Int64)])
  func read(text: String, count: Int64) throws {
    #expect(try Self.parse(text) == count)
  }

  @Test(
    arguments: [
      ("", QuantityError.noNumber), ("ms", .noNumber), ("-", .noNumber), ("+-1s", .noNumber),
      (".5s", .noNumber),
      ("1.s", .noNumber), ("1.", .noNumber), (" 1s", .noNumber), ("8", .noUnit), ("1.5", .noUnit),
      ("-8", .noUnit),
      ("5m", .minuteOrMillisecond), ("5S", .unknownUnit), ("5 s", .unknownUnit), ("5s ", .unknownUnit),
      ("1e3s", .unknownUnit), ("1_000s", .unknownUnit), ("1,5s", .unknownUnit), ("1.5.1s", .unknownUnit),
      ("1h30min", .unknownUnit), ("0.5ns", .tooFine), ("0.0000000001s", .tooFine),
      ("0.0000000000000000001s", .tooFine), ("9223372036854775808ns", .tooLarge), ("9223372037s", .tooLarge),
      ("99999999999999999999999999h", .tooLarge), ("18446744073709551615ns", .tooLarge),
      ("18446744073709551616ns", .tooLarge),
    ] as [(String, QuantityError)])
  func refuse(text: String, error: QuantityError) {
    #expect(throws: error) { try Self.parse(text) }
  }

  @Test(
    arguments: [
      (0, "0s"), (1, "1ns"), (8_000_000, "8ms"), (1_500_000, "1500us"), (60_000_000_000, "1min"),
      (86_400_000_000_000, "24h"), (-250_000, "-250us"),
    ] as [(Int64, String)])
  func exactText(count: Int64, text: String) {
    #expect(Nanoseconds(count).exactText == text)
  }

  @Test func roundTrip() throws {
    for shift in 0..<63 {
      for _ in 0..<200 {
        let count = Int64.random(in: (-.max)...(.max)) >> Int64(shift)
        let length = Nanoseconds(count == .min ? 0 : count)
        #expect(try parseDuration(Array(length.exactText.utf8)) == length)
      }
    }
  }

  /// The same number written with a point in a larger unit.
  @Test func fractionsAreExact() throws {
    for _ in 0..<2000 {
      let count = Int64.random(in: 0...(.max))
      let digits = String(count % 1_000_000_000)
      let fraction = String(repeating: "0", count: 9 - digits.count) + digits
      #expect(try Self.parse("\(count / 1_000_000_000).\(fraction)s") == count)
    }
  }

  @Test func anyBytesAreSafe() {
    for _ in 0..<50_000 {
      let alphabet = Array("0123456789.+-nusmihd\u{b5}\0".utf8) + [0xff]
      let word = (0..<Int.random(in: 0...24)).map { _ in alphabet.randomElement()! }
      _ = try? parseDuration(word)
      _ = try? parseRate(word)
    }
  }
}
