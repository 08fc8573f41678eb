import Testing

@testable import Probe

/// The band of lines against the linear programme over every constraint of its window.
@Suite struct LineBandTests {
  private func check(_ band: inout LineBand, _ exact: FeasibleLines, at moment: Int64) -> Bool {
    let outcome = band.bounds(at: Instant(nanoseconds: moment))
    if let (low, high) = exact.bounds(at: moment), low <= high {
      #expect(outcome == .between(low: Nanoseconds(low), high: Nanoseconds(high)))
      return true
    }
    #expect(outcome == .empty)
    return false
  }

  /// The same to the nanosecond at each exchange and between them, with the window shorter than the run.
  @Test(arguments: 0..<24)
  func asTheLinearProgramme(_ seed: Int) {
    var world = World(seed: 5000 + UInt64(seed))
    let tolerance = Rate.partsPerMillion([0, 1, 50, 500][seed % 4])
    let window = Nanoseconds.milliseconds([100, 700, 100_000][seed % 3])
    var band = LineBand(tolerance: tolerance, window: window)
    var exact = FeasibleLines(tolerance: tolerance, window: window)
    var moment: Int64 = 0
    var at: Int64 = 0
    for _ in 0..<120 {
      // Some wait for longer than the window.
      moment += world.random.next() % 40 == 0 ? ms(400) : ms(Int64(world.random.next() % 16))
      let bound = Bound(world.exchange(moment))
      band.add(bound, from: Instant(nanoseconds: .min))
      exact.add(bound)
      at = max(at, bound.arrived.nanoseconds)
      #expect(check(&band, exact, at: at) == true)
      var later = band
      #expect(check(&later, exact, at: at + Int64(world.random.next() % UInt64(ms(20)))) == true)
    }
  }

  /// Numbers without any sense: bounds that exclude each other, that overtake each other, and all of a size.
  @Test(arguments: 0..<40)
  func asTheLinearProgrammeWhateverTheNumbers(_ seed: Int) {
    var random = SeededGenerator(seed: 6000 + UInt64(seed))
    let size = UInt64(1) << (random.next() % 24 + 2)
    var (empty, closed) = (0, 0)
    for _ in 0..<30 {
      var band = LineBand(tolerance: .partsPerMillion(1), window: .seconds(1))
      var exact = FeasibleLines(tolerance: .partsPerMillion(1), window: .seconds(1))
      var at: Int64 = 0
      for index: Int64 in 0..<30 {
        var bound = Bound(Scene.exchange(0, 0, 0, 0))
        // Moments fall together, and few are in order.
        let arrived = index * 100 + Int64(random.next() % size)
        bound.arrived = Instant(nanoseconds: arrived)
        bound.departed = Instant(nanoseconds: arrived - Int64(random.next() % size))
        bound.high = Nanoseconds(Int64(random.next() % size))
        bound.low = Nanoseconds(-Int64(random.next() % size) + Int64(random.next() % 3))
        band.add(bound, from: Instant(nanoseconds: .min))
        exact.add(bound)
        at = max(at, arrived)
        if check(&band, exact, at: at) { closed += 1 } else { empty += 1 }
      }
    }
    #expect(closed > 0)
  }

  /// A rate that drifts leaves every bound on the hull. What is thinned allows more, never less, and little more.
  @Test func aDriftingRateIsThinned() throws {
    var band = LineBand(tolerance: .partsPerMillion(1), window: .seconds(300))
    var exact = FeasibleLines(tolerance: .partsPerMillion(1), window: .seconds(300))
    var bound = Bound(Scene.exchange(0, 0, 0, 0))
    for index: Int64 in 0..<4000 {
      let at = index * 100_000_000
      // 1e-3 ppm/s: after 300 s 0.3 ppm.
      let g = Int64(5e-10 * Double(at) * Double(at) * 1e-9)
      bound.departed = Instant(nanoseconds: at)
      bound.arrived = Instant(nanoseconds: at + 1000)
      bound.high = Nanoseconds(g + 100_000)
      bound.low = Nanoseconds(g - 100_000)
      band.add(bound, from: Instant(nanoseconds: .min))
      if index >= 3980 || index % 500 == 0 { exact.add(bound) }
    }
    guard case .between(let low, let high) = band.bounds(at: bound.arrived) else {
      Issue.record("empty")
      return
    }
    let g = Int64(5e-10 * Double(bound.departed.nanoseconds) * Double(bound.departed.nanoseconds) * 1e-9)
    #expect(low.count <= g && g <= high.count)
    #expect((high - low).count < 202_000)
  }

  /// The hulls stay small, whatever comes.
  @Test func memoryIsBounded() {
    var random = SeededGenerator(seed: 9)
    var band = LineBand(tolerance: .partsPerMillion(1), window: .seconds(300))
    var bound = Bound(Scene.exchange(0, 0, 0, 0))
    for index: Int64 in 0..<60_000 {
      let at = index * 100_000
      let bend = at / 1000 * (at / 1000) / 20_000_000
      bound.departed = Instant(nanoseconds: at)
      bound.arrived = Instant(nanoseconds: at + Int64(random.next() % 1000))
      bound.high = Nanoseconds(bend + 100_000)
      bound.low = Nanoseconds(-bend - 100_000)
      band.add(bound, from: Instant(nanoseconds: .min))
      #expect(band.size <= LineBand.blocks * LineBand.perBlock + 257)
    }
  }
}
