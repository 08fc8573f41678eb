import Foundation

/// The fields of an NTP packet as RFC 5905, figure 8, lays them out, read by the lab's own few lines: the lab
/// must not judge the program's parser with the program's parser.
struct RawPacket: Sendable, Equatable {
  let bytes: [UInt8]

  /// Nil below 48 bytes.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 48 else { return nil }
    self.bytes = bytes
  }

  var leap: Int { Int(bytes[0] >> 6) }
  var version: Int { Int(bytes[0] >> 3 & 7) }
  var mode: Int { Int(bytes[0] & 7) }
  var stratum: Int { Int(bytes[1]) }
  var poll: Int { Int(Int8(bitPattern: bytes[2])) }
  /// Log2 of seconds.
  var precision: Int { Int(Int8(bitPattern: bytes[3])) }
  /// NTP short format: 2^-16 s.
  var rootDelay: UInt32 { UInt32(truncatingIfNeeded: field(4, 4)) }
  var rootDispersion: UInt32 { UInt32(truncatingIfNeeded: field(8, 4)) }
  var refid: [UInt8] { Array(bytes[12..<16]) }
  /// Four bytes as text, "GPS\0" with its zero.
  var refidText: String { String(decoding: refid, as: UTF8.self) }
  /// NTP timestamps: 2^-32 s since 1900.
  var reference: UInt64 { field(16, 8) }
  var origin: UInt64 { field(24, 8) }
  var receive: UInt64 { field(32, 8) }
  var transmit: UInt64 { field(40, 8) }
  /// Extension fields and MAC, undivided.
  var trailer: [UInt8] { Array(bytes[48...]) }

  private func field(_ offset: Int, _ count: Int) -> UInt64 {
    bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// One raw question to a server.
enum RawQuery {
  static let secondsFrom1900To1970: Int64 = 2_208_988_800

  /// A version 4 client request whose transmit time is this machine's clock; `trailer` follows the header.
  static func request(trailer: [UInt8] = []) -> [UInt8] {
    let now = nanoseconds(of: CLOCK_REALTIME)
    let seconds = UInt64(now / 1_000_000_000 + secondsFrom1900To1970)
    let fraction = (UInt64(now % 1_000_000_000) << 32) / 1_000_000_000
    return [0x23] + [UInt8](repeating: 0, count: 39) + bigEndian(seconds << 32 | fraction) + trailer
  }

  /// The reply to `request`, or nil. Replies to older requests are passed over.
  static func ask(
    _ server: SocketAddress, inside namespace: Namespace? = nil, request: [UInt8] = RawQuery.request(),
    timeout: Duration = .milliseconds(500)
  ) throws -> RawPacket? {
    let socket = try open(to: server, inside: namespace)
    return ask(over: socket, request: request, timeout: timeout)
  }

  static func ask(
    over socket: UDPSocket, request: [UInt8] = RawQuery.request(), timeout: Duration = .milliseconds(500)
  ) -> RawPacket? {
    let end = monotonicNanoseconds() + timeout.nanoseconds
    guard socket.send(request) else { return nil }
    while true {
      let left = end - monotonicNanoseconds()
      guard left > 0, let bytes = socket.receive(within: .nanoseconds(left)) else { return nil }
      if let reply = RawPacket(bytes), reply.bytes[24..<32] == request[40..<48] { return reply }
    }
  }

  /// A connected socket, inside `namespace`.
  static func open(to server: SocketAddress, inside namespace: Namespace? = nil) throws -> UDPSocket {
    guard let namespace else { return try UDPSocket(connect: server) }
    return try namespace.inside { try UDPSocket(connect: server) }
  }

  static func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}
