/// A line of rawstats. The first eight columns are those of every ntpd since xntp3 (`record_raw_stats` in
/// ntp_util.c): day, second, server, us, T1, T2, T3, T4. The next nine came with ntp 4.2.7: leap, version, mode,
/// stratum, poll, precision, root delay, root dispersion, reference ID. What follows differs and is not needed here:
/// ntp 4.2.8 has the length of extension fields and their bytes; NTPsec 1.0 one counter, 1.2.2 three. Old ntpd has six
/// decimals, all others nine.
public struct RawstatsLine: Equatable, Sendable {
  /// Of the line: the server's word, an address or in NTPsec `driver(unit)`; and ours. Empty where it is `-`.
  public var server: Range<Int>
  public var local: Range<Int>
  /// By the local clock.
  public var t1: Instant<Realtime>
  public var t4: Instant<Realtime>
  public var t2: Instant<ReferenceTime>
  public var t3: Instant<ReferenceTime>
  /// What each of the four may be off by, because it was written with so many decimals.
  public var resolution: Nanoseconds
  /// T1, T2 or T3 is 0: "unknown or unsynchronized" (RFC 5905 section 6).
  public var hasZero: Bool
  /// The columns after T4; nil where there are none.
  public var reply: Reply?

  public struct Reply: Equatable, Sendable {
    public var leap: UInt8
    public var version: Int64
    public var mode: Int64
    public var stratum: UInt8
    public var poll: Int8
    public var precision: Int8
    public var rootDelay: Nanoseconds
    public var rootDispersion: Nanoseconds
    public var referenceID: ReferenceID
  }

  /// A clock that is farther than this from the line's own date is no clock that wrote it.
  static let farthest = Nanoseconds.seconds(86400)

  /// - Parameter isWhole: the line had its end; without, it needs all the columns that one can tell by
  @_optimize(speed)
  public static func parse(
    _ text: borrowing Span<UInt8>, isWhole: Bool = true
  ) -> Result<RawstatsLine, LineProblem> {
    var scanner = LineScanner(text)
    guard let day = scanner.integer(text), let second = scanner.decimal(text) else {
      return .failure(scanner.place == scanner.end ? .truncated : .malformed)
    }
    // Modified Julian Day 15020 is 1900-01-01; six digits are the year 4595 and later.
    guard (15_020...99_999).contains(day), !second.isNegative, second.seconds <= 86_400 else {
      return .failure(.malformed)
    }
    let date =
      Instant<Realtime>(nanoseconds: 0) + Nanoseconds.seconds((day - 40_587) * 86_400) + second.length
    let server = scanner.word(text)
    let local = scanner.word(text)
    guard let t1 = scanner.decimal(text), let t2 = scanner.decimal(text), let t3 = scanner.decimal(text),
      let t4 = scanner.decimal(text)
    else { return .failure(scanner.place == scanner.end ? .truncated : .malformed) }
    scanner.skipBlanks(text)
    let isShort = scanner.place == scanner.end
    // The last digits of T4 may be missing.
    guard isWhole || !isShort else { return .failure(.truncated) }
    guard let c1 = fold(t1, near: date), let s2 = fold(t2, near: date), let s3 = fold(t3, near: date),
      let c4 = fold(t4, near: date)
    else { return .failure(.malformed) }
    let hasZero = t1.isZero || t2.isZero || t3.isZero
    guard (c4 - date).magnitude <= farthest, hasZero || (c1 - date).magnitude <= farthest else {
      return .failure(.implausible)
    }
    var line = RawstatsLine(
      server: name(server, text), local: name(local, text), t1: c1, t4: c4, t2: Instant(s2), t3: Instant(s3),
      resolution: max(t1.resolution, t2.resolution, t3.resolution, t4.resolution), hasZero: hasZero,
      reply: nil)
    if !isShort {
      guard let reply = reply(&scanner, text) else {
        return .failure(scanner.place == scanner.end ? .truncated : .malformed)
      }
      line.reply = reply
    }
    return .success(line)
  }

  private static func name(_ word: Range<Int>, _ text: borrowing Span<UInt8>) -> Range<Int> {
    word.count == 1 && text[word.lowerBound] == UInt8(ascii: "-") ? word.lowerBound..<word.lowerBound : word
  }

  /// Seconds since 1900, of whatever era: the one that is nearest to the line's date. A writer of 64 bits goes on
  /// counting past 2^32, and one of 32 begins again; both come to the same.
  @inline(__always)
  private static func fold(_ value: DecimalSeconds, near date: Instant<Realtime>) -> Instant<Realtime>? {
    guard !value.isNegative, value.seconds < 1 << 40 else { return nil }
    let pivot = date.nanoseconds.flooredQuotientAndRemainder(1_000_000_000).quotient + NTPTime.unixEpoch
    let distance = Int64(
      Int32(bitPattern: UInt32(truncatingIfNeeded: value.seconds) &- UInt32(truncatingIfNeeded: pivot)))
    let seconds = pivot + distance - NTPTime.unixEpoch
    return Instant(nanoseconds: 0) + Nanoseconds.seconds(seconds) + Nanoseconds(value.rest)
  }

  @inline(__always)
  private static func reply(_ scanner: inout LineScanner, _ text: borrowing Span<UInt8>) -> Reply? {
    guard let leap = scanner.integer(text), (0...3).contains(leap), let version = scanner.integer(text),
      let mode = scanner.integer(text), let stratum = scanner.integer(text), (0...255).contains(stratum),
      let poll = scanner.integer(text), (-128...127).contains(poll), let precision = scanner.integer(text),
      (-128...127).contains(precision), let delay = scanner.decimal(text),
      let dispersion = scanner.decimal(text)
    else { return nil }
    let id = scanner.word(text)
    guard !id.isEmpty else { return nil }
    return Reply(
      leap: UInt8(leap), version: version, mode: mode, stratum: UInt8(stratum), poll: Int8(poll),
      precision: Int8(precision), rootDelay: delay.length, rootDispersion: dispersion.length,
      referenceID: ReferenceID(text.extracting(id), stratum: UInt8(stratum)))
  }
}

extension DecimalSeconds {
  var isZero: Bool { seconds == 0 && rest == 0 }
}

extension Instant where Scale == ReferenceTime {
  /// The same count of seconds, told by the reference.
  fileprivate init(_ other: Instant<Realtime>) { self.init(nanoseconds: other.nanoseconds) }
}

extension ReferenceID {
  /// As records and rawstats show it: ".GPS." or "GPS" of stratum 0 and 1, dotted above; "0x" and digits where it is
  /// unprintable. What is none of these becomes its first four bytes.
  public init(_ text: borrowing Span<UInt8>, stratum: UInt8) {
    if stratum > 1, let address = IPAddress.parse(text), address.family == .v4 {
      self.init(bits: UInt32(truncatingIfNeeded: address.low))
      return
    }
    var (start, end) = (0, text.count)
    if end - start > 2, text[start] == UInt8(ascii: "."), text[end - 1] == UInt8(ascii: ".") {
      start += 1
      end -= 1
    }
    if end - start == 10, text[start] == 0x30, text[start + 1] == UInt8(ascii: "x") {
      var bits: UInt32 = 0
      var isNumber = true
      for index in start + 2..<end {
        if let digit = text[index].hexadecimalDigit {
          bits = bits << 4 | UInt32(digit)
        } else {
          isNumber = false
        }
      }
      if isNumber {
        self.init(bits: bits)
        return
      }
    }
    var bits: UInt32 = 0
    for index in 0..<4 { bits = bits << 8 | (start + index < end ? UInt32(text[start + index]) : 0) }
    self.init(bits: bits)
  }
}
