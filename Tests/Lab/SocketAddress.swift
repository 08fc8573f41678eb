import Glibc

/// An IPv4 or IPv6 address with a UDP port, as text that needs no resolver.
struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
  let host: String
  let port: UInt16

  var isIPv6: Bool { host.contains(":") }
  var family: Int32 { isIPv6 ? AF_INET6 : AF_INET }
  var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

  func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) throws -> R) throws -> R {
    var storage = sockaddr_storage()
    let length: Int
    let parsed: Int32
    if isIPv6 {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      parsed = inet_pton(AF_INET6, host, &address.sin6_addr)
      length = MemoryLayout<sockaddr_in6>.size
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in6.self) }
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      parsed = inet_pton(AF_INET, host, &address.sin_addr)
      length = MemoryLayout<sockaddr_in>.size
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in.self) }
    }
    guard parsed == 1 else { throw LabFailure("no address: \(host)") }
    return try withUnsafePointer(to: storage) {
      try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, socklen_t(length)) }
    }
  }
}

/// A UDP socket that is closed with this object.
final class UDPSocket: Sendable {
  let fd: Int32

  /// Bound to `local`, connected to `peer`, where given; inside the namespace of the calling thread.
  init(bind local: SocketAddress? = nil, connect peer: SocketAddress? = nil) throws {
    let family = local?.family ?? peer?.family ?? AF_INET
    fd = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { throw LabFailure(call: "socket", errno: errno) }
    if let local {
      let code = try local.withSockaddr { Glibc.bind(fd, $0, $1) == 0 ? 0 : errno }
      guard code == 0 else { throw LabFailure(call: "bind \(local)", errno: code) }
    }
    if let peer {
      let code = try peer.withSockaddr { Glibc.connect(fd, $0, $1) == 0 ? 0 : errno }
      guard code == 0 else { throw LabFailure(call: "connect \(peer)", errno: code) }
    }
  }

  deinit { close(fd) }

  /// The port that the kernel chose. The port field lies at the same offset in both families.
  var localPort: UInt16 {
    var storage = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    _ = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(fd, $0, &length) }
    }
    return UInt16(bigEndian: storage.sin6_port)
  }

  func send(_ bytes: [UInt8]) -> Bool { Glibc.send(fd, bytes, bytes.count, Int32(MSG_NOSIGNAL)) >= 0 }

  /// Nil where nothing came within `timeout`, or an ICMP error did.
  func receive(within timeout: Duration) -> [UInt8]? {
    var poller = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
    let milliseconds = Int32(clamping: timeout.nanoseconds / 1_000_000)
    guard poll(&poller, 1, milliseconds) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 2048)
    let count = recv(fd, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : Array(buffer[..<count])
  }
}
