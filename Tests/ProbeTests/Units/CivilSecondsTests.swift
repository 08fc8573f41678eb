import Testing

@testable import Probe

struct CivilSecondsTests {
  @Test func `it is the reverse of the calendar`() {
    for day in stride(from: Int64(-719_000), to: 2_900_000, by: 97) {
      let seconds = day * 86400 + 3723
      guard seconds.magnitude < 9_000_000_000 else { continue }
      let time = CivilTime(Instant<Realtime>(nanoseconds: seconds * 1_000_000_000))
      #expect(
        CivilTime.seconds(
          year: time.year, month: time.month, day: time.day, hour: time.hour, minute: time.minute,
          second: time.second) == seconds)
    }
  }

  @Test func known() {
    #expect(CivilTime.seconds(year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0) == 0)
    #expect(CivilTime.seconds(year: 2000, month: 2, day: 29, hour: 12, minute: 0, second: 0) == 951_825_600)
    #expect(CivilTime.seconds(year: 2026, month: 13, day: 1, hour: 0, minute: 0, second: 0) == nil)
    #expect(CivilTime.seconds(year: 2026, month: 0, day: 1, hour: 0, minute: 0, second: 0) == nil)
    #expect(CivilTime.seconds(year: 2026, month: 1, day: 1, hour: 24, minute: 0, second: 0) == nil)
  }
}
