import Testing

@testable import Probe

@Suite("Counts, durations, interruptions and stalls") struct Plans {
  @Test("a duration has as many queries as fit into it", arguments: [1, 3, 8, 10, 100, 999] as [Int64])
  func duration(interval: Int64) {
    var scenario = Scenario(UInt64(interval))
    scenario.interval = .milliseconds(interval)
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.sent == UInt64((2000 + interval - 1) / interval))
    let last = outcome.departures.last! - outcome.departures.first!
    #expect(last <= .seconds(2) + .milliseconds(1))
  }

  @Test("a count sends that many", arguments: [1, 2, 50, 500] as [UInt64])
  func count(count: UInt64) {
    var scenario = Scenario(count)
    scenario.plan = Query.Plan(count: count, slowCount: nil, duration: nil, timeout: .seconds(1))
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.sent == count)
    #expect(outcome.counts.good == count)
  }

  @Test(
    "nothing comes back: each query is lost at its timeout, and the burst ends",
    arguments: [8, 300] as [Int64])
  func silence(timeout: Int64) {
    var scenario = Scenario(1)
    scenario.scope = .loopback
    scenario.network.server.silent = 1
    scenario.plan.timeout = .milliseconds(timeout)
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.lost == 250)
    for loss in outcome.losses {
      let waited = loss.ended - loss.sent.raw
      #expect(waited >= .milliseconds(timeout) && waited < .milliseconds(timeout + 1))
    }
    #expect(outcome.summary.verdict == .unknown)
  }

  /// Three, and one a second later: nobody knows yet that it is near.
  @Test("a private reference that never answers is not asked fast")
  func silentNeighbour() {
    var scenario = Scenario(1)
    scenario.network.server.silent = 1
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.lost == 4)
    #expect(outcome.summary.slow == .unheard)
  }

  @Test("an interruption ends every open query, once each", arguments: 0..<10 as Range<UInt64>)
  func interrupted(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.server.silent = 0.3
    scenario.network.back.floor = .milliseconds(20)
    scenario.rateAgreed = true
    scenario.guest.interrupt = .milliseconds(700 + Int64(seed))
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    let open = outcome.losses.filter { $0.reason == .abandoned }
    #expect(open.count == Int(outcome.counts.abandoned))
    #expect(open.count >= 3)
    #expect(outcome.counts.good > 0)
    let end = outcome.truth.moment(outcome.end.raw) - .beginning
    #expect(end < .milliseconds(701 + Int64(seed)))
  }

  @Test(
    "after a stall of the probe at most sixteen queries are made up for", arguments: 0..<10 as Range<UInt64>)
  func stalled(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.guest.stalls = [
      (.milliseconds(301), .milliseconds(90)), (.milliseconds(901), .milliseconds(700)),
    ]
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    let quick = { (from: Int64) in
      outcome.departures.filter {
        $0 >= .beginning + .milliseconds(from) && $0 < .beginning + .milliseconds(from + 3)
      }.count
    }
    #expect((11...13).contains(quick(391)))
    #expect(quick(1601) <= 17)
    #expect(outcome.counts.good == outcome.counts.sent)
  }

  @Test("an ICMP error is the loss of the query that caused it", arguments: [48, 8, 0])
  func refused(bytes: Int) {
    for seed in 0..<10 as Range<UInt64> {
      var scenario = Scenario(seed)
      scenario.network.server.refused = 0.2
      scenario.network.server.refusedBytes = bytes
      scenario.network.back.queueing = bytes == 48 ? 20e6 : 20e3
      scenario.rateAgreed = true
      let outcome = scenario.run()
      #expect(outcome.violations == [])
      #expect(outcome.counts.icmp > 20)
      #expect(outcome.counts.icmp == outcome.counts.lost)
      #expect(outcome.losses.allSatisfy { $0.reason == .icmp("port-unreachable") || bytes == 0 })
    }
  }
}
