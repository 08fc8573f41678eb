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

extension CivilTime {
  /// Seconds since 1970 of a moment in UTC; nil: no month, day or time is like that.
  public static func seconds(
    year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64
  ) -> Int64? {
    guard (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
      (0...59).contains(minute),
      (0...60).contains(second), (0...9999).contains(year)
    else { return nil }
    // The reverse of the above: years that begin in March, in cycles of 400.
    let shiftedYear = month <= 2 ? year - 1 : year
    let (cycle, yearOfCycle) = shiftedYear.flooredQuotientAndRemainder(400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
    let days = cycle * 146_097 + dayOfCycle - 719_468
    return days * 86400 + hour * 3600 + minute * 60 + second
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
