import Testing

@testable import Probe

/// What an absent value does to each statistic.
@Suite struct StabilityGapTests {
  /// A difference with an absent point is left out, and no other.
  @Test(arguments: [1, 3, 8])
  func differencesWithAGapAreLeftOut(_ m: Int) throws {
    var noise = PhaseNoise(seed: 5)
    let phases = noise.gaps(noise.phases(400))
    let series = PhaseSeries(phases, every: .seconds(1))
    var (sum, terms) = (0.0, 0)
    for place in 0..<(400 - 2 * m) {
      guard let a = phases[place], let b = phases[place + m], let c = phases[place + 2 * m] else { continue }
      let bend = Double((c - b).count - (b - a).count)
      sum += bend * bend
      terms += 1
    }
    let allan = try #require(series.allan(m))
    #expect(Int(allan.terms) == terms && terms < 400 - 2 * m)
    #expect((allan.value / ((sum / 2 / Double(terms)).squareRoot() / Double(m) / 1e9) - 1).magnitude < 1e-12)
  }

  /// A rate alone is no noise, wherever the gaps are: the averages lie at the mean times of what is there.
  @Test func aRateShowsInNoGap() throws {
    var noise = PhaseNoise(seed: 6)
    let phases = noise.gaps((0..<3000).map { Nanoseconds(50_000 * $0) })
    let series = PhaseSeries(phases, every: .seconds(1))
    for m in [1, 2, 7, 64, 300] {
      #expect(try #require(series.allan(m)).value == 0)
      #expect(try #require(series.time(m)).value < 1e-6)
      #expect(try #require(series.hadamard(m)).value == 0)
    }
  }

  /// An average of less than half of its values counts for nothing.
  @Test func lessThanHalfIsNone() {
    // Three tau of 4; of the middle one 2, then 1 value.
    var phases: [Nanoseconds?] = (0..<12).map { Nanoseconds($0 * $0) }
    phases[5] = nil
    phases[6] = nil
    #expect(PhaseSeries(phases, every: .seconds(1)).time(4)?.terms == 1)
    phases[7] = nil
    #expect(PhaseSeries(phases, every: .seconds(1)).time(4) == nil)
  }

  /// Losing a fiftieth of the values changes TDEV by little: nothing else would be of use over a lossy path.
  @Test func someLossChangesLittle() throws {
    var noise = PhaseNoise(seed: 7)
    let whole = noise.phases(20_000)
    let lossy = whole.map { noise.random.next() % 50 == 0 ? nil : $0 }
    for m in [4, 64, 1024] {
      let all = try #require(PhaseSeries(whole, every: .seconds(1)).time(m)).value
      let some = try #require(PhaseSeries(lossy, every: .seconds(1)).time(m)).value
      #expect((some / all - 1).magnitude < 0.05, "m \(m): \(some) of \(all)")
    }
  }

  /// MTIE knows nothing of what is absent.
  @Test func thePeakIsOfWhatIsThere() {
    let phases: [Nanoseconds?] = [.zero, Nanoseconds(100), .zero, Nanoseconds(-30), .zero]
    #expect(PhaseSeries(phases, every: .seconds(1)).peak(2) == Nanoseconds(130))
    #expect(PhaseSeries([.zero, nil] + phases[2...], every: .seconds(1)).peak(2) == Nanoseconds(30))
  }
}
