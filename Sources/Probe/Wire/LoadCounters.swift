/// What kept this process from running, as counters that only grow; nil: it cannot be read here.
public struct LoadCounters: Equatable, Sendable {
  /// Of this thread, on run queues; throttled time is in it.
  public var runDelay: Nanoseconds?
  /// Of this cgroup, summed over processors.
  public var throttled: Nanoseconds?
  /// Of this guest, summed over processors, in steps of 10 ms.
  public var steal: Nanoseconds?

  public init(runDelay: Nanoseconds? = nil, throttled: Nanoseconds? = nil, steal: Nanoseconds? = nil) {
    self.runDelay = runDelay
    self.throttled = throttled
    self.steal = steal
  }

  /// By how much each grew since.
  public func growth(since earlier: LoadCounters) -> LoadCounters {
    LoadCounters(
      runDelay: Self.grown(runDelay, earlier.runDelay), throttled: Self.grown(throttled, earlier.throttled),
      steal: Self.grown(steal, earlier.steal))
  }

  /// nil where one of them is not known.
  static func grown(_ now: Nanoseconds?, _ before: Nanoseconds?) -> Nanoseconds? {
    guard let now, let before else { return nil }
    return max(now - before, .zero)
  }
}
