/// What follows the 48 bytes of the header: extension fields, then at most one MAC.
///
/// An extension field (RFC 5905 section 7.5 as amended by RFC 7822), big-endian:
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///   0 |          Field Type           |            Length             |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///   4 |                     Value, padded to 4 bytes                  |
///
/// Length counts the whole field. Nothing tells a field from a MAC but its length; the minimum
/// lengths of RFC 7822 exist so that what is left decides: 4 (a crypto-NAK), 20 or 24 bytes are a
/// MAC, 28 and more begin with a field. A longer digest is cut to 20 bytes in version 4.
/// Version 3 has no fields (RFC 1305 appendix A): there, all that is left is a MAC. chrony goes back
/// to that version for digests longer than 20 bytes, which take 4 + 64 at most; MS-SNTP takes 72.
public struct Trailer: Equatable, Sendable {
  /// How many fields.
  public var extensionFields: Int
  /// In bytes with the key identifier; 0 = none, 4 = crypto-NAK.
  public var macLength: Int

  static let fieldHeader = 4
  /// RFC 7822: no field is shorter.
  static let shortestField = 16
  /// Key identifier and 20 bytes: the longest MAC of version 4, so that no field is taken for one.
  static let longestMAC = 24

  /// Over the whole datagram, header included; nil where it is malformed.
  public init?(_ datagram: Span<UInt8>) {
    guard datagram.count >= NTPPacket.headerSize else { return nil }
    extensionFields = 0
    let version = datagram[0] >> 3 & 7
    if version <= 3 {
      macLength = datagram.count - NTPPacket.headerSize
      guard Self.isLegacyMAC(macLength) else { return nil }
      return
    }
    var offset = NTPPacket.headerSize
    while let next = Self.endOfField(at: offset, in: datagram) {
      extensionFields += 1
      offset = next
    }
    macLength = datagram.count - offset
    switch macLength {
    case 0, 4, 20, Self.longestMAC: return
    default: return nil
    }
  }

  /// Where in the datagram the value of the first field of this type is, padding included.
  /// The datagram must be the one that this trailer was read from.
  public func value(ofType type: UInt16, in datagram: Span<UInt8>) -> Range<Int>? {
    var offset = NTPPacket.headerSize
    for _ in 0..<extensionFields {
      guard let next = Self.endOfField(at: offset, in: datagram) else { return nil }
      if datagram.bigEndian16(at: offset) == type { return offset + Self.fieldHeader..<next }
      offset = next
    }
    return nil
  }

  /// nil where no well-formed field begins.
  private static func endOfField(at offset: Int, in datagram: Span<UInt8>) -> Int? {
    let left = datagram.count - offset
    guard left > longestMAC else { return nil }
    let length = Int(datagram.bigEndian16(at: offset + 2))
    guard length >= shortestField, length % 4 == 0, length <= left else { return nil }
    return offset + length
  }

  /// Version 3 and before: nothing, a crypto-NAK, the 12 bytes of RFC 1305, or a key identifier and
  /// a digest of 16 to 68 bytes.
  private static func isLegacyMAC(_ length: Int) -> Bool {
    switch length {
    case 0, 4, 12: true
    case 20...72: length % 4 == 0
    default: false
    }
  }
}
