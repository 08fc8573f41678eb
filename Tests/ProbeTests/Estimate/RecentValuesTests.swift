import Testing

@testable import Probe

@Suite struct RecentValuesTests {
  @Test(arguments: 0..<20)
  func asSortedByHand(_ seed: Int) {
    var random = SeededGenerator(seed: 40 + UInt64(seed))
    var recent = RecentValues(width: 1 + seed)
    var all: [Int64] = []
    for _ in 0..<100 {
      let value = Int64(random.next() % 2000) - 1000
      all.append(value)
      recent.add(Nanoseconds(value))
      let last = all.suffix(1 + seed).sorted()
      let median = last[(last.count - 1) / 2]
      let away = last.map { abs($0 - median) }.sorted()
      #expect(recent.count == last.count && recent.median == Nanoseconds(median))
      #expect(recent.deviation == Nanoseconds(away[(away.count - 1) / 2]))
    }
  }

  /// A third of the values may be anything.
  @Test func outliersMoveNothing() {
    var random = SeededGenerator(seed: 3)
    var recent = RecentValues()
    for index in 0..<64 {
      recent.add(index % 3 == 0 ? Nanoseconds(random.number()) : Nanoseconds(1000 + Int64(index)))
    }
    #expect(recent.median.map { (990...1070).contains($0.count) } == true)
    #expect((recent.deviation ?? .max) < Nanoseconds(70))
    #expect((recent.distance(of: .milliseconds(1)) ?? 0) > 1000)
    #expect(recent.distance(of: Nanoseconds(1030)) == 0)
  }

  @Test func nothingAndOne() {
    var recent = RecentValues()
    #expect(recent.median == nil && recent.deviation == nil && recent.distance(of: .zero) == nil)
    recent.add(Nanoseconds(5))
    #expect(recent.median == Nanoseconds(5) && recent.deviation == .zero && recent.distance(of: .zero) == nil)
  }
}
