/// The counters of what keeps the calling thread from running. A file that is not there, or not allowed, leaves its
/// counter unknown.
public struct LoadFiles {
  private let schedule: KernelFile?
  private let groups: [KernelFile]
  private let system: KernelFile?

  /// - Parameter groups: `cpu.stat` of the cgroups that this process is in; the first few count
  public init(groups: [[UInt8]]) {
    schedule = try? KernelFile("/proc/thread-self/schedstat")
    self.groups = groups.prefix(Self.most).compactMap { try? KernelFile($0, capacity: 512) }
    system = try? KernelFile("/proc/stat")
  }

  /// Each costs a system call, and a deep hierarchy seldom has a limit at more than one level.
  static let most = 4

  public func read(steal isWanted: Bool) -> LoadCounters {
    var counters = LoadCounters(
      runDelay: schedule?.read(LoadText.runDelay), steal: isWanted ? system?.read(LoadText.steal) : nil)
    // A limit of any of them holds this process back.
    for group in groups {
      if let time = group.read(LoadText.throttled) {
        counters.throttled = (counters.throttled ?? .zero) + time
      }
    }
    return counters
  }
}
