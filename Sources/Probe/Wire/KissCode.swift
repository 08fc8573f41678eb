/// What a server says in place of the time: the "kiss-o'-death" (RFC 5905 section 7.4).
///
/// A kiss code is worth no more than the packet it came in: obey it only after the checks of a reply
/// (RFC 5905 section 7.4; RFC 8633), or anybody can silence the probe.
public enum KissCode: Hashable, Sendable {
  /// Access denied: stop asking this server.
  case deny
  /// Access denied by local policy: stop asking this server.
  case restrict
  /// Too many queries: ask less often, at once.
  case rate
  /// Four ASCII characters that ask nothing of a client ("INIT", "STEP", "NTSN", "X..." and so on).
  case other(ReferenceID)

  /// nil if the packet carries none: its stratum is not 0, or it has no characters there, as the
  /// reply of a server that is merely not synchronised.
  public init?(_ packet: NTPPacket) {
    guard packet.stratum == 0, packet.referenceID.asciiLength > 0 else { return nil }
    switch packet.referenceID {
    case ReferenceID(ascii: "DENY"): self = .deny
    case ReferenceID(ascii: "RSTR"): self = .restrict
    case ReferenceID(ascii: "RATE"): self = .rate
    default: self = .other(packet.referenceID)
    }
  }

  /// RFC 5905 section 7.4: the client MUST send no more to that server.
  public var forbids: Bool { self == .deny || self == .restrict }
}
