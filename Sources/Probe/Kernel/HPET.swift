import CShim

/// The high precision event timer's main counter, mapped from /dev/hpet (IA-PC HPET Specification 1.0a, 2.3).
public final class HPET {
  private let page: UInt64
  /// Femtoseconds a tick, from the capability register; at most 100 ns.
  public let period: UInt32

  private static let capabilities: UInt64 = 0x000
  private static let configuration: UInt64 = 0x010
  private static let counter: UInt64 = 0x0f0
  private static let longestPeriod: UInt32 = 100_000_000
  private static let invalid: Int32 = 22

  public init(path: String = "/dev/hpet") throws(SystemError) {
    let file = try Device.open(path)
    var error: Int32 = 0
    page = tp_map_page(file.number, &error)
    guard page != 0 else { throw SystemError("mmap", error) }
    period = UInt32(truncatingIfNeeded: tp_load64(page + Self.capabilities) >> 32)
    guard period > 0, period <= Self.longestPeriod else { throw SystemError("hpet", Self.invalid) }
  }

  /// The device can be opened as often as it has free timers, mostly once: a mapping that stays keeps it busy.
  deinit { tp_unmap_page(page) }

  /// ENABLE_CNF: the main counter counts.
  public var isRunning: Bool { tp_load64(page + Self.configuration) & 1 == 1 }

  /// Ticks. A counter of 32 bits wraps in at least 43 s at 100 MHz.
  @inline(__always)
  public func read() -> UInt64 { tp_load64(page + Self.counter) }

  /// COUNT_SIZE_CAP: whether the counter has 64 bits.
  public var isWide: Bool { tp_load64(page + Self.capabilities) & (1 << 13) != 0 }
}
