import Foundation

extension Child {
  /// posix_spawn in a process group of its own, default signal handling, `fds` as 0, 1, 2.
  static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String], _ fds: [Int32]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, fd) in fds.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, fd, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)

    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, path, &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw LabFailure(call: "posix_spawn \(path)", errno: code) }
    return id
  }
}

/// A file without a name, gone with its last descriptor.
final class NamelessFile: Sendable {
  let fd: Int32

  init(_ content: [UInt8] = []) throws {
    let name = "\(Scratch.prefix)\(getpid()).\(Scratch.nextNumber()).file"
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard fd >= 0 else { throw LabFailure(call: "open \(path)", errno: errno) }
    unlink(path)
    guard pwrite(fd, content, content.count, 0) == content.count else {
      throw LabFailure(call: "pwrite", errno: errno)
    }
  }

  deinit { close(fd) }

  /// All that was written so far. pread leaves the offset alone, which the writer shares.
  var text: String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = pread(fd, &buffer, buffer.count, bytes.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension timeval {
  var duration: Duration { .seconds(Int64(tv_sec)) + .microseconds(Int64(tv_usec)) }
}
