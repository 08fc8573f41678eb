import Testing

@testable import Probe

/// Coverage against the definition, asked every 20 microseconds.
@Suite struct CoveragePropertyTests {
  static let grid: Int64 = 20_000

  /// |S - C| that the proofs on both sides of a moment allow there; nil: no proof reaches it.
  private func worst(_ proofs: [Proof], _ raw: Int64) -> Nanoseconds {
    var best = Nanoseconds.max
    let next = proofs.firstIndex { $0.at.nanoseconds > raw } ?? proofs.count
    let change =
      next > 0 && next < proofs.count
      ? (proofs[next].realtimeOverRaw - proofs[next - 1].realtimeOverRaw).magnitude : .zero
    for index in [next - 1, next] where proofs.indices.contains(index) {
      let proof = proofs[index]
      let distance = Nanoseconds(raw - proof.at.nanoseconds).magnitude
      best = min(best, proof.worst + change + ProofChain.widening.over(distance))
    }
    return best
  }

  private static func scene(_ seed: Int) -> ([Proof], end: Int64) {
    var random = SeededGenerator(seed: 10_000 + UInt64(seed))
    var proofs: [Proof] = []
    var raw = Int64(random.next() % 60) * us(1000)
    var clock: Int64 = 0
    for _ in 0..<Int(2 + random.next() % 30) {
      if random.next() % 6 == 0 { clock += Int64(random.next() % 80_000) - 40_000 }
      let half = Int64(random.next() % 130_000)
      let shift = Int64(random.next() % 40_000) - 20_000
      proofs.append(
        Proof(
          at: Instant(nanoseconds: raw), realtimeOverRaw: Nanoseconds(clock), low: Nanoseconds(shift - half),
          high: Nanoseconds(shift + half)))
      raw += Int64(random.next() % 60) * us(1000)
    }
    return (proofs, raw)
  }

  @Test(arguments: 0..<30)
  func asEveryMomentSays(_ seed: Int) {
    let (proofs, end) = Self.scene(seed)
    let limit = Nanoseconds.microseconds(100)
    var coverage = Coverage(limit: limit, from: Instant(nanoseconds: 0))
    for proof in proofs { coverage.add(proof) }
    coverage.close(at: Instant(nanoseconds: end))

    var unproven: Int64 = 0
    var gap: Int64 = 0
    var longest: Int64 = 0
    var greatest = Nanoseconds.zero
    for raw in stride(from: Self.grid / 2, to: end, by: Int(Self.grid)) {
      let worst = worst(proofs, raw)
      greatest = max(greatest, worst)
      if worst > limit { unproven += Self.grid }
      gap = worst > limit ? gap + Self.grid : 0
      longest = max(longest, gap)
    }
    let slack = Self.grid * Int64(2 * proofs.count + 2)
    #expect(coverage.total == Nanoseconds(end))
    #expect((coverage.unproven.count - unproven).magnitude <= UInt64(slack))
    #expect((coverage.longestGap.count - longest).magnitude <= UInt64(2 * Self.grid))
    // Never less than some moment allows; more only by what the two sides of it differ.
    #expect(coverage.worst + Nanoseconds(2) >= greatest)
    #expect(coverage.worst <= greatest + .microseconds(170))
    let share = Double(end - unproven) / Double(max(end, 1))
    #expect(
      (Double(coverage.partsPerMillion) * 1e-6 - share).magnitude <= Double(slack) / Double(max(end, 1)))
  }
}
