/// Replies that nobody's server sent: what an attacker, off the path or on it, adds to the true ones.
struct Forgery: Sendable {
  /// Makes the forged bytes from the request, or nil for none.
  let make: @Sendable (_ request: [UInt8], inout SplitMix64) -> [UInt8]?
  var source: Relay.Delivery.Source = .relay

  /// A reply whose origin time is a random number: the attacker has not seen the request.
  static let wrongOrigin = Forgery { request, random in
    reply(to: request, [.origin(random.next())])
  }

  /// Right in every field, but from a port that was not asked.
  static let otherPort = Forgery(make: { request, _ in reply(to: request, []) }, source: .otherPort)

  /// A true-looking kiss: stratum 0, leap 3, `code`. The origin is the request's, unless `origin` is given.
  static func kiss(_ code: String, origin: UInt64? = nil) -> Forgery {
    Forgery { request, _ in
      let fields: [HeaderField] = [.leap(3), .stratum(0), .refid(code)]
      return reply(to: request, fields + (origin.map { [.origin($0)] } ?? []))
    }
  }

  /// The same bytes each time, such as an old reply.
  static func replay(of bytes: [UInt8]) -> Forgery { Forgery { _, _ in bytes } }

  /// Random bytes of a length of 0 to 128.
  static let noise = Forgery { _, random in
    (0..<Int.random(in: 0...128, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
  }

  /// A server's reply as it should be, 1 s ahead of the request's own time, then `fields` over it.
  static func reply(to request: [UInt8], _ fields: [HeaderField]) -> [UInt8]? {
    guard let asked = RawPacket(request) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 48)
    let time = asked.transmit &+ 1 << 32
    let genuine: [HeaderField] = [
      .leap(0), .version(4), .mode(4), .stratum(1), .precision(-20), .refid("EVIL"), .reference(time),
      .origin(asked.transmit), .receive(time), .transmit(time),
    ]
    for field in genuine + fields { field.write(&bytes) }
    return bytes
  }
}

extension Fault {
  /// Sends `forgery` to the client at each request, `after` it; before the true reply unless that is later
  /// than the server's answer takes.
  static func spoof(_ forgery: Forgery, after gap: Duration = .zero) -> Fault {
    flood(forgery, count: 1, every: .zero, after: gap)
  }

  /// Sends `count` forgeries at each request that it sees, one `every` so long: 1000 every 1 ms are 1 s at
  /// 1000/s. Use `.only { $0 == 1 }` to start it once.
  static func flood(
    _ forgery: Forgery, count: Int, every gap: Duration, after start: Duration = .zero
  ) -> Fault {
    Fault { packet, deliveries, random in
      guard packet.direction == .toServer else { return deliveries }
      var forged: Deliveries = []
      for index in 0..<count {
        guard let bytes = forgery.make(packet.request, &random) else { continue }
        forged.append(
          Relay.Delivery(
            bytes: bytes, delay: start + gap * index, source: forgery.source, direction: .toClient))
      }
      return deliveries + forged
    }
  }

  /// Sends the reply before this one again, after the true one.
  static func replayPrevious() -> Fault {
    let previous = PreviousReply()
    return Fault { packet, deliveries, _ in
      guard packet.direction == .toClient else { return deliveries }
      guard let old = previous.exchange(packet.bytes) else { return deliveries }
      return deliveries + [Relay.Delivery(bytes: old, direction: .toClient)]
    }
  }
}
