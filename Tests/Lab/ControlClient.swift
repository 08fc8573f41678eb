import Foundation

/// A client of a control socket that says what it likes, and reads only when it wants to.
final class ControlClient {
  private let fd: Int32

  init(_ path: String) throws {
    fd = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard fd >= 0 else { throw LabFailure(call: "socket", errno: errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    // EAGAIN: those before it fill the kernel's queue, and it is not connected.
    _ = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  deinit { close(fd) }

  @discardableResult
  func say(_ bytes: [UInt8]) -> Int { Glibc.send(fd, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

  /// All until the other end closes; nil: it does not.
  func answer(within limit: Duration = .seconds(10)) throws -> String? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    return try eventuallyValue(within: limit) {
      while true {
        let count = recv(fd, &buffer, buffer.count, 0)
        if count < 0 { return errno == EAGAIN ? nil : String(decoding: bytes, as: UTF8.self) }
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
      }
    }
  }
}
