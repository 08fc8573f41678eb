/// What a relay does to packets. A fault sees the packet as it came and what the faults before it made of it.
struct Fault: Sendable {
  typealias Deliveries = [Relay.Delivery]
  let apply: @Sendable (Relay.Packet, Deliveries, inout SplitMix64) -> Deliveries

  init(_ apply: @escaping @Sendable (Relay.Packet, Deliveries, inout SplitMix64) -> Deliveries) {
    self.apply = apply
  }

  /// Changes each delivery of one direction, forged ones as well where a fault before this one has made them.
  static func each(
    _ direction: Relay.Direction,
    _ change: @escaping @Sendable (inout Relay.Delivery, inout SplitMix64) -> Void
  ) -> Fault {
    Fault { _, deliveries, random in
      deliveries.map { delivery in
        guard delivery.direction == direction else { return delivery }
        var changed = delivery
        change(&changed, &random)
        return changed
      }
    }
  }

  /// Only for the packets whose number, from 1 for each direction, is accepted.
  func only(_ isMeant: @escaping @Sendable (Int) -> Bool) -> Fault {
    Fault { packet, deliveries, random in
      isMeant(packet.number) ? apply(packet, deliveries, &random) : deliveries
    }
  }

  /// Every nth packet: n, 2n, ...
  func every(_ n: Int) -> Fault { only { $0.isMultiple(of: n) } }
}

// MARK: - Time

extension Fault {
  static func delay(_ direction: Relay.Direction, by duration: Duration) -> Fault {
    each(direction) { delivery, _ in delivery.delay += duration }
  }

  /// A uniform delay in 0 ... most. Packets may overtake one another.
  static func jitter(_ direction: Relay.Direction, upTo most: Duration) -> Fault {
    each(direction) { delivery, random in
      delivery.delay += .nanoseconds(Int64.random(in: 0...most.nanoseconds, using: &random))
    }
  }

  /// Holds every nth packet back for `hold`, so that those that come within it go first.
  static func reorder(_ direction: Relay.Direction, every n: Int, hold: Duration) -> Fault {
    delay(direction, by: hold).every(n)
  }
}

// MARK: - Presence

extension Fault {
  static func dropAll(_ direction: Relay.Direction) -> Fault {
    Fault { _, deliveries, _ in deliveries.filter { $0.direction != direction } }
  }

  static func drop(_ direction: Relay.Direction, every n: Int) -> Fault { dropAll(direction).every(n) }

  /// With this probability each; from the relay's seed.
  static func drop(_ direction: Relay.Direction, probability: Double) -> Fault {
    Fault { _, deliveries, random in
      deliveries.filter { delivery in
        delivery.direction != direction || Double.random(in: 0..<1, using: &random) >= probability
      }
    }
  }

  /// Once more, `after` the first.
  static func duplicate(_ direction: Relay.Direction, after gap: Duration = .zero) -> Fault {
    Fault { _, deliveries, _ in
      deliveries.flatMap { delivery in
        guard delivery.direction == direction else { return [delivery] }
        var copy = delivery
        copy.delay += gap
        return [delivery, copy]
      }
    }
  }
}

// MARK: - Content

extension Fault {
  /// Flips the bits of `mask` in one byte; an offset past the end changes nothing.
  static func corrupt(_ direction: Relay.Direction, byte offset: Int, mask: UInt8 = 0xff) -> Fault {
    each(direction) { delivery, _ in
      if delivery.bytes.indices.contains(offset) { delivery.bytes[offset] ^= mask }
    }
  }

  static func truncate(_ direction: Relay.Direction, to count: Int) -> Fault {
    each(direction) { delivery, _ in delivery.bytes = Array(delivery.bytes.prefix(count)) }
  }

  /// Sets header fields of replies.
  static func rewrite(_ fields: HeaderField...) -> Fault {
    each(.toClient) { delivery, _ in
      for field in fields { field.write(&delivery.bytes) }
    }
  }
}
