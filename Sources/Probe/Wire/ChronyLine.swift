/// A line of chrony's measurements.log; `log measurements` and `log rawmeasurements` write the same columns
/// (ntp_core.c; chrony.conf(5)):
///
///     date time address leap stratum tests123 tests567 testsABCD poll poll score
///     offset delay dispersion root-delay root-dispersion refid mode tx rx
///
/// Versions before 3 end with root dispersion.
public struct ChronyLine: Equatable, Sendable {
  /// Of the line.
  public var server: Range<Int>
  /// The beginning of the second that the middle between T1 and T4 is in, by chronyd's clock.
  public var second: Instant<Realtime>
  public var leap: UInt8
  public var stratum: UInt8
  /// RFC 5905's tests 1, 2, 3 and 5, 6, 7, the first in the highest of six bits; 1: passed.
  public var tests: UInt8
  /// theta, positive = the local clock is behind; delta.
  public var offset: Nanoseconds
  public var delay: Nanoseconds
  /// epsilon: the precision of both clocks, and what the local one may have drifted meanwhile.
  public var dispersion: Nanoseconds
  /// What `offset` and half of `delay` together may be off by, written with four digits.
  public var rounding: Nanoseconds
  public var rootDelay: Nanoseconds
  public var rootDispersion: Nanoseconds
  /// 0 before version 3.
  public var referenceID: ReferenceID
  /// `D`, `K`, `H` (daemon, kernel, hardware); 0 before version 3.
  public var transmit: UInt8
  public var receive: UInt8
  /// Mode 4 is a server's; 0 before version 3.
  public var mode: UInt8

  /// - Parameter isWhole: the line had its end; without, it needs its last column
  @_optimize(speed)
  public static func parse(
    _ text: borrowing Span<UInt8>, isWhole: Bool = true
  ) -> Result<ChronyLine, LineProblem> {
    var scanner = LineScanner(text)
    func failed(_ scanner: LineScanner) -> Result<ChronyLine, LineProblem> {
      .failure(scanner.place == scanner.end ? .truncated : .malformed)
    }
    scanner.skipBlanks(text)
    guard let second = date(&scanner, text) else { return failed(scanner) }
    let server = scanner.word(text)
    let leap = scanner.word(text)
    guard leap.count == 1, let leapBits = leapBits(text[leap.lowerBound]) else { return failed(scanner) }
    guard let stratum = scanner.integer(text), (0...255).contains(stratum) else { return failed(scanner) }
    guard let low = tests(3, &scanner, text), let high = tests(3, &scanner, text),
      tests(4, &scanner, text) != nil
    else { return failed(scanner) }
    guard scanner.integer(text) != nil, scanner.integer(text) != nil, scanner.scientific(text) != nil,
      let offset = scanner.scientific(text), let delay = scanner.scientific(text),
      let dispersion = scanner.scientific(text), let rootDelay = scanner.scientific(text),
      let rootDispersion = scanner.scientific(text)
    else { return failed(scanner) }
    // Half a day and more is no time that anybody keeps; it would carry the sums past their range.
    let most = Nanoseconds.seconds(1 << 31)
    guard offset.value.magnitude < most, delay.value.magnitude < most, dispersion.value.magnitude < most
    else {
      return .failure(.implausible)
    }
    var line = ChronyLine(
      server: server, second: second, leap: leapBits, stratum: UInt8(stratum), tests: low << 3 | high,
      offset: offset.value, delay: delay.value, dispersion: dispersion.value.magnitude + dispersion.error,
      rounding: offset.error + Nanoseconds(delay.error.count / 2 + 1), rootDelay: rootDelay.value,
      rootDispersion: rootDispersion.value, referenceID: ReferenceID(bits: 0), transmit: 0, receive: 0,
      mode: 0)
    scanner.skipBlanks(text)
    guard scanner.place < scanner.end else { return isWhole ? .success(line) : .failure(.truncated) }
    guard line.addEnd(&scanner, text) else { return failed(scanner) }
    return .success(line)
  }

  /// Reference ID, mode, and who took the stamps.
  private mutating func addEnd(_ scanner: inout LineScanner, _ text: borrowing Span<UInt8>) -> Bool {
    let id = scanner.word(text)
    guard id.count == 8 else { return false }
    var bits: UInt32 = 0
    for index in id {
      guard let digit = text[index].hexadecimalDigit else { return false }
      bits = bits << 4 | UInt32(digit)
    }
    referenceID = ReferenceID(bits: bits)
    let word = scanner.word(text)
    let (tx, rx) = (scanner.word(text), scanner.word(text))
    guard word.count == 2, tx.count == 1, rx.count == 1, text[word.lowerBound] &- 0x30 < 8 else {
      return false
    }
    mode = text[word.lowerBound] & 7
    (transmit, receive) = (text[tx.lowerBound], text[rx.lowerBound])
    return true
  }

  /// "2016-11-09 05:40:50", UTC.
  private static func date(
    _ scanner: inout LineScanner, _ text: borrowing Span<UInt8>
  ) -> Instant<Realtime>? {
    guard let year = scanner.digits(text), scanner.skip(UInt8(ascii: "-"), text),
      let month = scanner.digits(text), scanner.skip(UInt8(ascii: "-"), text), let day = scanner.digits(text),
      scanner.skip(0x20, text)
    else { return nil }
    scanner.skipBlanks(text)
    guard let hour = scanner.digits(text), scanner.skip(UInt8(ascii: ":"), text),
      let minute = scanner.digits(text), scanner.skip(UInt8(ascii: ":"), text),
      let second = scanner.digits(text), scanner.isAtBreak(text),
      let seconds = CivilTime.seconds(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    return Instant(nanoseconds: 0) + .seconds(seconds)
  }

  private static func leapBits(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "N"): 0
    case UInt8(ascii: "+"): 1
    case UInt8(ascii: "-"): 2
    case UInt8(ascii: "?"): 3
    default: nil
    }
  }

  /// Zeros and ones, as bits.
  private static func tests(
    _ count: Int, _ scanner: inout LineScanner, _ text: borrowing Span<UInt8>
  ) -> UInt8? {
    let word = scanner.word(text)
    guard word.count == count else { return nil }
    var bits: UInt8 = 0
    for index in word {
      guard text[index] | 1 == 0x31 else { return nil }
      bits = bits << 1 | text[index] & 1
    }
    return bits
  }
}
