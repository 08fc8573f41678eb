@testable import Probe

extension Fault {
  /// What happens in the guest, and to it.
  static var guest: [Fault] {
    clocks + standstills
      + [
        stall(.stopped), stall(.throttled), stall(.preempted), stall(.stolen), stall(.unknown),
        Fault(name: "local tx", sizes: 7e5...7e7, label: [.localTransmit]) { scenario, dice, at, size in
          let surge = Surge(from: at, to: at + length(&dice), by: size, isLevel: true)
          scenario.network.kernel.heldOut = surge
          return [(surge.from, surge.to + size)]
        },
        Fault(name: "local rx", sizes: 7e5...7e7, label: [.localReceive]) { scenario, dice, at, size in
          let surge = Surge(from: at, to: at + length(&dice), by: size, isLevel: true)
          scenario.network.kernel.heldBack = surge
          return [(surge.from, surge.to + size)]
        },
      ]
  }

  private static func length(_ dice: inout Dice) -> Nanoseconds {
    Nanoseconds(Int64(dice.magnitude(1e7...3e8)))
  }

  private static var clocks: [Fault] {
    [
      step("step forward", 1), step("step back", -1),
      // The report of 2013: half of a delay of 5 ms shows as the same offset.
      {
        var fault = step("step of 2.5 ms", 1)
        fault.sizes = 2.5e6...2.500001e6
        return fault
      }(),
      Fault(name: "step undone, unseen", sizes: 1e4...1e6, label: [.clockStep], provable: []) {
        scenario, _, at, size in
        scenario.clocks.steps = [(at, size), (at + Nanoseconds(200), -size)]
        return [(at, at + Nanoseconds(200))]
      },
      Fault(name: "step undone later", sizes: 2e4...2e6, label: [.clockStep], isProven: true, times: 2) {
        scenario, dice, at, size in
        let length = Nanoseconds(Int64(dice.magnitude(2e7...4e8)))
        scenario.clocks.steps = [(at, size), (at + length, -size)]
        return [(at, at), (at + length, at + length)]
      },
      Fault(name: "slew on", sizes: 5e3...5e5, label: [.clockSlew], isProven: true) {
        scenario, dice, at, size in
        // Size in 10^-9.
        let rate = Double(size.count) / 1000 * (dice.chance(0.5) ? 1 : -1)
        scenario.clocks.slews = [(at, scenario.clocks.steered + rate)]
        return [(at, at)]
      },
      Fault(name: "slew on and off", sizes: 5e3...5e5, label: [.clockSlew], isProven: true, times: 2) {
        scenario, dice, at, size in
        let rate = Double(size.count) / 1000 * (dice.chance(0.5) ? 1 : -1)
        let length = Nanoseconds(Int64(dice.magnitude(1e8...1e9)))
        scenario.clocks.slews = [
          (at, scenario.clocks.steered + rate), (at + length, scenario.clocks.steered),
        ]
        return [(at, at), (at + length, at + length)]
      },
      Fault(name: "leap second", sizes: 1e9...1.000001e9, label: [.leapSecond], isProven: true) {
        scenario, _, at, _ in
        scenario.guest.evidence?.leap = at
        scenario.clocks.steps = [(at, .seconds(-1))]
        return [(at, at)]
      },
      Fault(
        name: "leap second, S as well", sizes: 1e9...1.000001e9, label: [.leapSecond], isProven: true,
        times: 2
      ) {
        scenario, dice, at, _ in
        scenario.guest.evidence?.leap = at
        scenario.clocks.steps = [(at, .seconds(-1))]
        let later = at + Nanoseconds(dice.pick(-20_000_000...20_000_000))
        scenario.clocks.referenceSteps = [(later, .seconds(-1))]
        scenario.network.server.alter = { _, reply in reply.leap = 1 }
        return [(min(at, later), max(at, later))]
      },
      Fault(
        name: "clocksource", sizes: 1e-1...1e1, label: [.clocksourceChange], isProven: true
      ) { scenario, dice, at, _ in
        scenario.guest.evidence?.clocksource = at
        scenario.clocks.counters = [(at, dice.real(-30...30))]
        return [(at, at)]
      },
    ]
  }

  private static func step(_ name: String, _ sign: Int64) -> Fault {
    Fault(name: name, sizes: 2e4...2e9, label: [.clockStep], isProven: true) { scenario, _, at, size in
      scenario.clocks.steps = [(at, size.scaled(by: sign))]
      return [(at, at)]
    }
  }

  private static var standstills: [Fault] {
    [
      Fault(name: "suspend", sizes: 1e7...1e10, label: [.guestSuspend], isProven: true) {
        scenario, _, at, size in
        scenario.clocks.suspends = [(at, size)]
        return [(at, at + size)]
      },
      Fault(
        name: "pause, one reference", sizes: 3e6...3e8, label: [.guestPause],
        alike: [.guestPause, .reference], provable: []
      ) {
        scenario, _, at, size in
        scenario.clocks.pauses = [(at, size)]
        return [(at, at + size)]
      },
      Fault(name: "pause, two references", sizes: 3e6...3e8, label: [.guestPause], isProven: true) {
        scenario, _, at, size in
        scenario.clocks.pauses = [(at, size)]
        scenario.other = Network()
        return [(at, at + size)]
      },
      Fault(name: "pause, vmclock", sizes: 3e6...3e8, label: [.guestPause], isProven: true) {
        scenario, _, at, size in
        scenario.clocks.pauses = [(at, size)]
        scenario.guest.evidence?.marker = at + size
        return [(at, at + size)]
      },
    ]
  }

  private static func stall(_ taker: Taker) -> Fault {
    // What begins before the end of a sleep shortens it: 5 ms beyond that are a stall. Steal is told in steps of 10 ms.
    Fault(
      name: "stall, \(taker.name)", sizes: taker == .stolen ? 3e7...3e9 : 1.5e7...1.5e9, label: [.guestStall],
      taker: taker, isProven: true
    ) { scenario, _, at, size in
      scenario.guest.taken = [(at, size, taker)]
      return [(at, at + size)]
    }
  }
}
