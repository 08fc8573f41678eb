import Testing

@testable import Probe

struct StepStatisticsTests {
  static func of(_ values: [Int64]) -> StepStatistics {
    var steps = StepStatistics()
    for value in values { steps.add(value) }
    return steps
  }

  @Test(
    arguments: [
      ([], nil, nil, 0, 0), ([5], nil, nil, 1, 0), ([5, 5, 5], nil, nil, 3, 0),
      ([0, 4, 12, 12, 18], 4, 2, 5, 0),
      ([0, 80, 160, 400], 80, 80, 4, 0), ([10, 7, 20], 13, 1, 3, 1), ([.min, .max], nil, 1, 2, 1),
      ([.max, .min], 1, 1, 2, 0),
    ] as [([Int64], Int64?, Int64?, UInt64, UInt64)])
  func table(values: [Int64], finest: Int64?, grid: Int64?, readings: UInt64, backward: UInt64) {
    let steps = Self.of(values)
    #expect(steps.finest == finest)
    #expect(steps.grid == grid)
    #expect(steps.readings == readings)
    #expect(steps.backward == backward)
  }

  @Test func furthestBack() {
    #expect(Self.of([100, 90, 95, 60, 200]).furthestBack == 35)
    #expect(Self.of([0, .min]).furthestBack == .max)
  }
}
