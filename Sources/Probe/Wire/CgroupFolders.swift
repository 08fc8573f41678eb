/// Where the files of a process's cgroup, and of those above it, are seen: its own first. What is true of a cgroup
/// holds for all below it (cgroups(7)).
enum CgroupFolders {
  static func unified(_ mounts: MountTable?, _ cgroups: CgroupPaths?) -> [[UInt8]] {
    guard let mount = mounts?.unified, let path = cgroups?.unified else { return [] }
    return folders(mount, path)
  }

  /// Of version 1's controller of processor time.
  static func cpu(_ mounts: MountTable?, _ cgroups: CgroupPaths?) -> [[UInt8]] {
    guard let mount = mounts?.cpu, let path = cgroups?.cpu else { return [] }
    return folders(mount, path)
  }

  private static func folders(_ mount: Mount, _ path: ByteText) -> [[UInt8]] {
    var below = below(mount, path)
    var folders = [Array(mount.point) + below]
    while let slash = below.lastIndex(of: UInt8(ascii: "/")) {
      below = below[..<slash]
      folders.append(Array(mount.point) + below)
    }
    return folders
  }

  /// The way from the mount's root to the cgroup; nothing where the cgroup is not below it.
  private static func below(_ mount: Mount, _ path: ByteText) -> ByteText {
    guard !path.has("/.."), path.count <= 4096 else { return [] }
    var rest = path
    if !mount.root.is("/") {
      guard path.starts(with: mount.root) else { return [] }
      rest = path.dropFirst(mount.root.count)
    }
    while rest.last == UInt8(ascii: "/") { rest = rest.dropLast() }
    return rest
  }
}

extension FileWorld {
  /// The files in which the kernel counts how long this process's cgroups were throttled, its own first.
  public func throttleFiles() -> [[UInt8]] {
    let mounts = text("/proc/self/mountinfo", most: Self.most).map { MountTable($0) }
    let cgroups = text("/proc/self/cgroup").map { CgroupPaths($0) }
    let folders = CgroupFolders.unified(mounts, cgroups) + CgroupFolders.cpu(mounts, cgroups)
    return folders.map { $0 + ("/cpu.stat" as StaticString).ascii }.filter { exists($0) }
  }

  /// The folder of this process's own cgroup of version 2.
  public func ownGroup() -> [UInt8]? {
    let mounts = text("/proc/self/mountinfo", most: Self.most).map { MountTable($0) }
    let cgroups = text("/proc/self/cgroup").map { CgroupPaths($0) }
    return CgroupFolders.unified(mounts, cgroups).first
  }
}
