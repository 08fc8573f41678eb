/// Where a packet to an address would go, as rtnetlink(7) says it. Asking sends nothing.
///
///     nlmsghdr   length 4 | type 2 | flags 2 | sequence 4 | port 4
///     rtmsg      family 1 | dst_len 1 | src_len 1 | tos 1 | table 1 | protocol 1 | scope 1 | type 1 | flags 4
///     rtattr     length 2 | type 2 | value, filled up to 4
public struct RouteAnswer: Sendable {
  public enum Kind: UInt8, Sendable {
    /// To this guest itself.
    case local
    /// To a neighbour on the link.
    case direct
    case gateway
  }

  public var kind: Kind
  public var gateway: IPAddress?
  /// The interface's number; 0: not told.
  public var interface: UInt32 = 0
}

enum RouteMessage {
  private static let getRoute: UInt16 = 26
  private static let newRoute: UInt16 = 24
  private static let request: UInt16 = 1
  private static let header = 28

  private enum Attribute {
    static let destination: UInt16 = 1
    static let source: UInt16 = 2
    static let interface: UInt16 = 4
    static let gateway: UInt16 = 5
    /// Two bytes of family, then an address of another family than the destination's.
    static let via: UInt16 = 18
  }

  private enum RouteType {
    static let unicast: UInt8 = 1
    static let local: UInt8 = 2
  }

  /// RTM_GETROUTE for one address. `interface`: over this one only; 0: over any.
  static func question(to address: IPAddress, from source: IPAddress?, interface: UInt32) -> [UInt8] {
    let bits = UInt8(address.size * 8)
    var bytes: [UInt8] = []
    bytes.append(native: UInt32(0))
    bytes.append(native: getRoute)
    bytes.append(native: request)
    bytes.append(native: UInt32(1))
    bytes.append(native: UInt32(0))
    // AF_INET, AF_INET6.
    bytes += [address.family == .v4 ? 2 : 10, bits, source == nil ? 0 : bits, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    bytes.append(Attribute.destination, address)
    if let source { bytes.append(Attribute.source, source) }
    if interface != 0 {
      bytes.append(native: UInt16(8))
      bytes.append(native: Attribute.interface)
      bytes.append(native: interface)
    }
    var length: [UInt8] = []
    length.append(native: UInt32(bytes.count))
    bytes.replaceSubrange(0..<4, with: length)
    return bytes
  }

  /// nil where the kernel knows no way, or the bytes are no answer.
  static func answer(_ bytes: Span<UInt8>) -> RouteAnswer? {
    guard bytes.count >= header, bytes.native16(at: 4) == newRoute else { return nil }
    let end = min(bytes.count, Int(bytes.native32(at: 0)))
    guard end >= header else { return nil }
    let type = bytes[header - 5]
    var route = RouteAnswer(kind: .direct)
    var offset = header
    while offset + 4 <= end {
      let length = Int(bytes.native16(at: offset))
      guard length >= 4, offset + length <= end else { break }
      let value = bytes.extracting((offset + 4)..<(offset + length))
      switch bytes.native16(at: offset + 2) {
      case Attribute.gateway: route.gateway = IPAddress(networkOrder: value)
      case Attribute.via where value.count > 2:
        route.gateway = IPAddress(networkOrder: value.extracting(2..<value.count))
      case Attribute.interface where value.count == 4: route.interface = value.native32(at: 0)
      default: break
      }
      offset += (length + 3) & ~3
    }
    switch type {
    case RouteType.local: route.kind = .local
    case RouteType.unicast: if route.gateway != nil { route.kind = .gateway }
    default: return nil
    }
    return route
  }
}

extension [UInt8] {
  /// In the byte order of this machine, as the kernel reads.
  fileprivate mutating func append<Number: FixedWidthInteger>(native value: Number) {
    Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
  }

  fileprivate mutating func append(_ attribute: UInt16, _ address: IPAddress) {
    append(native: UInt16(4 + address.size))
    append(native: attribute)
    var value = [UInt8](repeating: 0, count: address.size)
    var span = value.mutableSpan
    address.write(to: &span)
    self += value
  }
}
