import Testing

@testable import Probe

@Suite struct FiguresTests {
  static func text(_ write: (inout ByteWriter) -> Void) -> String {
    var text = ByteWriter()
    write(&text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      (0, .nearest, "0"), (1, .nearest, "1ns"), (712, .nearest, "712ns"), (999, .up, "999ns"),
      (1000, .nearest, "1us"),
      (1234, .nearest, "1.23us"), (1235, .nearest, "1.24us"), (1231, .up, "1.24us"), (1239, .down, "1.23us"),
      (14_211, .nearest, "14.2us"), (999_499, .nearest, "999us"), (999_500, .nearest, "1ms"),
      (999_001, .up, "1ms"), (999_999, .down, "999us"), (5_120_000, .nearest, "5.12ms"),
      (9_995_000, .nearest, "10ms"), (99_950_000, .nearest, "100ms"), (999_999_999, .up, "1s"),
      (999_000_000_000, .nearest, "999s"), (1_000_000_000_000, .nearest, "16.7min"),
      (7_200_000_000_000, .nearest, "2h"), (259_200_000_000_000, .nearest, "3d"), (.max, .up, "106752d"),
      (.min, .up, "106752d"), (-14_211, .nearest, "14.2us"),
    ] as [(Int64, Rounding, String)])
  func lengths(count: Int64, rounding: Rounding, text: String) {
    #expect(Self.text { $0.append(figure: Nanoseconds(count), rounding) } == text)
  }

  @Test(
    arguments: [
      (-76_920, 104_300, "77us ahead to 105us behind"), (77_020, 104_300, "77us to 105us behind"),
      (-104_300, -77_020, "77us to 105us ahead"), (0, 5, "0 to 5ns behind"), (-5, 0, "0 to 5ns ahead"),
      (0, 0, "0 to 0"), (.min, .max, "106752d ahead to 106752d behind"),
    ] as [(Int64, Int64, String)])
  func intervals(low: Int64, high: Int64, text: String) {
    #expect(Self.text { $0.append(from: Nanoseconds(low), to: Nanoseconds(high)) } == text)
  }

  @Test(
    arguments: [
      (1_000_000, "100 %"), (999_999, "99.99 %"), (990_000, "99 %"), (931_200, "93.12 %"), (0, "0 %"),
      (-5, "0 %"),
      (2_000_000, "100 %"), (500, "0.05 %"),
    ] as [(Int64, String)])
  func shares(partsPerMillion: Int64, text: String) {
    #expect(Self.text { $0.append(share: partsPerMillion) } == text)
  }

  /// Up never says less, down never more, and all are within half a percent.
  @Test func roundingKeepsItsSide() throws {
    for shift in 0..<62 {
      for _ in 0..<50 {
        let count = Int64.random(in: 1...(.max)) >> Int64(shift)
        guard count > 0, count < 8_000_000_000_000_000_000 else { continue }
        let up = try parseDuration(Array(Self.text { $0.append(figure: Nanoseconds(count), .up) }.utf8))
        let down = try parseDuration(Array(Self.text { $0.append(figure: Nanoseconds(count), .down) }.utf8))
        #expect(down.count <= count && count <= up.count)
        #expect(up.count - down.count <= max(1, count / 99))
      }
    }
  }
}
