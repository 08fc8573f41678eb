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
