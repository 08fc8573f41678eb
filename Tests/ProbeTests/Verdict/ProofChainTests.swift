import Testing

@testable import Probe

/// Coverage against the definition, asked at every moment: a world whose g and C - R are known, proofs and readings of
/// it, and no moment that is called proven had an error past the limit.
@Suite struct ProofChainTests {
  /// g: a line that wanders by less than the tolerance; C - R: straight pieces and steps between readings.
  private struct World {
    var random: SeededGenerator
    var slope: Double
    var rates: [(from: Int64, rate: Double)]
    var steps: [(at: Int64, size: Int64)]
    var base: Int64

    init(_ seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      func real(_ reach: Double) -> Double { (Double(random.next() % 20_001) / 10_000 - 1) * reach }
      slope = real(4e-4)
      base = Int64(real(120_000))
      var rates = [(from: Int64(0), rate: real(3e-4))]
      var steps: [(at: Int64, size: Int64)] = []
      for _ in 0..<random.next() % 5 { rates.append((Int64(random.next() % 3000) * ms(1), real(3e-4))) }
      for _ in 0..<random.next() % 4 {
        steps.append((Int64(random.next() % 3000) * ms(1) + us(300), Int64(real(90_000))))
      }
      rates.sort { $0.from < $1.from }
      (self.rates, self.steps, self.random) = (rates, steps, random)
    }

    func g(_ raw: Int64) -> Double { slope * Double(raw) }

    func clock(_ raw: Int64) -> Double {
      var value = Double(base)
      for (index, piece) in rates.enumerated() where piece.from < raw {
        let end = index + 1 < rates.count ? min(rates[index + 1].from, raw) : raw
        value += piece.rate * Double(end - piece.from)
      }
      for step in steps where step.at <= raw { value += Double(step.size) }
      return value
    }

    func error(_ raw: Int64) -> Double { (g(raw) - clock(raw)).magnitude }
  }

  private static let limit = Nanoseconds.microseconds(100)
  /// A reading each millisecond; what lies between two of them is known.
  private static let tick: Int64 = ms(1)

  private func reading(_ world: World, _ raw: Int64) -> LocalReading {
    LocalReading(
      rawBefore: Instant(nanoseconds: raw),
      realtime: Instant(nanoseconds: raw + Int64(world.clock(raw).rounded())),
      monotonic: Instant(nanoseconds: raw), rawAfter: Instant(nanoseconds: raw))
  }

  @Test(arguments: 0..<60) func whatIsProvenIsTrue(_ seed: Int) {
    var world = World(73_000 + UInt64(seed))
    let end = ms(3000)
    var series = WindowSeries(
      Limits(warning: Self.limit.half, critical: Self.limit), patience: .milliseconds(100),
      start: Instant(nanoseconds: 0), source: .live)
    var told: [WindowReport] = []
    var unseen = Unseen()
    // Of two lines that meet between two readings, 600 ppm apart at most.
    unseen.once = Nanoseconds(Self.tick * 600 / 4_000_000 + 2)
    unseen.most = unseen.once
    var next = Int64(world.random.next() % 40) * Self.tick
    var previous = reading(world, 0)
    for raw in stride(from: 0, through: end, by: Int(Self.tick)) {
      let now = reading(world, raw)
      var watched = Watched()
      watched.range.add(now)
      watched.unseen = unseen
      series.watch(watched)
      var edge = watched
      edge.range.add(previous)
      series.turn(now.raw, edge)
      previous = now
      if raw >= next {
        let half = Int64(world.random.next() % 60_000) + 20
        let shift = Int64(world.random.next() % UInt64(2 * half)) - half
        let g = Int64(world.g(raw).rounded())
        series.add(
          Proof(at: now.raw, low: Nanoseconds(g + shift - half - 1), high: Nanoseconds(g + shift + half + 1)),
          isBroken: false, now)
        series.watch(watched)
        next = raw + Int64(world.random.next() % 500 + 1) * Self.tick
      }
      while series.isDue(now.raw) {
        if let due = series.due(now.raw), due > series.position { series.leave(until: due, isGap: false) }
        if let window = series.close() { told.append(window) }
      }
    }
    let finish = Instant<Raw>(nanoseconds: end)
    series.leave(until: finish, isGap: false)
    series.finish(finish)
    while series.isDue(finish) { if let window = series.close() { told.append(window) } }
    check(world, told, series.wholeReport(best: nil), end)
  }

  /// Asked each 50 us.
  private func check(_ world: World, _ told: [WindowReport], _ whole: WindowReport, _ end: Int64) {
    #expect(told.map(\.from.nanoseconds) == [0, ms(1000), ms(2000)])
    #expect(told.last?.to.nanoseconds == end && whole.length.count == end)
    for window in told + [whole] {
      var past: Int64 = 0
      var largest = 0.0
      for raw in stride(from: window.from.nanoseconds, to: window.to.nanoseconds, by: 50_000) {
        let error = world.error(raw)
        largest = max(largest, error)
        if error > Double(Self.limit.count) + 1 { past += 50_000 }
      }
      let unproven = Double(window.length.count) * (1 - Double(window.coverage) * 1e-6)
      #expect(Double(past) <= unproven + 100_000, "\(window)")
      if window.coverage == 1_000_000 { #expect(largest <= Double(window.errorMost!.count) + 2) }
      #expect(window.longestGap <= window.length)
    }
    #expect(told.reduce(0) { $0 + $1.length.count } == whole.length.count)
    let sum = told.reduce(0.0) { $0 + Double($1.coverage) * Double($1.length.count) } / Double(end)
    #expect((sum - Double(whole.coverage)).magnitude <= 2)
    #expect(whole.longestGap >= told.map(\.longestGap).max()!)
  }

  /// Between two exact proofs a second apart nothing is lost but twice the tolerance.
  @Test func aLineBetweenTwoProofs() throws {
    var chain = ProofChain(from: Instant(nanoseconds: 0))
    let first = Proof(at: Instant(nanoseconds: 0), low: Nanoseconds(-10), high: Nanoseconds(10))
    let second = Proof(at: Instant(nanoseconds: ms(1000)), low: Nanoseconds(490), high: Nanoseconds(510))
    func reading(_ raw: Int64) -> LocalReading {
      LocalReading(
        rawBefore: Instant(nanoseconds: raw), realtime: Instant(nanoseconds: raw),
        monotonic: Instant(nanoseconds: raw), rawAfter: Instant(nanoseconds: raw))
    }
    var isAdded = [chain.add(first, isBroken: false, reading(0))]
    let (empty, none) = (chain.take()?.stretch, chain.take()?.stretch)
    #expect(empty?.length == .zero && none == nil)
    isAdded.append(chain.add(second, isBroken: false, reading(ms(1000))))
    let taken = chain.take()
    let stretch = try #require(taken?.stretch)
    #expect(stretch.joint == .line && stretch.after == second.bounds)
    #expect(stretch.before == first.bounds.widened(by: Nanoseconds(2000)))
    isAdded.append(chain.add(first, isBroken: false, nil))
    #expect(chain.position == second.at && isAdded == [true, true, false])
  }

  /// A proof that contradicts the others, one after the raw clock stood still, one after a long silence.
  @Test func joints() {
    func joint(_ prepare: (inout ProofChain) -> Void, isBroken: Bool = false, at: Int64 = ms(8))
      -> ProofStretch?
    {
      var chain = ProofChain(from: Instant(nanoseconds: 0))
      let one = Proof(at: Instant(nanoseconds: 0), low: .zero, high: .zero)
      _ = chain.add(one, isBroken: false, Scene.reading(0))
      _ = chain.take()
      prepare(&chain)
      _ = chain.add(
        Proof(at: Instant(nanoseconds: at), low: .zero, high: .zero), isBroken: isBroken, Scene.reading(at))
      return chain.take()?.stretch
    }
    #expect(joint { _ in }?.joint == .line)
    #expect(joint({ _ in }, isBroken: true)?.joint == .both)
    #expect(joint { $0.bend() }?.joint == .either)
    #expect(joint({ _ in }, at: ms(301_000))?.joint == .either)
    let gap = joint { $0.pass(Instant(nanoseconds: ms(4)), isGap: true) }
    #expect(gap?.joint == .either && gap?.before == nil && gap?.length == .milliseconds(4))
  }

  /// C was set by nobody knows what: nothing is proven from the proof before to the one after.
  @Test func aLostClock() throws {
    var chain = ProofChain(from: Instant(nanoseconds: 0))
    _ = chain.add(
      Proof(at: Instant(nanoseconds: 0), low: .zero, high: .zero), isBroken: false, Scene.reading(0))
    _ = chain.take()
    var watched = Watched()
    watched.unseen.isLost = true
    chain.watch(watched)
    _ = chain.add(
      Proof(at: Instant(nanoseconds: ms(8)), low: .zero, high: .zero), isBroken: false, Scene.reading(ms(8)))
    let lost = chain.take()
    let (stretch, unseen) = try #require(lost)
    #expect(stretch.before == nil && stretch.after == nil && unseen.isLost)
    _ = chain.add(
      Proof(at: Instant(nanoseconds: ms(16)), low: .zero, high: .zero), isBroken: false, Scene.reading(ms(16))
    )
    let next = chain.take()?.stretch
    #expect(next?.before != nil)
  }
}
