/// The counters of what keeps the calling thread from running. A file that is not there, or not allowed, leaves its
/// counter unknown.
public struct LoadFiles {
  private let schedule: KernelFile?
  private let groups: [KernelFile]
  private let system: KernelFile?

  /// - Parameter groups: `cpu.stat` of the cgroups that this process is in; of those that count throttling the first few
  public init(groups: [[UInt8]]) {
    schedule = try? KernelFile("/proc/thread-self/schedstat")
    // The root of a hierarchy has the file, and no limit in it.
    self.groups = Array(
      groups.compactMap { try? KernelFile($0, capacity: 512) }.filter { $0.read(LoadText.throttled) != nil }
        .prefix(Self.most))
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
