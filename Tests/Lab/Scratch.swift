import Foundation
import Synchronization

/// Names that no other run of the lab uses at the same time: each carries the test process's id, so that a
/// later run can tell the left-overs of a dead one.
enum Scratch {
  private static let counter = Atomic<Int>(0)

  /// Unique in this process.
  static func nextNumber() -> Int { counter.add(1, ordering: .relaxed).newValue }

  static let prefix = "timeprobe-lab."

  /// A fresh folder below the system's folder for temporary files. The caller removes it.
  static func makeFolder() throws -> URL {
    LeftOvers.sweepOnce()
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(prefix)\(getpid()).\(nextNumber())", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // Daemons that drop root must still reach the files made for them.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    return folder
  }

  static func isAlive(process id: pid_t) -> Bool { kill(id, 0) == 0 || errno == EPERM }
}

/// What a test process that was killed could not remove.
enum LeftOvers {
  private static let once: Void = {
    if Right.isRoot { Namespace.sweep() }
    sweepFolders()
  }()

  static func sweepOnce() { once }

  private static func sweepFolders() {
    let parent = FileManager.default.temporaryDirectory
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    for name in names where name.hasPrefix(Scratch.prefix) {
      let words = name.dropFirst(Scratch.prefix.count).split(separator: ".")
      guard let id = words.first.flatMap({ pid_t($0) }), !Scratch.isAlive(process: id) else { continue }
      let folder = parent.appendingPathComponent(name)
      killDaemon(of: folder)
      try? FileManager.default.removeItem(at: folder)
    }
  }

  /// A daemon outside the namespaces, by its pid file; only where its command line names the folder.
  private static func killDaemon(of folder: URL) {
    guard let text = try? String(contentsOf: folder.appendingPathComponent("pid"), encoding: .utf8),
      let id = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)),
      let command = try? String(contentsOfFile: "/proc/\(id)/cmdline", encoding: .utf8),
      command.contains(folder.path)
    else { return }
    kill(id, SIGKILL)
  }
}
