import CShim

/// A clock of the kernel's, by its number in linux/time.h.
public struct SystemClock: Sendable {
  public let id: Int32
  public let name: StaticString

  public init(_ id: Int32, _ name: StaticString) {
    self.id = id
    self.name = name
  }

  public static let realtime = SystemClock(0, "REALTIME")
  public static let monotonic = SystemClock(1, "MONOTONIC")
  public static let raw = SystemClock(4, "MONOTONIC_RAW")
  public static let realtimeCoarse = SystemClock(5, "REALTIME_COARSE")
  public static let monotonicCoarse = SystemClock(6, "MONOTONIC_COARSE")
  public static let boottime = SystemClock(7, "BOOTTIME")
  public static let tai = SystemClock(11, "TAI")
  /// CLOCK_AUX (Linux 6.17): 16 to 23.
  public static let auxiliary: [SystemClock] = [
    SystemClock(16, "AUX0"), SystemClock(17, "AUX1"), SystemClock(18, "AUX2"), SystemClock(19, "AUX3"),
    SystemClock(20, "AUX4"), SystemClock(21, "AUX5"), SystemClock(22, "AUX6"), SystemClock(23, "AUX7"),
  ]

  /// ns since the clock's zero; as programs read it, through the vDSO where that serves.
  @inline(__always)
  public func read() throws(SystemError) -> Int64 {
    var value: Int64 = 0
    _ = try SystemError.check("clock_gettime", tp_clock_read(id, &value))
    return value
  }

  /// The same, always by a system call.
  public func readSlowly() throws(SystemError) -> Int64 {
    var value: Int64 = 0
    _ = try SystemError.check("clock_gettime", tp_clock_read_slowly(id, &value))
    return value
  }
}
