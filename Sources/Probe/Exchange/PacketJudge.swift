extension PacketCheck {
  /// RFC 5905 appendix A.1.1: MAXDISP.
  static let largestRootDistance = Nanoseconds.seconds(16)

  /// The checks that need nothing but the datagram.
  static func form(_ datagram: Span<UInt8>, truncated: Bool) -> Result<NTPPacket, PacketCheck> {
    guard let packet = NTPPacket(datagram) else { return .failure(.short) }
    if truncated { return .failure(.long) }
    if packet.version != 4 { return .failure(.version) }
    if packet.mode != NTPPacket.Mode.server { return .failure(.mode) }
    if Trailer(datagram) == nil { return .failure(.trailer) }
    return .success(packet)
  }

  /// What a server that answers our query says of itself.
  static func server(_ packet: NTPPacket) -> PacketCheck? {
    // A kiss comes with leap 3, which says less than the code does.
    if KissCode(packet) != nil { return .kiss }
    if packet.leap == 3 || packet.stratum == 0 || packet.stratum > 15 { return .unsynchronized }
    if packet.receiveTime.isZero || packet.transmitTime.isZero { return .times }
    let root = packet.rootDelay.length.half + packet.rootDispersion.length
    return root >= largestRootDistance ? .root : nil
  }

  /// What the four instants say of each other.
  static func instants(_ exchange: Exchange) -> PacketCheck? {
    if exchange.serverTime < .zero { return .times }
    // On R, which no step of C reaches: the server cannot hold a query for longer than the exchange
    // lasted here. One clock's second may be 500 ppm of the other's longer.
    let longest = exchange.received.rawAfter - exchange.sent.rawBefore
    let drift = Rate.partsPerMillion(500).over(longest)
    let slack = drift + exchange.server.precision.length.scaled(by: 2) + Nanoseconds(1000)
    if exchange.serverTime > longest + slack { return .delay }
    return !exchange.isTorn && exchange.delay < -slack ? .delay : nil
  }

  /// A server's own statement about the query that it answers: waiting for a better reply is in vain.
  var endsQuery: Bool { self == .unsynchronized || self == .kiss }
}

extension PacketCheck: Error {}
