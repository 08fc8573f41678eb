import Testing

@testable import Probe

@Suite("A clock that is set") struct Steps {
  static let sizes: [Int64] = [
    2_000, -2_000, 50_000, -50_000, 2_500_000, -2_500_000, 1_000_000_000, -1_000_000_000,
    3_600_000_000_000, -3_600_000_000_000,
  ]

  @Test("a step at any moment: bounds hold, and only exchanges around it are torn", arguments: sizes)
  func once(size: Int64) {
    for seed in 0..<20 as Range<UInt64> {
      var scenario = Scenario(seed)
      var dice = Dice(seed, .parameters, UInt64(bitPattern: size))
      let at = Nanoseconds(dice.pick(200_000_000...1_800_000_000))
      scenario.clocks.steps = [(at, Nanoseconds(size))]
      let outcome = scenario.run()
      #expect(outcome.violations == [], "seed \(seed)")
      #expect(outcome.counts.good == outcome.counts.sent, "seed \(seed)")
      #expect(outcome.counts.torn <= 1, "seed \(seed)")
    }
  }

  /// The exchanges during which C was set.
  private func around(_ at: Nanoseconds, _ outcome: Outcome) -> [Finding] {
    let raw = Instant<Raw>(nanoseconds: outcome.truth.world.clocks.raw.reading(.beginning + at))
    return outcome.findings.filter {
      $0.exchange.sent.rawAfter < raw && raw < $0.exchange.received.rawBefore
    }
  }

  @Test("a step inside an exchange is marked with its size", arguments: sizes)
  func torn(size: Int64) {
    var seen = 0
    for seed in 0..<60 as Range<UInt64> {
      var scenario = Scenario(seed)
      scenario.plan.duration = .milliseconds(200)
      // In the first query's 200 us or so, the eleventh's, or the twentieth's.
      var dice = Dice(seed, .parameters)
      let due = Nanoseconds.milliseconds(8 * [0, 10, 19][Int(seed % 3)])
      let at = due + Nanoseconds(dice.pick(2_000...400_000))
      scenario.clocks.steps = [(at, Nanoseconds(size))]
      let outcome = scenario.run()
      #expect(outcome.violations == [], "seed \(seed)")
      for finding in around(at, outcome) {
        seen += 1
        #expect(finding.exchange.isTorn, "seed \(seed)")
        // Set forward by d has the size -d.
        #expect((finding.exchange.step + Nanoseconds(size)).magnitude < Nanoseconds(500), "seed \(seed)")
        #expect(finding.out == nil && finding.back == nil, "seed \(seed)")
      }
    }
    #expect(seen >= 20)
  }

  @Test("several steps, with drift of 450 ppm and user stamps here and there", arguments: 0..<40 as Range<UInt64>)
  func many(seed: UInt64) {
    var scenario = Scenario(seed)
    var dice = Dice(seed, .parameters)
    scenario.clocks.rawRate = dice.real(-450...450)
    for leg in [\Network.out, \.back] {
      scenario.network[keyPath: leg].floor = .zero
      scenario.network[keyPath: leg].queueing = 400_000
    }
    scenario.network.kernel.transmitMissing = 0.2
    scenario.network.kernel.receiveMissing = 0.2
    scenario.clocks.steps = (1...60 as ClosedRange<Int64>).map { place in
      let size = Nanoseconds(Int64(dice.magnitude(1e4...1e11)) * (dice.chance(0.5) ? 1 : -1))
      return (.milliseconds(32 * place) + Nanoseconds(dice.pick(0...800_000)), size)
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.torn > 0)
  }

  /// Two readings of C - M, taken while the probe was preempted, cannot tell a step from the wait:
  /// it stays unseen up to what their brackets hide. The watch on the clock's own notice is to close this.
  @Test("a step too small for its brackets errs no further than they are long", arguments: 0..<40 as Range<UInt64>)
  func hidden(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.holds = false
    scenario.plan.duration = .milliseconds(400)
    scenario.guest.readingCost = 2000
    var dice = Dice(seed, .parameters)
    scenario.clocks.steps = (1...40 as ClosedRange<Int64>).map { place in
      (.milliseconds(8 * place) + Nanoseconds(dice.pick(0...300_000)), Nanoseconds(dice.pick(-15_000...15_000)))
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    for finding in outcome.findings where !finding.exchange.isTorn {
      let hidden = finding.exchange.sent.bracket + finding.exchange.received.bracket
      let arrived = outcome.truth.moment(finding.bound.arrived)
      let g = outcome.truth.g(arrived)
      #expect(g.above(finding.bound.low - hidden - hidden) >= 0)
      #expect(g.above(finding.bound.high + hidden + hidden) <= 0)
    }
  }
}
