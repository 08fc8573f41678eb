import Testing

@testable import Probe

@Suite struct StabilityTests {
  /// NIST SP 1065, section 12.4: 1000 frequencies, tau 1 s each; here the phases they add up to.
  static let suite: PhaseSeries = {
    var state: Int64 = 1_234_567_890
    var phase = 0.0
    var phases = [Nanoseconds(0)]
    for _ in 0..<1000 {
      phase += Double(state) / 2_147_483_647
      phases.append(Nanoseconds(Int64((phase * 1e9).rounded())))
      state = 16807 * state % 2_147_483_647
    }
    return PhaseSeries(phases.map { $0 }, every: .seconds(1))
  }()

  /// Seven digits, to one unit in the last: what was published and what was found.
  private func expect(_ found: Deviation?, _ published: Double, _ m: Int, _ scale: Double = 1) throws {
    let value = try #require(found).value * scale
    // Seven figures: between 0.1 and 1 the last is 1e-7.
    var unit = 1e-7
    while published < unit * 1e6 { unit /= 10 }
    while published >= unit * 1e7 { unit *= 10 }
    #expect((value - published).magnitude <= unit, "tau \(m): \(value), published \(published)")
  }

  @Test(
    arguments: [
      (1, 0.2922319, 0.2922319, 0.2922319, 0.2943883, 0.1687202),
      (10, 0.09965736, 0.09159953, 0.06172376, 0.1052754, 0.3563623),
      (100, 0.03897804, 0.03241343, 0.02170921, 0.03910860, 1.253382),
    ])
  func thePublishedFigures(
    _ m: Int, _ allan: Double, _ overlapping: Double, _ modified: Double, _ hadamard: Double, _ time: Double
  ) throws {
    try expect(Self.suite.allan(m, stride: m), allan, m)
    try expect(Self.suite.allan(m), overlapping, m)
    try expect(Self.suite.modifiedAllan(m), modified, m)
    try expect(Self.suite.hadamard(m, stride: m), hadamard, m)
    try expect(Self.suite.time(m), time, m, 1e-9)
  }

  /// A constant offset is in none, a constant rate only in MTIE, a constant drift in ADEV and not in HDEV.
  @Test func whatEachIsBlindTo() {
    let still = PhaseSeries(Array(repeating: .seconds(9), count: 50), every: .seconds(1))
    #expect(still.allan(3)?.value == 0 && still.time(3)?.value == 0 && still.peak(3) == .zero)
    let fast = PhaseSeries((0..<50).map { Nanoseconds(7 * $0) }, every: .seconds(1))
    #expect(fast.allan(3)?.value == 0 && fast.modifiedAllan(3)?.value == 0 && fast.hadamard(3)?.value == 0)
    #expect(fast.peak(3) == Nanoseconds(21))
    // x = n^2 ns: the second difference is 2 m^2 ns at a tau of m s.
    let drifting = PhaseSeries((0..<50).map { Nanoseconds($0 * $0) }, every: .seconds(1))
    #expect(drifting.hadamard(3)?.value == 0)
    let expected = 2.0 * 9 / 2.0.squareRoot() / 3e9
    #expect(((drifting.allan(3)?.value ?? 0) / expected - 1).magnitude < 1e-12)
    #expect(((drifting.modifiedAllan(3)?.value ?? 0) / expected - 1).magnitude < 1e-12)
  }

  @Test func termsAreCounted() {
    #expect(Self.suite.allan(10, stride: 10)?.terms == 99)
    #expect(Self.suite.allan(10)?.terms == 981)
    #expect(Self.suite.modifiedAllan(10)?.terms == 972)
    #expect(Self.suite.hadamard(10, stride: 10)?.terms == 98)
    #expect(Self.suite.hadamard(10)?.terms == 971)
    #expect(Self.suite.allan(500)?.terms == 1 && Self.suite.allan(501) == nil)
    #expect(Self.suite.time(333)?.terms == 3 && Self.suite.time(334) == nil)
    #expect(Self.suite.peak(1000) != nil && Self.suite.peak(1001) == nil)
  }

  @Test func nothingComesOfNothing() {
    for phases: [Nanoseconds?] in [[], [.zero], [nil, nil, nil, nil, nil], [.zero, nil, .zero, nil, .zero]] {
      let series = PhaseSeries(phases, every: .seconds(1))
      #expect(series.allan(1) == nil && series.hadamard(1) == nil && series.time(1) == nil)
      #expect(series.allan(0) == nil && series.allan(-1) == nil && series.allan(1, stride: 0) == nil)
      #expect(series.allan(.max) == nil && series.time(.max) == nil && series.peak(.max) == nil)
    }
    #expect(PhaseSeries([nil, nil, nil], every: .seconds(1)).peak(1) == nil)
    #expect(PhaseSeries([.zero, .zero, .zero], every: .zero).allan(1) == nil)
  }

  /// Whatever the values: the ends of the range, and differences past it.
  @Test func hostileValuesNeverTrap() {
    var random = SeededGenerator(seed: 77)
    var stream = StabilityStream(every: .max)
    var phases: [Nanoseconds?] = []
    for _ in 0..<500 {
      let value = random.next() % 8 == 0 ? nil : Nanoseconds(random.number())
      phases.append(value)
      stream.add(value)
    }
    let series = PhaseSeries(phases, every: .max)
    for m in [1, 2, 3, 50] {
      _ = (series.allan(m), series.hadamard(m), series.time(m), series.modifiedAllan(m), series.peak(m))
    }
    _ = stream.points
  }
}
