/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
  public enum Family: UInt8, Sendable { case v4, v6 }

  public var family: Family
  /// The 16 bytes of an IPv6 address as two big-endian numbers; an IPv4 address is in the lower 32 bits of `low`.
  public var high: UInt64
  public var low: UInt64
  /// The index of the interface that a link-local IPv6 address is valid on (RFC 4007 section 11); 0 = none.
  public var zone: UInt32

  /// `v4` is a big-endian number: 127.0.0.1 is 0x7f000001.
  public init(v4: UInt32) {
    family = .v4
    high = 0
    low = UInt64(v4)
    zone = 0
  }

  public init(v6 high: UInt64, _ low: UInt64, zone: UInt32 = 0) {
    family = .v6
    self.high = high
    self.low = low
    self.zone = zone
  }

  /// 4 or 16 bytes in network order, else nil.
  public init?(networkOrder bytes: Span<UInt8>, zone: UInt32 = 0) {
    switch bytes.count {
    case 4: self.init(v4: bytes.bigEndian32(at: 0))
    case 16: self.init(v6: bytes.bigEndian64(at: 0), bytes.bigEndian64(at: 8), zone: zone)
    default: return nil
    }
  }

  /// In bytes: 4 or 16.
  public var size: Int { family == .v4 ? 4 : 16 }

  /// Fills the first `size` bytes in network order; `bytes` must have them.
  public func write(to bytes: inout MutableSpan<UInt8>) {
    if family == .v4 {
      bytes.store(bigEndian: UInt32(truncatingIfNeeded: low), at: 0)
    } else {
      bytes.store(bigEndian: high, at: 0)
      bytes.store(bigEndian: low, at: 8)
    }
  }

  /// The IPv4 address that this is or that it carries as ::ffff:0:0/96 (RFC 4291 section 2.5.5.2),
  /// which a socket of both families shows for an IPv4 peer.
  public var v4: UInt32? {
    if family == .v4 || (high == 0 && low >> 32 == 0xffff) { return UInt32(truncatingIfNeeded: low) }
    return nil
  }

  /// How far an address reaches: what polite rates and defaults hang on.
  public enum Scope: UInt8, Sendable {
    case loopback, linkLocal, privateUse, `public`
  }

  /// 127/8 and ::1; 169.254/16 (RFC 3927) and fe80::/10 (RFC 4291); RFC 1918 and fc00::/7 (RFC 4193).
  /// 100.64/10 (RFC 6598) belongs to a provider, not to the guest's owner: public.
  public var scope: Scope {
    if let v4 {
      if v4 >> 24 == 127 { return .loopback }
      if v4 >> 16 == 0xa9fe { return .linkLocal }
      if v4 >> 24 == 10 || v4 >> 20 == 0xac1 || v4 >> 16 == 0xc0a8 { return .privateUse }
      return .public
    }
    if high == 0 && low == 1 { return .loopback }
    if high >> 54 == 0xfe80 >> 6 { return .linkLocal }
    if high >> 57 == 0xfc >> 1 { return .privateUse }
    return .public
  }
}
