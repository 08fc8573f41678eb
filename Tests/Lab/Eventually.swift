import Glibc

/// Nanoseconds of CLOCK_MONOTONIC: deadlines of the lab. No test may depend on the clock under test.
func monotonicNanoseconds() -> Int64 { nanoseconds(of: CLOCK_MONOTONIC) }

func nanoseconds(of clock: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

extension Duration {
  /// Rounded toward zero.
  var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}

/// Polls `condition` until it holds, every `every`; throws with `what` in the message if it does not within
/// `deadline`. This is the only way the lab waits: a plain sleep is too long on a fast machine and too short
/// on a loaded one.
func eventually(
  _ what: @autoclosure () -> String, within deadline: Duration, every: Duration = .milliseconds(5),
  _ condition: () throws -> Bool
) throws {
  guard try eventuallyValue(within: deadline, every: every, { try condition() ? () : nil }) != nil else {
    throw LabFailure("not within \(deadline): \(what())")
  }
}

/// As `eventually`, for a condition that yields a value; nil after the deadline.
func eventuallyValue<T>(
  within deadline: Duration, every: Duration = .milliseconds(5), _ attempt: () throws -> T?
) throws -> T? {
  let end = monotonicNanoseconds() + deadline.nanoseconds
  while true {
    if let value = try attempt() { return value }
    if monotonicNanoseconds() >= end { return nil }
    usleep(UInt32(clamping: every.nanoseconds / 1000))
  }
}

/// strerror is not thread-safe.
func describeErrno(_ code: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 128)
  guard strerror_r(code, &buffer, buffer.count) == 0 else { return "errno \(code)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
