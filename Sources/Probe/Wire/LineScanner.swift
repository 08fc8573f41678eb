/// Reads words and numbers of a recorded line from left to right. What is not of the asked form gives nil and may
/// leave the place anywhere: the line is then given up.
public struct LineScanner {
  public var place: Int
  public let end: Int

  public init(_ text: borrowing Span<UInt8>) {
    place = 0
    end = text.count
  }

  public init(place: Int, end: Int, in text: borrowing Span<UInt8>) {
    self.place = max(0, min(place, text.count))
    self.end = max(self.place, min(end, text.count))
  }

  /// The byte here; 0 at the end.
  @inline(__always)
  func byte(_ text: borrowing Span<UInt8>) -> UInt8 { place < end ? text[unchecked: place] : 0 }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 || byte == 13 }

  @inline(__always)
  public mutating func skipBlanks(_ text: borrowing Span<UInt8>) {
    while place < end, Self.isBlank(text[unchecked: place]) { place += 1 }
  }

  @inline(__always)
  mutating func skip(_ wanted: UInt8, _ text: borrowing Span<UInt8>) -> Bool {
    guard byte(text) == wanted, place < end else { return false }
    place += 1
    return true
  }

  /// Up to the next blank; empty at the end of the line.
  public mutating func word(_ text: borrowing Span<UInt8>) -> Range<Int> {
    skipBlanks(text)
    let start = place
    while place < end, !Self.isBlank(text[unchecked: place]) { place += 1 }
    return start..<place
  }

  /// A blank or the line's end comes next.
  @inline(__always)
  func isAtBreak(_ text: borrowing Span<UInt8>) -> Bool {
    place == end || Self.isBlank(text[unchecked: place])
  }

  /// Decimal digits; nil: none, or the number has no room in 63 bits.
  @inline(__always)
  mutating func digits(_ text: borrowing Span<UInt8>) -> Int64? {
    guard let magnitude = magnitude(text), magnitude <= UInt64(Int64.max) else { return nil }
    return Int64(bitPattern: magnitude)
  }

  /// Up to 19 digits, which 64 bits always hold.
  @inline(__always)
  private mutating func magnitude(_ text: borrowing Span<UInt8>) -> UInt64? {
    let start = place
    var value: UInt64 = 0
    while place < end, case let digit = text[unchecked: place] &- 0x30, digit < 10 {
      value = value &* 10 &+ UInt64(digit)
      place += 1
    }
    return (1...19).contains(place - start) ? value : nil
  }

  /// A whole number with or without a minus, up to whatever follows it.
  @inline(__always)
  mutating func whole(_ text: borrowing Span<UInt8>) -> Int64? {
    let isNegative = skip(UInt8(ascii: "-"), text)
    guard let magnitude = magnitude(text), magnitude <= UInt64(Int64.max) + (isNegative ? 1 : 0) else {
      return nil
    }
    let value = Int64(bitPattern: magnitude)
    return isNegative ? 0 &- value : value
  }

  /// The next word as a whole number.
  public mutating func integer(_ text: borrowing Span<UInt8>) -> Int64? {
    skipBlanks(text)
    guard let value = whole(text), isAtBreak(text) else { return nil }
    return value
  }
}

/// Seconds as they were written: "4004216645.838933792".
public struct DecimalSeconds: Equatable, Sendable {
  public var isNegative = false
  public var seconds: Int64
  /// What follows the point, in ns; digits after the ninth are cut.
  public var rest: Int64
  /// How many digits there were after the point.
  public var decimals: Int

  /// What the value may be off by, rounded either way to its last digit or cut there; at least 1 ns.
  public var resolution: Nanoseconds {
    var length: Int64 = 1
    var place = decimals
    while place < 9 {
      length *= 10
      place += 1
    }
    return Nanoseconds(length)
  }

  /// Saturates at +-292 years.
  public var length: Nanoseconds {
    let sum = Nanoseconds.seconds(seconds) + Nanoseconds(rest)
    return isNegative ? -sum : sum
  }
}

extension LineScanner {
  /// A decimal number of seconds, up to whatever follows it.
  @inline(__always)
  mutating func seconds(_ text: borrowing Span<UInt8>) -> DecimalSeconds? {
    let isNegative = skip(UInt8(ascii: "-"), text)
    guard let whole = digits(text) else { return nil }
    var decimals = 0
    var rest: Int64 = 0
    if skip(UInt8(ascii: "."), text) {
      let start = place
      while place < end, case let digit = text[unchecked: place] &- 0x30, digit < 10 {
        if place - start < 9 { rest = rest &* 10 &+ Int64(digit) }
        place += 1
      }
      decimals = place - start
      guard decimals > 0 else { return nil }
    }
    var missing = 9 - decimals
    while missing > 0 {
      rest &*= 10
      missing -= 1
    }
    return DecimalSeconds(isNegative: isNegative, seconds: whole, rest: rest, decimals: decimals)
  }

  /// The next word as a decimal number of seconds.
  @inline(__always)
  public mutating func decimal(_ text: borrowing Span<UInt8>) -> DecimalSeconds? {
    skipBlanks(text)
    guard let value = seconds(text), isAtBreak(text) else { return nil }
    return value
  }

  /// The next word as C's %e prints seconds: "-4.966e-03". `error`: half of its last digit, rounded up.
  public mutating func scientific(
    _ text: borrowing Span<UInt8>
  ) -> (value: Nanoseconds, error: Nanoseconds)? {
    skipBlanks(text)
    let isNegative = skip(UInt8(ascii: "-"), text)
    if !isNegative { _ = skip(UInt8(ascii: "+"), text) }
    let start = place
    var mantissa: Int64 = 0
    var decimals: Int64 = 0
    var hasPoint = false
    while place < end {
      let byte = text[unchecked: place]
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else if case let digit = byte &- 0x30, digit < 10 {
        // %10.3e has four digits; more than 17 nobody writes.
        guard place - start < 18 else { return nil }
        mantissa = mantissa * 10 + Int64(digit)
        if hasPoint { decimals += 1 }
      } else {
        break
      }
      place += 1
    }
    guard place - start > (hasPoint ? 1 : 0) else { return nil }
    var exponent: Int64 = 0
    if byte(text) | 0x20 == UInt8(ascii: "e") {
      place += 1
      if byte(text) == UInt8(ascii: "+") { place += 1 }
      guard let power = whole(text), power > -1000, power < 1000 else { return nil }
      exponent = power
    }
    guard isAtBreak(text) else { return nil }
    // %e writes a zero only where there is one: any other number has digits.
    if mantissa == 0 { return (.zero, Nanoseconds(1)) }
    var scale = exponent - decimals + 9
    var (value, unit) = (Nanoseconds(mantissa), Nanoseconds(1))
    while scale > 0, unit < .max {
      value = value.scaled(by: 10)
      unit = unit.scaled(by: 10)
      scale -= 1
    }
    var fraction = false
    while value > .zero, scale < 0 {
      fraction = fraction || value.count % 10 != 0
      value = Nanoseconds(value.count / 10)
      scale += 1
    }
    let error = Nanoseconds(unit.count / 2 + 1) + Nanoseconds(fraction ? 1 : 0)
    return (isNegative ? -value : value, error)
  }
}

extension Instant where Scale == Realtime {
  /// "2026-11-21T02:24:05.838933792Z", as our records have it; nil: no such moment.
  public init?(rfc3339 text: borrowing Span<UInt8>) {
    var scanner = LineScanner(text)
    guard let year = scanner.digits(text), scanner.skip(UInt8(ascii: "-"), text),
      let month = scanner.digits(text), scanner.skip(UInt8(ascii: "-"), text), let day = scanner.digits(text),
      scanner.skip(UInt8(ascii: "T"), text), let hour = scanner.digits(text),
      scanner.skip(UInt8(ascii: ":"), text), let minute = scanner.digits(text),
      scanner.skip(UInt8(ascii: ":"), text), let second = scanner.seconds(text), !second.isNegative,
      scanner.skip(UInt8(ascii: "Z"), text), scanner.place == scanner.end,
      let seconds = CivilTime.seconds(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second.seconds)
    else { return nil }
    self = Instant(nanoseconds: 0) + .seconds(seconds) + Nanoseconds(second.rest)
  }
}
