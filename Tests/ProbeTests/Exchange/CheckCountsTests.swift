import Testing

@testable import Probe

@Suite struct CheckCountsTests {
  @Test func everyCheckHasAPlaceOfItsOwn() {
    for check in PacketCheck.allCases {
      var counts = CheckCounts()
      counts.count(check)
      for other in PacketCheck.allCases { #expect(counts[other] == (other == check ? 1 : 0)) }
      #expect(counts.total == 1)
    }
  }

  /// Doubled until it must stop: nothing wraps, and one more changes nothing.
  @Test func addingSaturates() {
    var counts = CheckCounts()
    counts.count(.origin)
    counts.count(.delay)
    for _ in 0..<40 { counts.add(counts) }
    #expect(counts[.origin] == .max)
    #expect(counts[.delay] == .max)
    #expect(counts[.short] == 0)
    counts.count(.origin)
    #expect(counts[.origin] == .max)
    #expect(counts.total == 2 * UInt64(UInt32.max))
  }

  @Test func equalityLooksAtEveryPlace() {
    for check in PacketCheck.allCases {
      var counts = CheckCounts()
      counts.count(check)
      #expect(counts != CheckCounts())
      var twice = CheckCounts()
      twice.add(counts)
      #expect(twice == counts)
    }
  }
}
