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
    if let mount = mounts?.unified, let path = cgroups?.unified {
      walk(mount, path) { folder in Self.unified(world.files, folder) }
    }
    if let mount = mounts?.cpu, let path = cgroups?.cpu {
      walk(mount, path) { folder in Self.first(world.files, folder) }
    }
  }

  /// From a process's own cgroup up to the mount.
  private mutating func walk(_ mount: Mount, _ path: ByteText, _ read: ([UInt8]) -> ProcessorLimit?) {
    var below = Self.below(mount, path)
    while true {
      if let found = read(Array(mount.point) + below) {
        let tightest = limit.map { min($0.thousandths, found.thousandths) } ?? found.thousandths
        if limit == nil || tightest < limit!.thousandths { limit = found }
      }
      guard let slash = below.lastIndex(of: UInt8(ascii: "/")) else { return }
      below = below[..<slash]
    }
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
