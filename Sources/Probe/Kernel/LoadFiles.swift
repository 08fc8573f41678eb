/// The counters of what keeps the calling thread from running. A file that is not there, or not allowed, leaves its
/// counter unknown.
public struct LoadFiles {
  private let schedule: KernelFile?
  private let group: KernelFile?
  private let system: KernelFile?

  /// - Parameter group: `cpu.stat` of the cgroup that this process is in
  public init(group: String?) {
    schedule = try? KernelFile("/proc/thread-self/schedstat")
    self.group = group.flatMap { try? KernelFile($0, capacity: 512) }
    system = try? KernelFile("/proc/stat")
  }

  public func read(steal isWanted: Bool) -> LoadCounters {
    LoadCounters(
      runDelay: schedule?.read(LoadText.runDelay), throttled: group?.read(LoadText.throttled),
      steal: isWanted ? system?.read(LoadText.steal) : nil)
  }
}
