import Foundation
import Testing

@testable import Probe

@Suite struct CalendarTests {
  private static let second: Int64 = 1_000_000_000

  /// Foundation's calendar, asked for whole seconds: a Double holds those exactly.
  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    return calendar
  }()

  private func check(_ seconds: Int64, _ nanosecond: Int64) {
    let civil = CivilTime(Instant<Realtime>(nanoseconds: seconds * Self.second + nanosecond))
    let parts = Self.calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
    #expect(civil.year == parts.year.map(Int64.init))
    #expect(civil.month == parts.month.map(Int64.init))
    #expect(civil.day == parts.day.map(Int64.init))
    #expect(civil.hour == parts.hour.map(Int64.init))
    #expect(civil.minute == parts.minute.map(Int64.init))
    #expect(civil.second == parts.second.map(Int64.init))
    #expect(civil.nanosecond == nanosecond)
  }

  @Test func agreesWithFoundation() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<3000 {
      check(
        Int64.random(in: -9_223_372_035...9_223_372_035, using: &random),
        Int64.random(in: 0..<Self.second, using: &random))
    }
  }

  /// The last second of a day, and the first two of the next, at the days where calendars go wrong.
  @Test func daysThatGoWrong() {
    let days: [Int64] = [
      0, 1, -1, -25567, -25508,  // 1970; 1900-01-01; 1900-03-01, not a leap year
      11016, 11017, 24855, 24855 - 365,  // 2000-02-29, 2000-03-01; 2038-01-19
      24143, 24144, 47540, 47541,  // 2036-02-07; 2100-02-28, 2100-03-01
      106_751, -106_750,  // the ends of the range: 2262-04-11, 1677-09-22
    ]
    for day in days {
      for offset: Int64 in [-1, 0, 1] {
        check(day * 86400 + offset, 0)
        check(day * 86400 + offset, Self.second - 1)
      }
    }
  }

  @Test(arguments: [
    (0, "1970-01-01"), (951_782_400, "2000-02-29"), (2_085_978_496, "2036-02-07"),
    (4_107_542_400, "2100-03-01"), (9_223_286_400, "2262-04-11"), (-1, "1969-12-31"),
  ] as [(Int64, String)])
  func knownDates(_ seconds: Int64, _ date: String) {
    let civil = CivilTime(Instant<Realtime>(nanoseconds: seconds * Self.second))
    let text = String(format: "%04d-%02d-%02d", Int(civil.year), Int(civil.month), Int(civil.day))
    #expect(text == date)
  }

  @Test func endsOfTheRange() {
    let first = CivilTime(Instant<Realtime>(nanoseconds: .min))
    #expect((first.year, first.month, first.day) == (1677, 9, 21))
    #expect((first.hour, first.minute, first.second, first.nanosecond) == (0, 12, 43, 145_224_192))
    let last = CivilTime(Instant<Realtime>(nanoseconds: .max))
    #expect((last.year, last.month, last.day) == (2262, 4, 11))
    #expect((last.hour, last.minute, last.second, last.nanosecond) == (23, 47, 16, 854_775_807))
  }

  @Test func modifiedJulianDay() {
    func day(_ nanoseconds: Int64) -> (day: Int64, past: Nanoseconds) {
      Instant<Realtime>(nanoseconds: nanoseconds).modifiedJulianDay
    }
    #expect(day(0) == (40587, .zero))
    #expect(day(-1) == (40586, Nanoseconds(86_399_999_999_999)))
    #expect(day(951_782_400 * Self.second + 5) == (51603, Nanoseconds(5)))
  }
}
