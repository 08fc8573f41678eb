extension PacketCheck {
  /// RFC 5905 appendix A.1.1: MAXDISP.
  static let largestRootDistance = Nanoseconds.seconds(16)

  /// The checks that need nothing but the datagram.
  @inline(__always)
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
  @inline(__always)
  static func instants(_ exchange: Exchange) -> PacketCheck? {
    if exchange.serverTime < .zero { return .times }
    // On R, which neither a step nor a slew of C reaches: the server cannot hold a query for longer than the
    // exchange lasted here. One clock's second may be 500 ppm of the other's longer.
    let longest = exchange.received.rawAfter - exchange.sent.rawBefore
    let lasted = exchange.arrived - exchange.departed
    let brackets = exchange.sent.bracket + exchange.received.bracket
    // The usual case needs no allowance: each of them is zero or more.
    if exchange.serverTime <= longest, exchange.serverTime <= lasted || exchange.isTorn, brackets >= .zero {
      return nil
    }
    return slowInstants(exchange, longest, lasted, brackets)
  }

  @inline(never)
  private static func slowInstants(
    _ exchange: Exchange, _ longest: Nanoseconds, _ lasted: Nanoseconds, _ brackets: Nanoseconds
  ) -> PacketCheck? {
    let drift = Rate.partsPerMillion(500).over(longest)
    let slack = drift + exchange.server.precision.length.scaled(by: 2) + Nanoseconds(1000)
    if exchange.serverTime > longest + slack { return .delay }
    if exchange.isTorn { return nil }
    let local = exchange.localTransmit.magnitude + exchange.localReceive.magnitude
    let mapping = fastestSlew.over(local) + brackets
    return exchange.serverTime > lasted + slack + mapping ? .delay : nil
  }

  /// By how much a length of C may be shorter than the same length of R, as a share of it: the kernel slews
  /// by 10.05 % at the most (adjtimex(2)), and 0.1005 / (1 - 0.1005) = 0.1118.
  private static let fastestSlew = Rate.partsPerMillion(111_800)

  /// A server's own statement about the query that it answers: waiting for a better reply is in vain.
  var endsQuery: Bool { self == .unsynchronized || self == .kiss }
}

extension PacketCheck: Error {}
