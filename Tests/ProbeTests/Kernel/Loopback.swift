import Glibc
import Testing

@testable import Probe

/// A plain UDP socket of the test's own, with nothing of the program in it but the layout of addresses.
final class PlainSocket {
  let number: Int32
  let endpoint: Endpoint

  /// On loopback at a port that the kernel picks.
  init(_ family: IPAddress.Family = .v4) throws {
    let isV4 = family == .v4
    number = socket(isV4 ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue), 0)
    guard number >= 0 else { throw SystemError("socket", errno) }
    var port: UInt16
    if isV4 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      port = try Self.bind(number, &address).sin_port
    } else {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_addr = in6addr_loopback
      port = try Self.bind(number, &address).sin6_port
    }
    port = UInt16(bigEndian: port)
    endpoint = Endpoint(address: isV4 ? IPAddress(v4: 0x7f00_0001) : IPAddress(v6: 0, 1), port: port)
    // A test that goes wrong fails, and does not hang.
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(number) }

  private static func bind<Address>(_ number: Int32, _ address: inout Address) throws -> Address {
    var length = socklen_t(MemoryLayout<Address>.size)
    let result = withUnsafeMutableBytes(of: &address) { buffer in
      let pointer = buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      return Glibc.bind(number, pointer, length) + getsockname(number, pointer, &length)
    }
    guard result == 0 else { throw SystemError("bind", errno) }
    return address
  }

  /// Sends one datagram back to whoever it is from; its bytes.
  func echo() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 2048)
    var from = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let count = withUnsafeMutableBytes(of: &from) { buffer in
      let pointer = buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      let count = recvfrom(number, &bytes, bytes.count, 0, pointer, &length)
      if count >= 0 { sendto(number, bytes, count, 0, pointer, length) }
      return count
    }
    return Array(bytes.prefix(max(0, count)))
  }

  func send(_ bytes: [UInt8], to endpoint: Endpoint) {
    connect(to: endpoint)
    _ = Glibc.send(number, bytes, bytes.count, 0)
  }

  /// Connected, it takes datagrams from this very address and port only.
  func connect(to endpoint: Endpoint) {
    if endpoint.address.family == .v4 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = endpoint.port.bigEndian
      address.sin_addr.s_addr = UInt32(truncatingIfNeeded: endpoint.address.low).bigEndian
      connect(&address)
    } else {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = endpoint.port.bigEndian
      address.sin6_addr = in6addr_loopback
      connect(&address)
    }
  }

  private func connect<Address>(_ address: inout Address) {
    _ = withUnsafeBytes(of: &address) { buffer in
      Glibc.connect(
        number, buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
    }
  }

  func receive() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 2048)
    let count = recv(number, &bytes, bytes.count, 0)
    return count < 0 ? nil : Array(bytes.prefix(count))
  }
}

extension TimestampSocket {
  /// What comes next of either kind; five seconds at the most.
  func await(errors: Bool, into bytes: inout [UInt8]) throws -> Received {
    var poller = Poller()
    _ = poller.add(number)
    for _ in 0..<100 {
      let received: Received
      do { received = try errors ? receiveError(into: &bytes) : receive(into: &bytes) }
      if case .nothing = received {} else { return received }
      _ = try poller.wait(.milliseconds(50))
    }
    return .nothing
  }
}

/// For the end of a test that cannot go on.
func fail(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) {
  Issue.record(Comment(rawValue: words), sourceLocation: sourceLocation)
}
