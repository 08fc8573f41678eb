/// What a hypervisor publishes about disruptions of a guest's counter, and of real time where it knows it:
/// `struct vmclock_abi`, 104 bytes, little-endian (Linux, include/uapi/linux/vmclock-abi.h).
///
///      0  magic "VCLK"             4  size            8  version (1)
///     10  counter_id              11  time_type      12  seq_count, odd while it is being written
///     16  disruption_marker       24  flags          34  clock_status
///     36  tai_offset_sec          38  leap_indicator 39  counter_period_shift
///     40  counter_value           48  counter_period, 2^-(64 + shift) s
///     72  time_sec                80  time_frac, 2^-64 s             96  time_maxerror, ns
public struct VmclockFields: Equatable, Sendable {
  public var version: UInt16
  public var counterID: UInt8
  public var timeType: UInt8
  public var sequence: UInt32
  /// Another value whenever the counter was disrupted, as by a live migration.
  public var disruptionMarker: UInt64
  public var flags: UInt64
  public var clockStatus: UInt8
  /// TAI - UTC in seconds; nil where the page does not tell.
  public var taiOffset: Int16?
  public var periodShift: UInt8
  public var counterValue: UInt64
  public var counterPeriod: UInt64
  public var timeSeconds: UInt64
  public var timeFraction: UInt64
  /// ns; nil where the page does not tell.
  public var maxError: UInt64?

  public static let size = 104

  public enum Flag {
    public static let taiOffsetValid: UInt64 = 1 << 0
    public static let disruptionSoon: UInt64 = 1 << 1
    public static let disruptionImminent: UInt64 = 1 << 2
    public static let timeMaxErrorValid: UInt64 = 1 << 6
  }

  public enum TimeType {
    public static let utc: UInt8 = 0
    public static let tai: UInt8 = 1
    public static let monotonic: UInt8 = 2
  }

  /// Of which counter the values are: VIRTIO_RTC_COUNTER_*.
  public enum Counter {
    public static let arm: UInt8 = 0
    public static let tsc: UInt8 = 1
    public static let none: UInt8 = 0xff
  }

  /// nil: too few bytes, or not such a page.
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count >= Self.size else { return nil }
    guard UInt32(littleEndian: bytes.native32(at: 0)) == 0x4b4c_4356,
      UInt32(littleEndian: bytes.native32(at: 4)) >= UInt32(Self.size)
    else { return nil }
    version = UInt16(littleEndian: bytes.native16(at: 8))
    guard version == 1 else { return nil }
    counterID = bytes[10]
    timeType = bytes[11]
    sequence = UInt32(littleEndian: bytes.native32(at: 12))
    disruptionMarker = UInt64(littleEndian: bytes.native64(at: 16))
    flags = UInt64(littleEndian: bytes.native64(at: 24))
    clockStatus = bytes[34]
    let offset = Int16(bitPattern: UInt16(littleEndian: bytes.native16(at: 36)))
    taiOffset = flags & Flag.taiOffsetValid != 0 ? offset : nil
    periodShift = bytes[39]
    counterValue = UInt64(littleEndian: bytes.native64(at: 40))
    counterPeriod = UInt64(littleEndian: bytes.native64(at: 48))
    timeSeconds = UInt64(littleEndian: bytes.native64(at: 72))
    timeFraction = UInt64(littleEndian: bytes.native64(at: 80))
    let error = UInt64(littleEndian: bytes.native64(at: 96))
    maxError = flags & Flag.timeMaxErrorValid != 0 ? error : nil
  }

  /// The page was not being written.
  public var isStable: Bool { sequence & 1 == 0 }

  /// Ticks a second by the page's period; nil where it has none.
  public var frequency: Double? {
    guard counterID != Counter.none, counterPeriod != 0, periodShift < 64 else { return nil }
    return 18_446_744_073_709_551_616.0 * Double(UInt64(1) << UInt64(periodShift)) / Double(counterPeriod)
  }

  /// The page's time in ns since its epoch, at a tick; nil where it tells no time.
  public func time(at tick: UInt64) -> Int64? {
    guard counterID != Counter.none, timeType <= TimeType.monotonic, counterPeriod != 0, periodShift < 64,
      timeSeconds < 1 << 33
    else { return nil }
    let isBehind = Int64(bitPattern: tick &- counterValue) < 0
    let delta = isBehind ? counterValue &- tick : tick &- counterValue
    // ticks * period is in 2^-(64 + shift) s: a whole part and a fraction of 64 bits after the shift.
    let product = delta.multipliedFullWidth(by: counterPeriod)
    let seconds = product.high >> UInt64(periodShift)
    let fraction =
      periodShift == 0
      ? product.low : product.high << UInt64(64 - periodShift) | product.low >> UInt64(periodShift)
    guard seconds < 1 << 32 else { return nil }
    let length = Int64(seconds) * 1_000_000_000 + Self.nanoseconds(fraction)
    let base = Int64(timeSeconds) * 1_000_000_000 + Self.nanoseconds(timeFraction)
    return isBehind ? base - length : base + length
  }

  private static func nanoseconds(_ fraction: UInt64) -> Int64 {
    Int64(fraction.multipliedFullWidth(by: 1_000_000_000).high)
  }
}
