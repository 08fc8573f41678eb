/// A clock that an instant was read from. Two instants of different scales cannot be subtracted.
public enum Raw: Sendable {}
/// `CLOCK_REALTIME`, the clock under test (C in the documents); zero is 1970-01-01 UTC.
public enum Realtime: Sendable {}
/// `CLOCK_MONOTONIC` (M): slewed with REALTIME, never stepped.
public enum Monotonic: Sendable {}
/// `CLOCK_BOOTTIME`: `Monotonic`, and the time that the guest was suspended.
public enum Boottime: Sendable {}
/// The reference's own clock (S); zero is 1970-01-01 UTC as the reference tells it.
public enum ReferenceTime: Sendable {}

/// A moment on one clock. Unit: nanoseconds since that clock's zero, signed.
public struct Instant<Scale>: Comparable, Hashable, Sendable {
  public var nanoseconds: Int64

  @inline(__always)
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inline(__always)
  public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  /// How much later `a` is than `b`.
  @inline(__always)
  public static func - (a: Instant, b: Instant) -> Nanoseconds {
    Nanoseconds(a.nanoseconds) - Nanoseconds(b.nanoseconds)
  }

  @inline(__always)
  public static func + (a: Instant, length: Nanoseconds) -> Instant {
    Instant(nanoseconds: (Nanoseconds(a.nanoseconds) + length).count)
  }

  @inline(__always)
  public static func - (a: Instant, length: Nanoseconds) -> Instant {
    Instant(nanoseconds: (Nanoseconds(a.nanoseconds) - length).count)
  }

  /// How much later this moment's reading is than another clock's: the one way to compare two clocks,
  /// spelled out so that it is never done by accident. Sign: positive = this clock reads more.
  @inline(__always)
  public func ahead<Other>(of other: Instant<Other>) -> Nanoseconds {
    Nanoseconds(nanoseconds) - Nanoseconds(other.nanoseconds)
  }
}
