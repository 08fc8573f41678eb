import CShim

/// Tells at once that REALTIME was set, by however little, also where it was set back in the meantime; not that it
/// was slewed.
public final class CancelTimer {
  private let descriptor: Descriptor

  public init() throws(SystemError) {
    descriptor = try Descriptor("timerfd_create", opened: tp_cancel_timer_open())
    _ = try SystemError.check("timerfd_settime", tp_cancel_timer_arm(descriptor.number))
  }

  public var number: Int32 { descriptor.number }

  /// Whether the clock was set since this was last asked. Clocks that are read after this know of it.
  public func take() -> Bool {
    var count: UInt64 = 0
    let result = tp_read(number, &count, 8)
    guard result == -Int64(SystemError.cancelled) else { return false }
    _ = tp_cancel_timer_arm(number)
    return true
  }
}

extension SystemError {
  static let cancelled: Int32 = 125
}
