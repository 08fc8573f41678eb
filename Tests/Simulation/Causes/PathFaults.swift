@testable import Probe

extension Fault {
  private static var ways: [(String, Cause, WritableKeyPath<Network, Leg>)] {
    [
      ("out", .pathOut, \.out), ("back", .pathBack, \.back),
    ]
  }

  /// What happens between the guest and the server.
  static var path: [Fault] {
    var faults: [Fault] = []
    for (word, cause, leg) in ways {
      faults += [
        Fault(name: "one packet \(word)", sizes: 1.5e6...1.5e8, label: [cause], isProven: true) {
          scenario, _, at, size in
          // As long as the interval: one packet is in it, or none.
          let from = firstQuery(after: at)
          scenario.network[keyPath: leg].surge = Surge(
            from: from, to: from + .milliseconds(8), by: size, isLevel: true)
          return [(from, from + .milliseconds(9) + size)]
        },
        Fault(name: "5 ms \(word)", sizes: 5e6...5.000001e6, label: [cause], isProven: true) {
          scenario, dice, at, size in
          let to = at + burst(&dice)
          scenario.network[keyPath: leg].surge = Surge(from: at, to: to, by: size, isLevel: true)
          return [(at, to + size)]
        },
        Fault(name: "5 ms \(word), a busy guest", sizes: 5e6...5.000001e6, label: [cause], isProven: true) {
          scenario, dice, at, size in
          // Late wake-ups lay the stamps onto R from afar.
          scenario.guest.wakeMean = dice.real(2e5...4e5)
          let to = at + burst(&dice)
          scenario.network[keyPath: leg].surge = Surge(from: at, to: to, by: size, isLevel: true)
          return [(at, to + size)]
        },
        Fault(
          name: "5 ms \(word), one late", sizes: 5e6...5.000001e6, label: [cause],
          provable: [cause, .localReceive], isProven: true
        ) { scenario, dice, at, size in
          // One packet of many waits in this guest as well, for longer or for less; or the first after them does.
          let to = at + .milliseconds(100) + burst(&dice)
          scenario.network[keyPath: leg].surge = Surge(from: at, to: to, by: size, isLevel: true)
          let from = dice.chance(0.5) ? at + .milliseconds(20) : to
          scenario.network.kernel.heldBack = Surge(
            from: from, to: from + .milliseconds(8), by: Nanoseconds(Int64(dice.magnitude(1e6...2e7))),
            isLevel: true)
          return [(at, to + .milliseconds(30))]
        },
        Fault(name: "load \(word)", sizes: 2.5e6...2.5e8, label: [cause], isProven: true) {
          scenario, dice, at, size in
          let to = at + burst(&dice)
          scenario.network[keyPath: leg].surge = Surge(from: at, to: to, by: size)
          return [(at, to + size)]
        },
        Fault(name: "route \(word)", sizes: 1.5e6...1.5e8, label: [.routeChange], provable: []) {
          scenario, _, at, size in
          scenario.network[keyPath: leg].routeChange = (at, size)
          return [(at, .seconds(4))]
        },
        Fault(
          name: "route \(word) and again", sizes: 1.5e6...1.5e8, label: [.routeChange], provable: [], times: 2
        ) {
          scenario, _, at, size in
          scenario.plan.duration = .seconds(5)
          let to = at + .milliseconds(1700)
          scenario.network[keyPath: leg].surge = Surge(from: at, to: to, by: size, isLevel: true)
          return [(at, to), (to, .seconds(6))]
        },
        Fault(
          name: "route \(word), back, once more", sizes: 1.5e6...1.5e8, label: [.routeChange], provable: [],
          times: 3
        ) { scenario, _, at, size in
          scenario.plan.duration = .seconds(8)
          let (to, again) = (at + .milliseconds(1700), at + .milliseconds(4200))
          scenario.network[keyPath: leg].surge = Surge(from: at, to: to, by: size, isLevel: true)
          scenario.network[keyPath: leg].routeChange = (again, size)
          return [(at, to), (to, again), (again, .seconds(9))]
        },
        Fault(name: "loss \(word)", sizes: 5e7...5e8, label: [.loss], provable: []) {
          scenario, _, at, size in
          scenario.network[keyPath: leg].cut = (at, at + size)
          return [(at, at + size + .milliseconds(300))]
        },
      ]
    }
    return faults + both
  }

  private static var both: [Fault] {
    [
      Fault(name: "one packet both", sizes: 1.5e6...1.5e8, label: [.pathBoth], isProven: true) {
        scenario, _, at, size in
        scenario.plan.timeout = .seconds(1)
        let from = firstQuery(after: at)
        scenario.network.out.surge = Surge(from: from, to: from + .milliseconds(8), by: size, isLevel: true)
        scenario.network.back.surge = Surge(
          from: from + size, to: from + size + .milliseconds(8), by: size, isLevel: true)
        return [(from, from + .milliseconds(19) + size + size)]
      },
      Fault(name: "load both", sizes: 2.5e6...2.5e8, label: [.pathBoth], isProven: true) {
        scenario, dice, at, size in
        scenario.plan.timeout = .seconds(1)
        let to = at + burst(&dice)
        scenario.network.out.surge = Surge(from: at, to: to, by: size)
        // What was long on its way out comes back later.
        scenario.network.back.surge = Surge(from: at, to: to + size, by: size, isLevel: true)
        return [(at, to + size + size)]
      },
      Fault(name: "quiet, a busy guest", sizes: 1e4...3e5, label: [], isQuiet: true) { scenario, _, _, size in
        scenario.guest.wakeMean = Double(size.count)
        scenario.network.kernel.transmitMissing = 0.1
        scenario.network.kernel.transmitLate = 0.1
        scenario.other = Network()
        return []
      },
      Fault(name: "quiet, 16/s", sizes: 1...100, label: [], isQuiet: true) { scenario, _, _, _ in
        scenario.interval = .microseconds(62_500)
        scenario.plan.duration = .seconds(60)
        return []
      },
      Fault(name: "quiet", sizes: 1...100, label: [], isQuiet: true) { _, _, _, _ in [] },
    ]
  }

  private static func burst(_ dice: inout Dice) -> Nanoseconds {
    Nanoseconds(Int64(dice.magnitude(5e7...5e8)))
  }

  private static func firstQuery(after at: Nanoseconds) -> Nanoseconds {
    let interval = 8_000_000 as Int64
    return Nanoseconds((at.count / interval + 1) * interval - 1_000_000)
  }
}
