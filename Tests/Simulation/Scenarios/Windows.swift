import Testing

@testable import Probe

/// Bounds that are so narrow that coverage has nothing to hide behind.
@Suite("Windows") struct Windows {
  private func narrow(_ seed: UInt64) -> (Scenario, Dice) {
    var scenario = Scenario(seed)
    var dice = Dice(seed, .parameters, 1 << 42)
    for leg in [\Network.out, \.back] {
      scenario.network[keyPath: leg].floor = Nanoseconds(200)
      scenario.network[keyPath: leg].queueing = 100
    }
    scenario.network.server.precision = -30
    scenario.network.server.processingFloor = 500
    scenario.network.server.processingMean = 100
    scenario.guest.readingCost = 10
    scenario.guest.wakeMean = 2000
    scenario.plan.duration = .seconds(5)
    scenario.plan.timeout = .milliseconds(dice.pick(20...1500))
    scenario.interval = .milliseconds(dice.pick(1...3) == 1 ? 8 : dice.pick(20...900))
    scenario.critical = .microseconds(dice.pick(20...200))
    scenario.clocks.rawRate = dice.real(-50...50)
    scenario.clocks.rawWalk = 0.01
    scenario.clocks.length = .seconds(6)
    scenario.clocks.offset = Nanoseconds(
      Int64(dice.real(0.8...1.2) * Double(scenario.critical.count)) * (dice.chance(0.5) ? 1 : -1))
    return (scenario, dice)
  }

  @Test("a clock that wanders about the limit", arguments: 0..<120 as Range<UInt64>)
  func wandering(seed: UInt64) {
    var (scenario, dice) = narrow(seed)
    if dice.chance(0.7) { scenario.guest.evidence = EvidencePlan() }
    scenario.clocks.steered = dice.real(-100...100)
    var at = Nanoseconds.zero
    while at < .seconds(5) {
      at += .milliseconds(dice.pick(50...400))
      scenario.clocks.slews.append((at, dice.real(-400...400)))
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [], "\(scenario.interval) \(scenario.critical)")
  }

  @Test("a clock that is set past the limit and back", arguments: 0..<120 as Range<UInt64>)
  func stepped(seed: UInt64) {
    var (scenario, dice) = narrow(seed)
    scenario.guest.evidence = EvidencePlan()
    var at = Nanoseconds.milliseconds(300)
    for place in 0..<12 {
      at += .milliseconds(dice.pick(2...600))
      let size = Nanoseconds(Int64(dice.real(0.1...1) * Double(scenario.critical.count)))
      scenario.clocks.steps.append((at, place % 2 == 0 ? size : .zero - size))
    }
    #expect(scenario.run().violations == [])
  }

  @Test("what is undone between two readings is not proven strictly", arguments: 0..<60 as Range<UInt64>)
  func undone(seed: UInt64) {
    var (scenario, dice) = narrow(seed)
    scenario.isGentle = false
    scenario.critical = .microseconds(dice.pick(300...700))
    scenario.clocks.offset = .zero
    var at = Nanoseconds.milliseconds(300)
    while at < .seconds(5) {
      at += .milliseconds(dice.pick(20...300))
      let length = Nanoseconds(dice.pick(100_000...6_000_000))
      let rate = dice.chance(0.5) ? 100_000.0 : -100_000.0
      scenario.clocks.slews += [(at, rate), (at + length, -rate), (at + length + length, 0)]
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [])
  }

  /// The window that it slept through is longer; all follow one another, and each query is in one.
  @Test("the probe sleeps through the ends of windows", arguments: 0..<20 as Range<UInt64>)
  func asleep(seed: UInt64) {
    var (scenario, dice) = narrow(seed)
    scenario.guest.evidence = EvidencePlan()
    let length = Nanoseconds.milliseconds(dice.pick(500...3500))
    scenario.guest.taken = [
      (.milliseconds(dice.pick(300...2500)), length, dice.chance(0.5) ? .stopped : .preempted)
    ]
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.windows(.second).contains { $0.length > .seconds(1) } || length < .milliseconds(3000))
  }

  @Test("time that R lost is a window's, and not proven", arguments: 0..<20 as Range<UInt64>)
  func suspended(seed: UInt64) {
    var (scenario, dice) = narrow(seed)
    scenario.guest.evidence = EvidencePlan()
    scenario.holds = false
    scenario.clocks.offset = .zero
    let lost = Nanoseconds.milliseconds(dice.pick(100...5000))
    scenario.clocks.suspends = [(.milliseconds(dice.pick(300...4000)), lost)]
    let outcome = scenario.run()
    outcome.checkWindows()
    #expect(outcome.violations == [])
    let whole = outcome.windows(.whole)[0]
    #expect((whole.lost - lost).magnitude < .milliseconds(1))
    #expect(whole.longestGap >= whole.lost)
    #expect(outcome.windows(.second).reduce(Nanoseconds.zero) { $0 + $1.lost } == whole.lost)
    let share = Double((whole.to - whole.from).count) / Double(whole.length.count)
    #expect(Double(whole.coverage) * 1e-6 <= share)
  }

  /// Nothing comes any more: what is proven ends, and the seconds say when.
  @Test("the reference dies", arguments: 0..<10 as Range<UInt64>)
  func dies(seed: UInt64) {
    var (scenario, _) = narrow(seed)
    scenario.clocks.offset = .zero
    scenario.interval = .milliseconds(8)
    scenario.critical = .microseconds(20)
    scenario.plan.duration = .seconds(8)
    scenario.clocks.rawRate = 0
    scenario.clocks.length = .seconds(10)
    scenario.network.server.alter = { number, reply in
      if number > 125 { reply.originTime = .zero }
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    let seconds = outcome.windows(.second)
    #expect(seconds[0].coverage >= 990_000 && seconds[0].verdict == .ok)
    #expect(seconds[7].coverage == 0 && seconds[7].verdict == .unknown && seconds[7].counts.good == 0)
    #expect(seconds[7].best == nil && seconds[7].errorMost! > seconds[5].errorMost!)
  }

  /// A minute is the sum of its seconds, and what is left over is told as well.
  @Test("minutes") func minutes() {
    var (scenario, _) = narrow(3)
    scenario.clocks.offset = .zero
    scenario.clocks.rawRate = 0
    scenario.clocks.rawWalk = 0
    scenario.plan.duration = .seconds(150)
    scenario.clocks.length = .seconds(160)
    scenario.interval = .milliseconds(250)
    scenario.critical = .milliseconds(1)
    scenario.plan.timeout = .milliseconds(500)
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    let minutes = outcome.windows(.minute)
    #expect(minutes.count == 3 && outcome.windows(.second).count == 150)
    #expect(minutes[0].length == .seconds(60) && minutes[1].counts.sent == 240)
    for minute in minutes {
      #expect(minute.verdict == .ok && minute.coverage > 990_000)
      #expect(minute.offset!.median.magnitude < .microseconds(5))
    }
  }
}
