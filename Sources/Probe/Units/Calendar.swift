/// A moment as people write it, in UTC by the proleptic Gregorian calendar. No leap seconds, as in POSIX.
public struct CivilTime: Equatable, Sendable {
  public var year: Int64
  public var month: Int64
  public var day: Int64
  public var hour: Int64
  public var minute: Int64
  public var second: Int64
  /// 0 ... 999 999 999
  public var nanosecond: Int64

  /// Days to civil date by the 400-year cycle of 146 097 days, counted from a March 1
  /// so that the leap day ends the year.
  public init(_ instant: Instant<Realtime>) {
    let (seconds, rest) = instant.nanoseconds.flooredQuotientAndRemainder(1_000_000_000)
    let (days, secondOfDay) = seconds.flooredQuotientAndRemainder(86400)
    let (cycle, dayOfCycle) = (days + 719_468).flooredQuotientAndRemainder(146_097)
    let yearOfCycle =
      (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
    hour = secondOfDay / 3600
    minute = secondOfDay / 60 % 60
    second = secondOfDay % 60
    nanosecond = rest
  }
}

extension Instant<Realtime> {
  /// Modified Julian Day (day 40587 is 1970-01-01) and the nanoseconds past its midnight, as ntpd's files count.
  public var modifiedJulianDay: (day: Int64, past: Nanoseconds) {
    let (days, rest) = nanoseconds.flooredQuotientAndRemainder(86_400_000_000_000)
    return (days + 40587, Nanoseconds(rest))
  }
}

extension Int64 {
  /// Division that rounds towards negative infinity; the remainder has the divisor's sign.
  func flooredQuotientAndRemainder(_ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
