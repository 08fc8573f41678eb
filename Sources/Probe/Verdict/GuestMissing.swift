/// Evidence that could not be had, why, and what would give it. Each once, and never an error.
extension Guest {
  mutating func listMissing(_ world: GuestWorld, _ mounts: MountTable?, _ cgroups: CgroupPaths?) {
    let files = world.files
    let hasProc = files.exists("/proc/self/stat")
    if !hasProc { miss("/proc", "not mounted", "a mount of proc") }
    if !files.exists("/sys/class") {
      miss("/sys", "not mounted", "a mount of sysfs")
    } else if !files.exists("/sys/devices/system/clocksource/clocksource0/current_clocksource") {
      miss("current_clocksource", "hidden", "all of /sys")
    }
    if case .refused(let code) = world.clockStatus() {
      miss("adjtimex", reason(code), "ProtectClock=no under systemd; a seccomp profile that lets it through")
    }
    guard hasProc else { return }
    if !files.exists("/proc/self/schedstat") {
      miss("/proc/self/schedstat", "not in this kernel", "a kernel with CONFIG_SCHED_INFO")
    }
    if steering.view == .own {
      miss(
        "other users' processes", "hidden (hidepid of /proc)",
        "ProtectProc=default under systemd; CAP_SYS_PTRACE")
    }
    if !files.exists("/proc/sys/kernel") {
      miss("/proc beside the processes", "hidden (subset=pid)", "ProcSubset=all under systemd")
    }
    // PID 1's variable would add nothing where something else told of the container, or where PID 1 is the kernel's own.
    if container == .unknown || container == .other,
      case .refused(let code) = files.read(("/proc/1/environ" as StaticString).ascii, 1)
    {
      miss("/proc/1/environ", reason(code), "root or CAP_SYS_PTRACE")
    }
    if cgroups?.cpu != nil || cgroups?.unified != nil, mounts?.cpu == nil, mounts?.unified == nil {
      miss("CPU limits", "no cgroup file system is mounted", "a mount of /sys/fs/cgroup")
    }
  }

  public mutating func miss(_ what: String, _ why: String, _ right: String) {
    guard !missing.contains(where: { $0.what.utf8.elementsEqual(what.utf8) }) else { return }
    missing.append(MissingEvidence(what, why: why, right: right))
  }

  /// EPERM and EACCES have words; the others a number.
  private func reason(_ code: Int32) -> String {
    switch code {
    case 1: "not permitted"
    case 13: "permission denied"
    case 38: "not in this kernel"
    default: "errno \(code)"
    }
  }
}
