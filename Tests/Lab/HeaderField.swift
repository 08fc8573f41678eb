/// A field of the NTP header (RFC 5905, figure 8) with a value to be written into a packet.
enum HeaderField: Sendable {
  case leap(UInt8)
  case version(UInt8)
  case mode(UInt8)
  case stratum(UInt8)
  case poll(Int8)
  /// Log2 of seconds.
  case precision(Int8)
  /// NTP short format, 2^-16 s.
  case rootDelay(UInt32)
  case rootDispersion(UInt32)
  /// Up to four characters, filled with zeros. With stratum 0 it is a kiss code.
  case refid(String)
  /// NTP timestamps, 2^-32 s since 1900.
  case reference(UInt64)
  case origin(UInt64)
  case receive(UInt64)
  case transmit(UInt64)
  /// Adds this many 2^-32 s to receive and transmit time alike: the server's clock is wrong by that.
  case shift(Int64)

  /// A packet that is too short for the field stays as it is.
  func write(_ packet: inout [UInt8]) {
    switch self {
    case .leap(let value): set(&packet, 0, [(packet.first ?? 0) & 0x3f | value << 6])
    case .version(let value): set(&packet, 0, [(packet.first ?? 0) & 0xc7 | (value & 7) << 3])
    case .mode(let value): set(&packet, 0, [(packet.first ?? 0) & 0xf8 | value & 7])
    case .stratum(let value): set(&packet, 1, [value])
    case .poll(let value): set(&packet, 2, [UInt8(bitPattern: value)])
    case .precision(let value): set(&packet, 3, [UInt8(bitPattern: value)])
    case .rootDelay(let value): set(&packet, 4, RawQuery.bigEndian(value))
    case .rootDispersion(let value): set(&packet, 8, RawQuery.bigEndian(value))
    case .refid(let text): set(&packet, 12, Array((Array(text.utf8) + [0, 0, 0, 0]).prefix(4)))
    case .reference(let value): set(&packet, 16, RawQuery.bigEndian(value))
    case .origin(let value): set(&packet, 24, RawQuery.bigEndian(value))
    case .receive(let value): set(&packet, 32, RawQuery.bigEndian(value))
    case .transmit(let value): set(&packet, 40, RawQuery.bigEndian(value))
    case .shift(let value):
      guard let reply = RawPacket(packet) else { return }
      set(&packet, 32, RawQuery.bigEndian(reply.receive &+ UInt64(bitPattern: value)))
      set(&packet, 40, RawQuery.bigEndian(reply.transmit &+ UInt64(bitPattern: value)))
    }
  }

  private func set(_ packet: inout [UInt8], _ offset: Int, _ bytes: [UInt8]) {
    guard packet.count >= offset + bytes.count else { return }
    packet.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }
}
