extension ExtendedError {
  /// What an ICMP error says, in one word; nil if this is none. A type or code without a name here
  /// is `icmp-other`: the numbers are in the record beside it.
  public var icmpName: StaticString? {
    switch origin {
    case Origin.icmp: Self.icmp4Name(type: type, code: code)
    case Origin.icmp6: Self.icmp6Name(type: type, code: code)
    default: nil
    }
  }

  /// RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1 (administrative prohibition).
  private static func icmp4Name(type: UInt8, code: UInt8) -> StaticString {
    switch (type, code) {
    case (3, 0), (3, 6), (3, 11): "net-unreachable"
    case (3, 1), (3, 7), (3, 8), (3, 12): "host-unreachable"
    case (3, 2): "protocol-unreachable"
    case (3, 3): "port-unreachable"
    case (3, 4): "too-big"
    case (3, 5): "source-route-failed"
    case (3, 9), (3, 10), (3, 13): "admin-prohibited"
    case (3, 14), (3, 15): "precedence"
    case (4, _): "source-quench"
    case (5, _): "redirect"
    case (11, 0): "time-exceeded"
    case (11, 1): "reassembly-timeout"
    case (12, _): "parameter-problem"
    default: "icmp-other"
    }
  }

  /// RFC 4443 section 3.
  private static func icmp6Name(type: UInt8, code: UInt8) -> StaticString {
    switch (type, code) {
    case (1, 0): "net-unreachable"
    case (1, 1), (1, 5): "admin-prohibited"
    case (1, 2): "beyond-scope"
    case (1, 3): "host-unreachable"
    case (1, 4): "port-unreachable"
    case (1, 6): "route-rejected"
    case (2, _): "too-big"
    case (3, 0): "time-exceeded"
    case (3, 1): "reassembly-timeout"
    case (4, _): "parameter-problem"
    default: "icmp-other"
    }
  }
}
