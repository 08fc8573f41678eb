/// How much of the processors this process may have: what a stall is judged by.
public struct ProcessorShare: Sendable {
  /// Online in this guest.
  public var online: Int?
  /// Of these, that this process may run on.
  public var allowed: Int?
  /// The tightest limit of its cgroup and those above, as far as they are seen here.
  public var limit: ProcessorLimit?

  public init(online: Int? = nil, allowed: Int? = nil, limit: ProcessorLimit? = nil) {
    self.online = online
    self.allowed = allowed
    self.limit = limit
  }

  init(_ world: GuestWorld, _ mounts: MountTable?, _ cgroups: CgroupPaths?) {
    online = world.files.word("/sys/devices/system/cpu/online").flatMap { ProcessorText.list($0.span)?.count }
    allowed = world.allowed()
    for folder in CgroupFolders.unified(mounts, cgroups) { add(Self.unified(world.files, folder)) }
    for folder in CgroupFolders.cpu(mounts, cgroups) { add(Self.first(world.files, folder)) }
  }

  private mutating func add(_ found: ProcessorLimit?) {
    guard let found else { return }
    if found.thousandths < limit?.thousandths ?? .max { limit = found }
  }

  /// `cpu.max`: "max 100000" or "150000 100000", microseconds (admin-guide/cgroup-v2.rst).
  private static func unified(_ files: FileWorld, _ folder: [UInt8]) -> ProcessorLimit? {
    guard let words = files.word(folder + ("/cpu.max" as StaticString).ascii)?.parts(0x20), words.count == 2
    else {
      return nil
    }
    return ProcessorLimit(quota: words[0].decimal, period: words[1].decimal)
  }

  /// Version 1: -1 is no limit (scheduler/sched-bwc.rst).
  private static func first(_ files: FileWorld, _ folder: [UInt8]) -> ProcessorLimit? {
    ProcessorLimit(
      quota: files.word(folder + ("/cpu.cfs_quota_us" as StaticString).ascii)?.decimal,
      period: files.word(folder + ("/cpu.cfs_period_us" as StaticString).ascii)?.decimal)
  }
}

/// So much time of processors in each period.
public struct ProcessorLimit: Equatable, Sendable {
  public var quota: Nanoseconds
  public var period: Nanoseconds

  public init(quota: Nanoseconds, period: Nanoseconds) {
    self.quota = quota
    self.period = period
  }

  /// Both in microseconds; nil where there is no limit, or no sense in it.
  init?(quota: Int64?, period: Int64?) {
    // The kernel allows periods of 1 ms to 1 s.
    guard let quota, let period, (1...1_000_000_000_000).contains(quota), (1...1_000_000_000).contains(period)
    else { return nil }
    self.init(quota: .microseconds(quota), period: .microseconds(period))
  }

  /// In thousandths of a processor, rounded down.
  public var thousandths: Int64 {
    quota.count.multipliedFullWidth(by: 1000).high == 0 && period.count > 0
      ? quota.count &* 1000 / period.count : .max
  }
}
