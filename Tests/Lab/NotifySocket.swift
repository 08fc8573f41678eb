import Foundation

/// Where a service manager listens (sd_notify(3)).
final class NotifySocket {
  let path: String
  private let folder: URL
  private let fd: Int32
  private var messages: [String] = []

  init() throws {
    folder = try Scratch.makeFolder()
    path = folder.appendingPathComponent("notify").path
    fd = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { throw LabFailure(call: "socket", errno: errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else { throw LabFailure(call: "bind \(path)", errno: errno) }
  }

  deinit {
    close(fd)
    try? FileManager.default.removeItem(at: folder)
  }

  /// All that came so far.
  func all() -> [String] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(fd, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count >= 0 else { return messages }
      messages.append(String(decoding: buffer[..<count], as: UTF8.self))
    }
  }

  func wait(for word: String, count: Int = 1) throws {
    try eventually("\(count) of \(word) among \(all())", within: .seconds(20)) {
      all().count { $0.contains(word) } >= count
    }
  }
}
