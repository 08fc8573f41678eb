import Testing

@testable import Probe

@Suite("Paths that delay, lose, double and reorder") struct Paths {
  @Test("a path a hundred times slower back than out", arguments: 0..<10 as Range<UInt64>)
  func asymmetric(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.out.floor = .microseconds(40)
    scenario.network.back.floor = .milliseconds(4)
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == outcome.counts.sent)
  }

  @Test("no floor and no queue: a packet arrives as it leaves", arguments: 0..<10 as Range<UInt64>)
  func tight(seed: UInt64) {
    var scenario = Scenario(seed)
    for leg in [\Network.out, \.back] {
      scenario.network[keyPath: leg].floor = .zero
      scenario.network[keyPath: leg].queueing = 0
    }
    scenario.network.server.processingFloor = 0
    scenario.network.server.processingMean = 0
    scenario.network.server.precision = -30
    scenario.guest.readingCost = 1
    scenario.clocks.rawRate = 450
    let outcome = scenario.run()
    #expect(outcome.violations == [])
  }

  @Test(
    "queues with a heavy tail: replies overtake each other, and some come too late",
    arguments: 0..<20 as Range<UInt64>)
  func heavyTails(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.plan.timeout = .milliseconds(100)
    for leg in [\Network.out, \.back] {
      scenario.network[keyPath: leg].tail = 0.2
      scenario.network[keyPath: leg].tailScale = 2e7
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.lost > 0)
    let order = outcome.findings.map(\.exchange.query)
    #expect(order != order.sorted())
  }

  @Test("loss and doubling both ways", arguments: 0..<20 as Range<UInt64>)
  func lossAndDoubling(seed: UInt64) {
    var scenario = Scenario(seed)
    for leg in [\Network.out, \.back] {
      scenario.network[keyPath: leg].loss = 0.1
      scenario.network[keyPath: leg].duplication = 0.3
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.lost > 0)
    #expect(outcome.counts.checks[.duplicate] > 0)
    #expect(outcome.losses.allSatisfy { $0.reason == .timeout })
  }

  @Test("a route change moves one floor for good", arguments: 0..<10 as Range<UInt64>)
  func routeChange(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.back.routeChange = (.seconds(1), .milliseconds(3))
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.summary.inconsistencies == 0)
  }

  @Test(
    "a server whose stamps are as coarse as its precision says", arguments: -20...(-7) as ClosedRange<Int8>)
  func coarseServer(precision: Int8) {
    var scenario = Scenario(UInt64(-Int64(precision)))
    scenario.network.server.precision = precision
    scenario.network.server.quantised = true
    scenario.network.server.processingMean = 100_000
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == outcome.counts.sent)
  }

  @Test("bits that flip: nothing traps, and each query still ends once", arguments: 0..<20 as Range<UInt64>)
  func corruption(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.plan.timeout = .milliseconds(200)
    scenario.network.out.corruption = 0.2
    scenario.network.back.corruption = 0.5
    // A flipped bit can tell of any time at all.
    scenario.isSeen = false
    let audit = scenario.run().audit
    #expect(audit.violations.filter { !$0.hasPrefix("proven") && !$0.contains("is proven") } == [])
  }
}
