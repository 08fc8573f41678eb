import Foundation

/// A copy of the binary alone in a folder that everybody can reach: the root file system of a chroot, or a
/// place from which an unprivileged user runs it. Gone with the object.
final class PublicBinary: Sendable {
  let folder: URL
  var path: String { folder.appendingPathComponent("timeprobe").path }

  init() throws {
    let source = try Timeprobe.command([])[0]
    folder = try Scratch.makeFolder()
    // Not by this process: a child that another test is just starting would hold the file open for writing for
    // a moment longer, and to run it then fails with ETXTBSY.
    try Child.check(["cp", source, folder.appendingPathComponent("timeprobe").path])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// As a user and group that own nothing, without any capability.
  func asNobody(_ arguments: [String]) -> [String] {
    ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set", "-all", path]
      + arguments
  }

  /// With nothing but itself in the file system: no /etc, no /proc, no /sys, no /dev.
  func alone(_ arguments: [String], user: String? = nil) -> [String] {
    ["chroot"] + (user.map { ["--userspec=\($0)"] } ?? []) + [folder.path, "/timeprobe"] + arguments
  }
}
