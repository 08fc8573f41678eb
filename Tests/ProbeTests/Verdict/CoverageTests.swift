import Testing

@testable import Probe

/// A limit of 1 ms by hand. A proof widens by 1000 ppm: 1 us a millisecond.
@Suite struct CoverageTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  private func proof(_ raw: Int64, _ low: Int64, _ high: Int64, clock: Int64 = 0) -> Proof {
    Proof(
      at: at(raw), realtimeOverRaw: Nanoseconds(clock), low: Nanoseconds(low), high: Nanoseconds(high))
  }

  private func coverage() -> Coverage { Coverage(limit: .milliseconds(1), from: at(0)) }

  @Test(
    arguments: [
      (1000, 1001, true), (-1001, -1000, false), (-1001, 1001, false), (1001, 2000, true),
      (-2000, -1001, true),
    ] as [(Int64, Int64, Bool)])
  func pastTheLimit(_ low: Int64, _ high: Int64, _ isPast: Bool) {
    let proof = proof(0, low, high)
    #expect(proof.isPast(Nanoseconds(1000)) == (isPast && min(low.magnitude, high.magnitude) > 1000))
    #expect(proof.worst.count == Int64(max(low.magnitude, high.magnitude)))
  }

  @Test func nothingIsProvenOfNothing() {
    var coverage = coverage()
    #expect(coverage.partsPerMillion == 0)
    coverage.close(at: at(ms(10)))
    #expect(coverage.partsPerMillion == 0 && coverage.longestGap == .milliseconds(10))
    #expect(coverage.total == .milliseconds(10) && coverage.unproven == .milliseconds(10))
  }

  @Test(arguments: [(us(900), 1_000_000), (ms(1), 1_000_000), (ms(1) + 1, 0)] as [(Int64, Int64)])
  func aMomentWithoutLength(_ worst: Int64, _ share: Int64) {
    var coverage = coverage()
    coverage.add(proof(0, -worst, 0))
    #expect(coverage.partsPerMillion == share)
  }

  /// 100 us to spare last 100 ms: both ways, and to the ends.
  @Test func leadInGapAndTail() {
    var coverage = coverage()
    coverage.add(proof(ms(150), -us(900), 0))
    #expect(coverage.unproven == .milliseconds(50))
    coverage.add(proof(ms(350), 0, us(900)))
    #expect(coverage.unproven == .milliseconds(50))
    coverage.add(proof(ms(650), 0, us(900)))
    #expect(coverage.unproven == .milliseconds(150))
    coverage.close(at: at(ms(780)))
    #expect(coverage.unproven == .milliseconds(180) && coverage.total == .milliseconds(780))
    #expect(coverage.longestGap == .milliseconds(100))
    #expect(coverage.partsPerMillion == 769_230)
  }

  /// Proofs that prove nothing do not cut a gap in pieces.
  @Test func aGapGoesOnAcrossProofsThatAreTooWide() {
    var coverage = coverage()
    coverage.add(proof(0, 0, us(900)))
    for raw: Int64 in [ms(200), ms(300), ms(400)] { coverage.add(proof(raw, -ms(2), ms(2))) }
    coverage.add(proof(ms(600), 0, us(900)))
    #expect(coverage.longestGap == .milliseconds(400) && coverage.unproven == .milliseconds(400))
    coverage.close(at: at(ms(750)))
    #expect(coverage.longestGap == .milliseconds(400) && coverage.unproven == .milliseconds(450))
  }

  /// The lead-in's gap ends where the first proof reaches back to, even where a step follows at once.
  @Test func aGapEndsAtAProofBeforeAStep() {
    var coverage = coverage()
    coverage.add(proof(ms(150), 0, us(900)))
    coverage.add(proof(ms(160), 0, us(900), clock: ms(1)))
    #expect(coverage.unproven == .milliseconds(60))
    #expect(coverage.longestGap == .milliseconds(50))
  }

  /// Somewhere between the two readings C was 300 us off what either proof knows.
  @Test func aStepCostsBothSides() {
    var coverage = coverage()
    coverage.add(proof(0, 0, us(500)))
    coverage.add(proof(ms(500), 0, us(500), clock: -us(300)))
    // 200 us to spare on each side: 200 ms of 250.
    #expect(coverage.unproven == .milliseconds(100) && coverage.longestGap == .milliseconds(100))
    coverage.add(proof(ms(510), 0, us(500), clock: us(300)))
    #expect(coverage.unproven == .milliseconds(110))
  }

  @Test func aProofFromBeforeTheLastIsLeftOut() {
    var coverage = coverage()
    coverage.add(proof(ms(10), 0, 0))
    coverage.add(proof(ms(5), -ms(9), ms(9)))
    coverage.close(at: at(ms(20)))
    #expect(coverage.total == .milliseconds(20) && coverage.unproven == .zero)
  }

  /// Rounded down: 100 % is only said where nothing is missing.
  @Test func partsPerMillionAreRoundedDown() {
    var coverage = Coverage(limit: .milliseconds(1), from: at(0))
    coverage.add(proof(0, 0, 0))
    coverage.close(at: at(ms(1000) + 1))
    #expect(coverage.unproven == Nanoseconds(1))
    #expect(coverage.partsPerMillion == 999_999)
  }

  @Test func aLimitOfAnySizeNeverTraps() {
    #expect(Share.reach(.max) == .max)
    #expect(Share.reach(Nanoseconds(.max / 1000)) == Nanoseconds(.max / 1000 * 1000))
    #expect(Share.reach(.zero) == .zero && Share.reach(.min) == .zero)
    var random = SeededGenerator(seed: 40)
    for _ in 0..<300 {
      var coverage = Coverage(limit: Nanoseconds(random.number()), from: at(random.number()))
      for _ in 0..<20 {
        coverage.add(proof(random.number(), random.number(), random.number(), clock: random.number()))
      }
      coverage.close(at: at(random.number()))
      #expect((0...1_000_000).contains(coverage.partsPerMillion))
      #expect(coverage.longestGap <= coverage.unproven && coverage.unproven <= coverage.total)
    }
  }

  @Test func aHugeLimitIsAlwaysMet() {
    var coverage = Coverage(limit: .max, from: at(0))
    coverage.add(proof(ms(1000), -ms(500), ms(500)))
    coverage.close(at: at(ms(5_000_000)))
    #expect(coverage.partsPerMillion == 1_000_000 && coverage.longestGap == .zero)
  }
}
