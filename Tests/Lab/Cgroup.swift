import Foundation

/// A cgroup whose processes may use a fifth of a processor.
///
/// Version 1 where its cpu controller is mounted, else version 2 (the kernel's
/// scheduler/sched-bwc.rst and admin-guide/cgroup-v2.rst).
final class Cgroup: Sendable {
  let folder: URL
  let isUnified: Bool

  /// 20 ms in each 100 ms.
  static let quota = 20_000
  static let period = 100_000

  /// Its processes are to have ended with `body`; they are killed where they have not.
  static func with<T>(_ body: (Cgroup) throws -> T) throws -> T {
    let group = try Cgroup()
    defer { group.remove() }
    return try body(group)
  }

  private init() throws {
    let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: " ").map(String.init) }.filter { $0.count >= 4 }
    let first = mounts.first { $0[2] == "cgroup" && $0[3].split(separator: ",").contains("cpu") }
    let unified = mounts.first { mount in
      let controllers = try? String(contentsOfFile: mount[1] + "/cgroup.subtree_control", encoding: .utf8)
      return mount[2] == "cgroup2" && controllers?.split(separator: " ").contains("cpu") == true
    }
    guard let mount = first ?? unified else { throw LabFailure("no cgroup with a cpu controller is mounted") }
    isUnified = first == nil
    let parent = URL(fileURLWithPath: mount[1], isDirectory: true)
    Self.sweep(parent)
    folder = parent.appendingPathComponent("\(Scratch.prefix)\(getpid()).\(Scratch.nextNumber())")
    guard mkdir(folder.path, 0o755) == 0 else { throw LabFailure(call: "mkdir \(folder.path)", errno: errno) }
    do {
      if isUnified {
        try write("cpu.max", "\(Self.quota) \(Self.period)")
      } else {
        try write("cpu.cfs_period_us", "\(Self.period)")
        try write("cpu.cfs_quota_us", "\(Self.quota)")
      }
    } catch {
      rmdir(folder.path)
      throw error
    }
  }

  private func write(_ name: String, _ text: String) throws {
    let fd = open(folder.appendingPathComponent(name).path, O_WRONLY | O_CLOEXEC)
    guard fd >= 0 else { throw LabFailure(call: "open \(name)", errno: errno) }
    defer { close(fd) }
    guard Glibc.write(fd, text, text.utf8.count) == text.utf8.count else {
      throw LabFailure(call: "write \(name)", errno: errno)
    }
  }

  /// The command line that runs `arguments` in here.
  func command(_ arguments: [String]) -> [String] {
    ["sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", folder.appendingPathComponent("cgroup.procs").path]
      + arguments
  }

  /// For how long it was throttled so far, in ns, summed over processors.
  func throttled() throws -> Int64 {
    let text = try String(contentsOf: folder.appendingPathComponent("cpu.stat"), encoding: .utf8)
    let (word, unit): (String, Int64) = isUnified ? ("throttled_usec", 1000) : ("throttled_time", 1)
    let line = text.split(separator: "\n").first { $0.hasPrefix(word + " ") }
    guard let value = line?.split(separator: " ").last.flatMap({ Int64($0) }) else {
      throw LabFailure("cpu.stat has no \(word): \(text)")
    }
    return value * unit
  }

  /// A process that is just dying keeps it for a moment.
  private func remove() {
    let members = folder.appendingPathComponent("cgroup.procs").path
    for id in (try? String(contentsOfFile: members, encoding: .utf8))?.split(separator: "\n") ?? [] {
      if let id = pid_t(id) { kill(id, SIGKILL) }
    }
    _ = try? eventually("\(folder.path) is empty", within: .seconds(5)) { rmdir(folder.path) == 0 }
  }

  /// Those of test processes that are dead.
  private static func sweep(_ parent: URL) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    where name.hasPrefix(Scratch.prefix) {
      let words = name.dropFirst(Scratch.prefix.count).split(separator: ".")
      guard let owner = words.first.flatMap({ pid_t($0) }), !Scratch.isAlive(process: owner) else { continue }
      rmdir(parent.appendingPathComponent(name).path)
    }
  }
}
