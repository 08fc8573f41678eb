import Testing

@testable import Probe

@Suite("A clock that is slewed") struct Slews {
  @Test("a daemon steers: the rate changes every few queries", arguments: 0..<20 as Range<UInt64>)
  func steered(seed: UInt64) {
    var scenario = Scenario(seed)
    var dice = Dice(seed, .parameters)
    scenario.clocks.slews = (1...40 as ClosedRange<Int64>).map { place in
      (.milliseconds(50 * place) + Nanoseconds(dice.pick(0...8_000_000)), dice.real(-400...400))
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.torn == 0)
  }

  @Test("the fastest that the kernel slews, over legs without a floor", arguments: 0..<40 as Range<UInt64>)
  func fastest(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.slewsGently = false
    var dice = Dice(seed, .parameters)
    for leg in [\Network.out, \.back] {
      scenario.network[keyPath: leg].floor = .zero
      scenario.network[keyPath: leg].queueing = 0
    }
    scenario.network.server.precision = -30
    scenario.network.server.processingFloor = dice.magnitude(100...1e7)
    scenario.guest.readingCost = 1
    // From the probe's reading to the departure, and from the arrival to its reading, it is long.
    scenario.network.kernel.queueing = 300_000
    scenario.guest.wakeMean = 300_000
    scenario.clocks.slews = (0...40 as ClosedRange<Int64>).map { place in
      (.milliseconds(50 * place) + Nanoseconds(dice.pick(0...8_000_000)), dice.chance(0.5) ? 100_000 : -100_000)
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == outcome.counts.sent)
    #expect(outcome.counts.torn == 0)
  }

  @Test("R wanders and S drifts, together at the largest that is assumed", arguments: 0..<20 as Range<UInt64>)
  func oscillators(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.clocks.rawRate = seed % 2 == 0 ? 440 : -440
    scenario.clocks.referenceRate = seed % 2 == 0 ? -40 : 40
    scenario.clocks.rawWalk = 1
    scenario.network.out.tail = 0.3
    scenario.network.back.tail = 0.3
    #expect(scenario.run().violations == [])
  }
}
