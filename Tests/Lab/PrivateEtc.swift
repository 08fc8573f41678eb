import Foundation

/// An /etc that only one run of the binary sees, in the mount namespace that `ip netns exec` makes.
struct PrivateEtc {
  private let files: [String: String]

  /// File names below /etc, and what they hold.
  init(_ files: [String: String]) { self.files = files }

  func run(_ arguments: [String], inside namespace: Namespace) throws -> Outcome {
    let folder = try Scratch.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try text.write(to: folder.appendingPathComponent(name), atomically: false, encoding: .utf8)
    }
    let script = "mount --bind \"$0\" /etc && exec \"$@\""
    let command = ["sh", "-c", script, folder.path] + (try Timeprobe.command(arguments))
    return try Child.run(namespace.command(command))
  }
}
