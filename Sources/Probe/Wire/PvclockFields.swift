/// What a hypervisor publishes to a guest about its TSC: `struct pvclock_vcpu_time_info`, 32 bytes
/// (Linux, arch/x86/include/asm/pvclock-abi.h; KVM and Xen).
///
///      0  version   odd while it is being written, raised with each publication
///      4  -
///      8  tsc_timestamp
///     16  system_time, ns at tsc_timestamp
///     24  tsc_to_system_mul, 2^-32 ns for each shifted tick
///     28  tsc_shift, signed
///     29  flags
public struct PvclockFields: Equatable, Sendable {
  public var version: UInt32
  public var tscTimestamp: UInt64
  /// ns since the hypervisor's zero, at `tscTimestamp`.
  public var systemTime: UInt64
  public var mul: UInt32
  public var shift: Int8
  public var flags: UInt8

  public static let size = 32

  /// PVCLOCK_TSC_STABLE_BIT: one page serves all processors.
  public static let tscStable: UInt8 = 1
  /// PVCLOCK_GUEST_STOPPED: the hypervisor stopped the guest; the guest clears it.
  public static let guestStopped: UInt8 = 2

  public init(
    version: UInt32, tscTimestamp: UInt64, systemTime: UInt64, mul: UInt32, shift: Int8, flags: UInt8
  ) {
    self.version = version
    self.tscTimestamp = tscTimestamp
    self.systemTime = systemTime
    self.mul = mul
    self.shift = shift
    self.flags = flags
  }

  /// nil: too few bytes.
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count >= Self.size else { return nil }
    version = bytes.native32(at: 0)
    tscTimestamp = bytes.native64(at: 8)
    systemTime = bytes.native64(at: 16)
    mul = bytes.native32(at: 24)
    shift = Int8(bitPattern: bytes[28])
    flags = bytes[29]
  }

  /// Whether this can be such a page: not being written, and of a frequency between 1 MHz and 100 GHz.
  public var isPlausible: Bool {
    guard version & 1 == 0, let frequency else { return false }
    return frequency >= 1e6 && frequency <= 1e11
  }

  /// Ticks a second that `mul` and `shift` stand for.
  public var frequency: Double? {
    guard mul != 0, (-31...31).contains(shift) else { return nil }
    var scale = 4_294_967_296.0
    for _ in 0..<abs(Int(shift)) { scale = shift < 0 ? scale * 2 : scale / 2 }
    return 1e9 * scale / Double(mul)
  }

  /// A publication alone (`version`, a newer pair of stamps) is no new rate.
  public func isSameRate(as other: PvclockFields) -> Bool { mul == other.mul && shift == other.shift }

  /// The hypervisor's time at a tick, in ns; nil where the fields make no sense.
  public func time(at tick: UInt64) -> Int64? {
    guard mul != 0, (-31...31).contains(shift) else { return nil }
    // Another processor's counter may be some ticks behind the stamp's.
    let isBehind = Int64(bitPattern: tick &- tscTimestamp) < 0
    var delta = isBehind ? tscTimestamp &- tick : tick &- tscTimestamp
    if shift < 0 {
      delta >>= UInt64(-Int64(shift))
    } else {
      guard delta.leadingZeroBitCount > Int(shift) else { return nil }
      delta <<= UInt64(shift)
    }
    let product = delta.multipliedFullWidth(by: UInt64(mul))
    guard product.high < 1 << 31 else { return nil }
    let length = Int64(product.high << 32 | product.low >> 32)
    let (sum, overflow) = Int64(truncatingIfNeeded: systemTime)
      .addingReportingOverflow(isBehind ? -length : length)
    return overflow ? nil : sum
  }
}
