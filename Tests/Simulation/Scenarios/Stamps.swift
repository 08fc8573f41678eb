import Testing

@testable import Probe

@Suite("Stamps late, lost and doubled") struct Stamps {
  @Test("late stamps of sends: waited for, or the user's", arguments: 0..<20 as Range<UInt64>)
  func late(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.kernel.transmitLate = 0.5
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == outcome.counts.sent)
    #expect(outcome.counts.transmitKernel < outcome.counts.good)
    #expect(outcome.counts.transmitKernel > outcome.counts.good / 2)
    // A stamp of the kernel is the departure's own: of no other query.
    for finding in outcome.findings where finding.exchange.transmit.source == .kernel {
      let flight = outcome.socket.flights[outcome.socket.flightAfter[finding.exchange.sent.rawBefore]!]
      let departed = outcome.truth.world.clocks.realtime.reading(flight.departed)
      #expect(departed - finding.exchange.transmit.at.nanoseconds <= 301)
    }
  }

  @Test("none, one way or the other: marked as the user's, and still bounded", arguments: 0..<10 as Range<UInt64>)
  func lost(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.kernel.transmitMissing = 0.3
    scenario.network.kernel.receiveMissing = 0.3
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == outcome.counts.sent)
    #expect(outcome.counts.transmitKernel > 0 && outcome.counts.transmitKernel < 250)
    #expect(outcome.counts.receiveKernel > 0 && outcome.counts.receiveKernel < 250)
  }

  @Test("a kernel that stamps nothing costs the wait three times only")
  func noneAtAll() {
    var scenario = Scenario(1)
    scenario.network.kernel.transmitMissing = 1
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.transmitKernel == 0)
    #expect(outcome.counts.good == 250)
  }

  @Test("doubled stamps", arguments: 0..<10 as Range<UInt64>)
  func doubled(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.kernel.transmitDoubled = 0.5
    scenario.network.kernel.transmitLate = 0.2
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.good == 250)
  }

  @Test("sends that fail while others are under way: the numbers begin anew, and no stamp goes astray",
    arguments: 0..<40 as Range<UInt64>)
  func renumbered(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.interval = .milliseconds(1)
    scenario.network.out.floor = .microseconds(300)
    scenario.network.back.queueing = 8e6
    scenario.network.kernel.sendFailure = 0.2
    scenario.network.kernel.transmitLate = 0.5
    scenario.network.kernel.transmitMissing = 0.1
    scenario.rateAgreed = true
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    for finding in outcome.findings where finding.exchange.transmit.source == .kernel {
      let flight = outcome.socket.flights[outcome.socket.flightAfter[finding.exchange.sent.rawBefore]!]
      let departed = outcome.truth.world.clocks.realtime.reading(flight.departed)
      #expect((departed - finding.exchange.transmit.at.nanoseconds).magnitude <= 301)
    }
  }

  @Test("a send that fails again and again is one loss", arguments: 0..<5 as Range<UInt64>)
  func sendsFail(seed: UInt64) {
    var scenario = Scenario(seed)
    scenario.network.kernel.sendsFail = [(.milliseconds(500), .milliseconds(700))]
    let outcome = scenario.run()
    #expect(outcome.violations == [])
    #expect(outcome.counts.sendFailed > 0)
    #expect(outcome.counts.sendError == SystemError.noBufferSpace)
    #expect(outcome.counts.sendFailed == outcome.counts.lost)
  }
}
