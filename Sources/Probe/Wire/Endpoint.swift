/// Where a datagram goes to or came from.
public struct Endpoint: Hashable, Sendable {
  public var address: IPAddress
  public var port: UInt16

  /// IANA's port of NTP (RFC 5905 section 7.1).
  public static let ntpPort: UInt16 = 123

  public init(address: IPAddress, port: UInt16 = ntpPort) {
    self.address = address
    self.port = port
  }

  public var scope: IPAddress.Scope { address.scope }

  /// `192.0.2.1:123` or `[2001:db8::1]:123` (RFC 5952 section 6).
  public func append(to text: inout [UInt8]) {
    let isV6 = address.family == .v6
    if isV6 { text.append(UInt8(ascii: "[")) }
    address.append(to: &text)
    if isV6 { text.append(UInt8(ascii: "]")) }
    text.append(UInt8(ascii: ":"))
    text.append(decimal: UInt32(port))
  }

  /// `V4`, `V4:PORT`, `V6`, `[V6]` or `[V6]:PORT` and nothing else; the port is 1...65535. nil otherwise,
  /// which may be a name: names and zones are somebody else's.
  public static func parse(_ text: Span<UInt8>, defaultPort: UInt16 = ntpPort) -> Endpoint? {
    if let address = IPAddress.parse(text) { return Endpoint(address: address, port: defaultPort) }
    var reader = TextReader(end: text.count)
    let address: IPAddress
    if reader.skip("[", in: text) {
      guard let v6 = reader.readV6(text), reader.skip("]", in: text) else { return nil }
      if reader.isAtEnd { return Endpoint(address: v6, port: defaultPort) }
      address = v6
    } else {
      guard let v4 = reader.readV4(text) else { return nil }
      address = IPAddress(v4: v4)
    }
    guard reader.skip(":", in: text), let port = reader.readDecimal(text, upTo: 65535), port > 0,
      reader.isAtEnd
    else { return nil }
    return Endpoint(address: address, port: UInt16(port))
  }
}
