/// What the kernel's clock discipline says of itself (adjtimex(2), read only).
public struct KernelClock: Equatable, Sendable {
  /// The result of the call: TIME_OK, TIME_INS, ... of linux/timex.h.
  public enum Leap: UInt8, Sendable {
    case none
    /// A leap second will be inserted, or removed, at the end of this UTC day.
    case insert
    case delete
    /// Inside the inserted second.
    case inProgress
    /// It is over; the daemon has not taken back its announcement.
    case over

    /// As adjtimex(2) names them, without TIME_.
    public var name: StaticString {
      switch self {
      case .none: "ok"
      case .insert: "ins"
      case .delete: "del"
      case .inProgress: "oop"
      case .over: "wait"
      }
    }

    /// TIME_ERROR (5) tells only that the clock is not synchronised.
    public init(result: Int32) {
      self = (0...4).contains(result) ? Leap(rawValue: UInt8(result)) ?? .none : .none
    }
  }

  /// How much faster than R the kernel lets C and M run: tick and frequency together. What its own loop slews
  /// besides (`pending`, adjtime(3)) is not in it.
  public var rate: Rate
  /// What the kernel's own loop has still to slew. Positive = C is to be set forward.
  public var pending: Nanoseconds
  public var leap: Leap
  /// TAI - UTC in seconds; 0 where nobody told the kernel.
  public var tai: Int32
  /// STA_UNSYNC: nobody vouches for the clock.
  public var isUnsynchronised: Bool

  public init(
    rate: Rate, pending: Nanoseconds = .zero, leap: Leap = .none, tai: Int32 = 0,
    isUnsynchronised: Bool = false
  ) {
    self.rate = rate
    self.pending = pending
    self.leap = leap
    self.tai = tai
    self.isUnsynchronised = isUnsynchronised
  }

  /// - Parameters:
  ///   - tick: us in a tick of USER_HZ, which is 100 on Linux; 10000 is nominal, and 1 us more is 100 ppm
  ///   - frequency: in 2^-16 ppm
  public static func rate(tick: Int64, frequency: Int64) -> Rate {
    let coarse = Nanoseconds(tick - 10_000).scaled(by: 100_000_000)
    // 10^6 / 2^16 parts in 10^12 a unit.
    let fine = Nanoseconds(frequency).scaled(by: 15_625)
    return Rate(partsPerTrillion: (coarse + Nanoseconds(fine.count >> 10)).count)
  }
}
