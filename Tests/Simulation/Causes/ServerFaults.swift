@testable import Probe

extension Fault {
  /// What happens to the server, and what it says.
  static var server: [Fault] {
    steps + drifts
      + [
        Fault(name: "slow to answer", sizes: 1e6...1e8, label: [.reference], isProven: true) {
          scenario, dice, at, size in
          let to = at + Nanoseconds(Int64(dice.magnitude(5e7...5e8)))
          scenario.network.server.surge = Surge(from: at, to: to, by: size, isLevel: true)
          return [(at, to + size)]
        },
        fields("stratum") { $0.stratum = 3 },
        fields("leap") { $0.leap = 1 },
        fields("refid") { $0.referenceID = ReferenceID(ascii: "PPS") },
        fields("root distance") { $0.rootDispersion = NTPShort(bits: 6554) },
        Fault(
          name: "one wrong reply", sizes: 3e6...3e8, label: [.reference], provable: []
        ) { scenario, dice, at, size in
          let number = numberOf(at)
          let shift = dice.chance(0.5) ? size : -size
          scenario.network.server.alter = { query, reply in
            if query == number { reply.shift(by: shift) }
          }
          return [(at - .milliseconds(8), at + .milliseconds(40))]
        },
        Fault(
          name: "a little wrong reply", sizes: 1.5e6...1.5e8,
          label: [.pathOut, .pathBack, .reference, .routeChange],
          alike: [.reference], provable: []
        ) { scenario, dice, at, size in
          scenario.isFar()
          let number = numberOf(at)
          let shift = dice.chance(0.5) ? size : -size
          scenario.network.server.alter = { query, reply in
            if query == number { reply.shift(by: shift) }
          }
          // It stays in the band.
          return [(at - .milliseconds(220), .seconds(4))]
        },
        kiss,
        losing("unsynchronized", .rejected) { $0.leap = 3 },
        losing("bad origin", .rejected, provable: []) { $0.originTime = NTPTime(bits: 1) },
        Fault(name: "flood", sizes: 1e2...1e4, label: [], isQuiet: true) { scenario, _, _, size in
          scenario.network.attack = Attack(rate: Double(size.count))
          return []
        },
      ]
  }

  private static func numberOf(_ at: Nanoseconds) -> UInt64 { UInt64(at.count / 8_000_000) }

  private static var steps: [Fault] {
    [
      step("server up", 1, label: [.reference, .guestPause], alike: [.guestPause, .reference]),
      step("server down", -1, label: [.reference]),
      {
        var fault = step("server up, two references", 1, label: [.reference], isTwo: true)
        (fault.isProven, fault.provable) = (true, nil)
        return fault
      }(),
      {
        var fault = step("server down, two references", -1, label: [.reference], isTwo: true)
        (fault.isProven, fault.provable) = (true, nil)
        return fault
      }(),
      // Within the band's width nothing is contradicted: it looks like a way that became longer.
      wide("small server step", isBack: false, label: [.routeChange], alike: [.reference]),
      wide(
        "small server step undone", isBack: true, label: [.pathOut, .pathBack, .routeChange, .reference],
        alike: [.reference]),
    ]
  }

  /// By the rate alone S, R and a small jump look alike. Long before and long after, so that no line fits both.
  private static var drifts: [Fault] {
    [
      drift("server gains", 1, label: [.reference]),
      drift("server loses", -1, label: [.reference]),
      {
        var fault = drift("server drifts, two references", 1, label: [.reference])
        let inflict = fault.inflict
        fault.inflict = { scenario, dice, at, size in
          scenario.other = Network()
          return inflict(&scenario, &dice, at, dice.chance(0.5) ? size : -size)
        }
        return fault
      }(),
      Fault(
        name: "counter drifts, two references", sizes: 2e5...4e5, label: [.reference, .clocksourceChange],
        alike: [.reference, .clocksourceChange], provable: []
      ) { scenario, dice, at, size in
        let at = scenario.isLong(at)
        scenario.other = Network()
        scenario.clocks.counters = [(at, Double(size.count) / 1000 * (dice.chance(0.5) ? 1 : -1))]
        return [(at, .seconds(40))]
      },
    ]
  }

  private static func drift(_ name: String, _ sign: Double, label: [Cause]) -> Fault {
    // Size in 10^-9.
    Fault(name: name, sizes: 2e5...4e5, label: label, alike: [.reference], provable: []) {
      scenario, _, at, size in
      let at = scenario.isLong(at)
      scenario.clocks.referenceSlews = [(at, sign * Double(size.count) / 1000)]
      return [(at, .seconds(40))]
    }
  }

  private static func step(
    _ name: String, _ sign: Int64, label: [Cause], alike: [Cause] = [], isTwo: Bool = false
  ) -> Fault {
    Fault(name: name, sizes: 3e6...3e8, label: label, alike: alike, provable: []) { scenario, _, at, size in
      if isTwo { scenario.other = Network() }
      scenario.clocks.referenceSteps = [(at, size.scaled(by: sign))]
      return [(at, at)]
    }
  }

  private static func wide(_ name: String, isBack: Bool, label: [Cause], alike: [Cause]) -> Fault {
    Fault(name: name, sizes: 1.5e6...1.5e8, label: label, alike: alike, provable: []) {
      scenario, dice, at, size in
      scenario.isFar()
      let size = dice.chance(0.5) ? size : -size
      scenario.clocks.referenceSteps = [(at, size)]
      guard isBack else { return [(at, .seconds(4))] }
      let to = at + Nanoseconds(Int64(dice.magnitude(1e7...8e8)))
      scenario.clocks.referenceSteps.append((to, -size))
      return [(at, to)]
    }
  }

  private static func fields(_ name: String, _ alter: @escaping (inout NTPPacket) -> Void) -> Fault {
    Fault(name: "server's \(name)", sizes: 1...100, label: [.reference], isProven: true) {
      scenario, _, at, _ in
      let number = numberOf(at)
      scenario.network.server.alter = { query, reply in if query >= number { alter(&reply) } }
      return [(at - .milliseconds(16), at + .milliseconds(16))]
    }
  }

  private static var kiss: Fault {
    Fault(name: "RATE", sizes: 1...100, label: [.rateLimited], isProven: true) { scenario, _, at, _ in
      scenario.plan.duration = .seconds(6)
      let number = numberOf(at)
      scenario.network.server.alter = { query, reply in
        if query == number { (reply.stratum, reply.referenceID) = (0, ReferenceID(ascii: "RATE")) }
      }
      return [(at - .milliseconds(16), at + .milliseconds(16))]
    }
  }

  private static func losing(
    _ name: String, _ cause: Cause, provable: [Cause]? = nil, _ alter: @escaping (inout NTPPacket) -> Void
  ) -> Fault {
    Fault(name: name, sizes: 5e7...5e8, label: [cause], provable: provable) { scenario, _, at, size in
      let (first, last) = (numberOf(at), numberOf(at + size))
      scenario.network.server.alter = { query, reply in
        if first <= query, query <= last { alter(&reply) }
      }
      return [(at - .milliseconds(16), at + size + .milliseconds(300))]
    }
  }
}

extension Scenario {
  /// - Returns: the same moment, ten seconds later
  fileprivate mutating func isLong(_ at: Nanoseconds) -> Nanoseconds {
    interval = .milliseconds(32)
    plan.duration = .seconds(30)
    return at + .seconds(10)
  }

  /// A band as wide as 200 ms.
  fileprivate mutating func isFar() {
    rateAgreed = true
    plan.timeout = .seconds(1)
    network.out.floor = .milliseconds(100)
    network.back.floor = .milliseconds(100)
  }
}

extension NTPPacket {
  fileprivate mutating func shift(by length: Nanoseconds) {
    let bits = UInt64(bitPattern: Int64(Double(length.count) * 4.294967296))
    receiveTime.bits &+= bits
    transmitTime.bits &+= bits
  }
}
