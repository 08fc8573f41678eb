/// RFC 5905 section 6, NTP timestamp format: 32 bits of seconds since 1900 (of an era that the
/// packet does not tell) and 32 bits of fraction, about 233 ps each.
public struct NTPTime: Hashable, Sendable {
  public var bits: UInt64

  public init(bits: UInt64) { self.bits = bits }

  /// "Unknown or unsynchronized" (RFC 5905 section 6).
  public static let zero = NTPTime(bits: 0)
  public var isZero: Bool { bits == 0 }

  /// Seconds from 1900-01-01 to 1970-01-01 (RFC 5905 figure 4).
  static let unixEpoch: Int64 = 2_208_988_800

  /// The instant nearest to `pivot` that has these bits: the era is the one that puts it within
  /// 68 years of the pivot (RFC 5905 section 6). Rounds to the nearest nanosecond.
  public func instant<Scale>(near pivot: Instant<Scale>) -> Instant<Scale> {
    let pivotSeconds = pivot.nanoseconds.flooredQuotientAndRemainder(1_000_000_000).quotient + Self.unixEpoch
    let low = UInt32(truncatingIfNeeded: pivotSeconds)
    let distance = Int64(Int32(bitPattern: UInt32(bits >> 32) &- low))
    let seconds = pivotSeconds + distance - Self.unixEpoch
    let fraction = bits & 0xffff_ffff
    let nanoseconds = Int64((fraction * 1_000_000_000 + 0x8000_0000) >> 32)
    return Instant(nanoseconds: 0) + Nanoseconds.seconds(seconds) + Nanoseconds(nanoseconds)
  }

  /// The timestamp of an instant, rounded down to the format's resolution.
  public init<Scale>(_ instant: Instant<Scale>) {
    let (seconds, remainder) = instant.nanoseconds.flooredQuotientAndRemainder(1_000_000_000)
    let rest = UInt64(remainder)
    let word = UInt32(truncatingIfNeeded: seconds + Self.unixEpoch)
    bits = UInt64(word) << 32 | (rest << 32) / 1_000_000_000
  }
}

/// RFC 5905 section 6, NTP short format: 16 bits of seconds, 16 of fraction (15.3 us each), unsigned.
/// Root delay and root dispersion.
public struct NTPShort: Hashable, Sendable {
  public var bits: UInt32

  public init(bits: UInt32) { self.bits = bits }

  /// Rounded up: it is an error bound.
  public var length: Nanoseconds {
    Nanoseconds(Int64((UInt64(bits) * 1_000_000_000 + 0xffff) >> 16))
  }

  /// The shortest value that is no shorter than `length`; saturates at both ends.
  public init(covering length: Nanoseconds) {
    guard length > .zero else {
      bits = 0
      return
    }
    let seconds = UInt64(length.count) / 1_000_000_000
    guard seconds <= 0xffff else {
      bits = .max
      return
    }
    let rest = UInt64(length.count) % 1_000_000_000
    let value = seconds << 16 + ((rest << 16) + 999_999_999) / 1_000_000_000
    bits = value > 0xffff_ffff ? .max : UInt32(value)
  }
}

/// A clock's precision as NTP tells it: log2 of seconds (RFC 5905 section 7.3).
public struct Precision: Hashable, Sendable {
  public var exponent: Int8

  public init(exponent: Int8) { self.exponent = exponent }

  /// What stands for a precision that nobody wrote down; no clock has 2^-128 s.
  public static let unknown = Precision(exponent: .min)
  public var isKnown: Bool { exponent != .min }

  /// 2^exponent seconds, rounded up to a nanosecond. A nonsense exponent gives a day at most.
  public var length: Nanoseconds {
    if exponent >= 16 { return .seconds(65536) }
    if exponent >= 0 { return .seconds(1 << Int64(exponent)) }
    if exponent <= -30 { return Nanoseconds(1) }
    let shift = UInt64(-Int64(exponent))
    return Nanoseconds(Int64((1_000_000_000 + (1 << shift) - 1) >> shift))
  }
}
