import Testing

@testable import Probe

/// The stream against the exact statistics of all its values.
@Suite struct StabilityStreamTests {
  private func stream(_ phases: [Nanoseconds?]) -> StabilityStream {
    var stream = StabilityStream(every: .milliseconds(8))
    for phase in phases { stream.add(phase) }
    return stream
  }

  private func check(_ phases: [Nanoseconds?]) {
    let stream = stream(phases)
    for (octave, point) in stream.points.enumerated() {
      let m = 1 << octave
      let stride = StabilityStream.stride(m)
      // As far as blocks are complete.
      let seen = PhaseSeries(Array(phases.prefix(phases.count / stride * stride)), every: .milliseconds(8))
      #expect(point.tau == Nanoseconds.milliseconds(8).scaled(by: Int64(m)))
      #expect(point.allan == seen.allan(m, stride: stride))
      #expect(point.time == seen.time(m, stride: stride))
      guard let low = point.peakLow, let high = point.peakHigh, let exact = seen.peak(m) else {
        Issue.record("no MTIE at \(m) of \(phases.count)")
        continue
      }
      #expect(low <= exact && exact <= high)
      if m <= 8 { #expect(low == exact && exact == high) }
    }
  }

  @Test(arguments: 0..<20)
  func asExactAtEveryOctave(_ seed: Int) {
    var noise = PhaseNoise(seed: 100 + UInt64(seed))
    let phases = noise.phases(1 + Int(noise.random.next() % 5000))
    check(phases)
    check(noise.gaps(phases))
  }

  /// Up to 8 intervals the stream is the overlapping statistic itself; beyond, of the same kind with an eighth as
  /// many starts, which costs little.
  @Test func anEighthOfTheStartsIsEnough() throws {
    var noise = PhaseNoise(seed: 3)
    let phases: [Nanoseconds?] = noise.phases(1 << 15)
    let series = PhaseSeries(phases, every: .milliseconds(8))
    for (octave, point) in stream(phases).points.enumerated() where octave <= 10 {
      let all = try #require(series.allan(1 << octave)).value
      let some = try #require(point.allan).value
      #expect(octave > 3 ? (some / all - 1).magnitude < 0.02 : some == all, "tau 2^\(octave)")
      let exact = Double(try #require(series.peak(1 << octave)).count)
      let (low, high) = (try #require(point.peakLow), try #require(point.peakHigh))
      // A clock that only drifts gains an eighth more in a stretch that is an eighth longer.
      #expect(Double(low.count) > 0.9 * exact && Double(high.count) < 1.2 * exact)
    }
  }

  /// Leading gaps, a gap longer than any tau, and none but gaps.
  @Test func gapsOfEveryLength() {
    var noise = PhaseNoise(seed: 4)
    let some: [Nanoseconds?] = noise.phases(300)
    let none: [Nanoseconds?] = Array(repeating: nil, count: 700)
    check(none + some)
    check(some + none + some)
    #expect(stream(none).points.isEmpty)
  }

  /// Twelve days of a value a second.
  @Test func theOctavesGrowWithTheLogarithm() {
    var stream = StabilityStream(every: .seconds(1))
    for index in 0..<(1 << 20) { stream.add(Nanoseconds(Int64(index % 7))) }
    #expect(stream.points.count == 20)
  }
}
