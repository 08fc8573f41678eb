/// A line of /proc/self/mountinfo (proc_pid_mountinfo(5)):
///
///     36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/sda1 rw,errors=continue
struct Mount {
  /// Which part of the file system is mounted.
  var root: ByteText
  var point: ByteText
  var kind: ByteText
  var source: ByteText
  var options: ByteText

  /// nil where the line has another form.
  init?(_ line: ByteText) {
    let words = line.parts(0x20)
    guard words.count >= 9, let dash = words[6...].firstIndex(where: { $0.is("-") }), words.count >= dash + 3
    else { return nil }
    root = words[3]
    point = words[4]
    kind = words[dash + 1]
    source = words[dash + 2]
    options = words.count > dash + 3 ? words[dash + 3] : []
  }

  func hasOption(_ option: StaticString) -> Bool {
    options.parts(UInt8(ascii: ",")).contains { $0.is(option) }
  }
}

/// What of all mounts tells of a guest.
final class MountTable {
  var root: Mount?
  var proc: Mount?
  var unified: Mount?
  /// The version 1 hierarchies with these controllers.
  var cpu: Mount?
  var cpuset: Mount?
  /// Where /etc/hostname, /etc/hosts and /etc/resolv.conf come from: a container's runtime puts them there.
  var etc: [Mount] = []

  init(_ text: ByteText) {
    text.forEachLine { line in
      guard let mount = Mount(line) else { return }
      // The last on a point is the one that is seen.
      if mount.point.is("/") { root = mount }
      if mount.point.is("/proc") { proc = mount }
      if mount.point.begins("/etc/") { etc.append(mount) }
      if mount.kind.is("cgroup2") { unified = unified ?? mount }
      guard mount.kind.is("cgroup") else { return }
      if mount.hasOption("cpu") { cpu = cpu ?? mount }
      if mount.hasOption("cpuset") { cpuset = cpuset ?? mount }
    }
  }
}

/// /proc/self/cgroup (cgroups(7)): `4:cpu,cpuacct:/a/b`, and for version 2 `0::/a/b`.
struct CgroupPaths {
  var unified: ByteText?
  var cpu: ByteText?
  var cpuset: ByteText?
  /// All of them, for what their names tell.
  var all: [ByteText] = []

  init(_ text: ByteText) {
    text.forEachLine { line in
      guard let first = line.firstIndex(of: UInt8(ascii: ":")),
        let second = line[(first + 1)...].firstIndex(of: UInt8(ascii: ":"))
      else { return }
      let path = line[(second + 1)...]
      all.append(path)
      if second == first + 1 { unified = path }
      for controller in line[(first + 1)..<second].parts(UInt8(ascii: ",")) {
        if controller.is("cpu") { cpu = path }
        if controller.is("cpuset") { cpuset = path }
      }
    }
  }
}
