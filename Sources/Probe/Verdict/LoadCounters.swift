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
  func growth(since earlier: LoadCounters) -> LoadCounters {
    func grown(_ now: Nanoseconds?, _ before: Nanoseconds?) -> Nanoseconds? {
      guard let now, let before else { return nil }
      return max(now - before, .zero)
    }
    return LoadCounters(
      runDelay: grown(runDelay, earlier.runDelay), throttled: grown(throttled, earlier.throttled),
      steal: grown(steal, earlier.steal))
  }
}

/// A time in which this process should have run and did not.
struct Stall: Equatable {
  var from: Instant<Raw>
  var to: Instant<Raw>
  /// A signal stopped it.
  var isStop: Bool

  /// Shorter ones are ordinary scheduling.
  static let threshold = Nanoseconds.milliseconds(5)

  var length: Nanoseconds { to - from }

  /// The counter that explains most of the time. A throttled task waits on its run queue as well, and a stolen
  /// processor runs nobody: so throttling goes before preemption, and preemption before stealing, whose counter
  /// is coarse and everybody's.
  func taker(_ growth: LoadCounters) -> Taker {
    if isStop { return .stopped }
    func explains(_ counter: Nanoseconds?) -> Bool { counter.map { $0 >= length.half } ?? false }
    if explains(growth.throttled) { return .throttled }
    if explains(growth.runDelay) { return .preempted }
    return explains(growth.steal) ? .stolen : .unknown
  }
}
