import Testing

@testable import Probe

@Suite("Replies that nobody asked for") struct Hostile {
  /// What a sample says apart from when the probe woke.
  private func essence(_ outcome: Outcome) -> [[Int64]] {
    outcome.findings.map(\.exchange).sorted { $0.query < $1.query }.map { exchange in
      [Int64(exchange.query), exchange.delay.count - exchange.serverTime.count]
    }
  }

  @Test("a flood of forgeries, replays and garbage becomes no sample and changes none",
    arguments: 0..<10 as Range<UInt64>)
  func flood(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.back.loss = 0.05
    let calm = scenario.run()
    scenario.network.attack = Attack(rate: 5000)
    let flooded = scenario.run()
    #expect(flooded.violations == [])
    #expect(calm.violations == [])
    #expect(flooded.counts.sent == calm.counts.sent)
    #expect(flooded.counts.good == calm.counts.good)
    #expect(flooded.counts.denied == 0)
    #expect(flooded.counts.rateLimited == 0)
    #expect(flooded.summary.verdict == calm.summary.verdict)
    #expect(flooded.findings.map(\.exchange.query).sorted() == calm.findings.map(\.exchange.query).sorted())
    // Each packet's way is drawn by its number, so the delay is the same to the ns of four cut stamps.
    for (a, b) in zip(
      flooded.findings.map(\.exchange).sorted { $0.query < $1.query },
      calm.findings.map(\.exchange).sorted { $0.query < $1.query })
    {
      #expect((a.delay - b.delay).magnitude <= Nanoseconds(1000))
    }
    for check in [PacketCheck.short, .long, .mode, .origin, .duplicate] {
      #expect(flooded.counts.checks[check] > 0, "\(check.name)")
    }
  }

  @Test("a server that says anything at all of T2 and T3 traps nothing", arguments: 0..<20 as Range<UInt64>)
  func extremes(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.plan.timeout = .milliseconds(50)
    scenario.holds = false
    scenario.network.server.alter = { number, reply in
      var dice = Dice(seed, .parameters, number)
      let extremes: [UInt64] = [1, .max, 1 << 63, 1 << 63 - 1, 0, reply.receiveTime.bits, dice.next()]
      reply.receiveTime.bits = extremes.randomElement(using: &dice)!
      reply.transmitTime.bits = dice.chance(0.5) ? reply.receiveTime.bits &+ dice.next() >> 40 : dice.next()
      reply.precision = Precision(exponent: Int8(truncatingIfNeeded: dice.pick(-128...127)))
      reply.rootDelay = NTPShort(bits: UInt32(truncatingIfNeeded: dice.next() >> UInt64(dice.pick(0...63))))
      reply.rootDispersion = NTPShort(bits: UInt32(truncatingIfNeeded: dice.next() >> UInt64(dice.pick(0...63))))
    }
    #expect(scenario.run().violations == [])
  }

  @Test("a server that is not synchronised gives no sample", arguments: 0..<10 as Range<UInt64>)
  func unsynchronised(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.server.alter = { number, reply in
      switch number % 4 {
      case 1: reply.leap = 3
      case 2: reply.stratum = 16
      case 3: (reply.stratum, reply.referenceID) = (0, ReferenceID(ascii: "INIT"))
      default: break
      }
    }
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.findings.allSatisfy { $0.exchange.query % 4 == 0 })
    #expect(outcome.counts.rejected + outcome.counts.good == outcome.counts.sent)
    #expect(outcome.losses.allSatisfy { $0.reason == .rejected })
  }
}
