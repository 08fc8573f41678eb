/// A signed length of time. Unit: nanoseconds. Range: +-292 years.
///
/// Arithmetic saturates: a length computed from what a packet said must never trap, and nobody
/// can tell 292 years from 293. Everything that a proof rests on is far from the ends.
public struct Nanoseconds: Comparable, Hashable, Sendable {
  public var count: Int64

  @inline(__always)
  public init(_ count: Int64) { self.count = count }

  public static let zero = Nanoseconds(0)
  public static let max = Nanoseconds(.max)
  public static let min = Nanoseconds(.min)

  public static func microseconds(_ n: Int64) -> Nanoseconds { Nanoseconds(n).scaled(by: 1000) }
  public static func milliseconds(_ n: Int64) -> Nanoseconds { Nanoseconds(n).scaled(by: 1_000_000) }
  public static func seconds(_ n: Int64) -> Nanoseconds { Nanoseconds(n).scaled(by: 1_000_000_000) }

  @inline(__always)
  public static func < (a: Nanoseconds, b: Nanoseconds) -> Bool { a.count < b.count }

  @inline(__always)
  public static func + (a: Nanoseconds, b: Nanoseconds) -> Nanoseconds {
    let (sum, overflow) = a.count.addingReportingOverflow(b.count)
    return overflow ? (a.count < 0 ? .min : .max) : Nanoseconds(sum)
  }

  @inline(__always)
  public static func - (a: Nanoseconds, b: Nanoseconds) -> Nanoseconds {
    let (difference, overflow) = a.count.subtractingReportingOverflow(b.count)
    return overflow ? (a.count < 0 ? .min : .max) : Nanoseconds(difference)
  }

  @inline(__always)
  public static prefix func - (a: Nanoseconds) -> Nanoseconds { .zero - a }

  @inline(__always)
  public static func += (a: inout Nanoseconds, b: Nanoseconds) { a = a + b }

  @inline(__always)
  public static func -= (a: inout Nanoseconds, b: Nanoseconds) { a = a - b }

  /// The length without its sign; `.min` becomes `.max`.
  @inline(__always)
  public var magnitude: Nanoseconds { count < 0 ? -self : self }

  /// Half the length, rounded towards negative infinity.
  @inline(__always)
  public var half: Nanoseconds { Nanoseconds(count >> 1) }

  public func scaled(by factor: Int64) -> Nanoseconds {
    let (product, overflow) = count.multipliedReportingOverflow(by: factor)
    return overflow ? ((count < 0) == (factor < 0) ? .max : .min) : Nanoseconds(product)
  }

  /// For statistics and screens only.
  public var seconds: Double { Double(count) * 1e-9 }
}
