/// Decimal digits, two at a time.
enum Digits {
  /// The most that a number of 64 bits has.
  static let most = 20

  /// "00" to "99".
  private static let pairs: StaticString = """
    0001020304050607080910111213141516171819\
    2021222324252627282930313233343536373839\
    4041424344454647484950515253545556575859\
    6061626364656667686970717273747576777879\
    8081828384858687888990919293949596979899
    """

  /// How many a number has.
  @inline(__always)
  static func count(of number: UInt64) -> Int {
    var count = 1
    var least: UInt64 = 10
    while number >= least {
      count += 1
      if count == most { break }
      least *= 10
    }
    return count
  }

  /// Writes the lowest `count` of them, zeros before them where there are fewer. `place` has room for that many.
  @inline(__always)
  static func write(_ number: UInt64, _ count: Int, to place: UnsafeMutablePointer<UInt8>) {
    let table = UnsafeRawPointer(pairs.utf8Start)
    var rest = number
    var left = count
    while left >= 2 {
      let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
      left -= 2
      UnsafeMutableRawPointer(place + left).storeBytes(
        of: table.loadUnaligned(fromByteOffset: Int(2 * pair), as: UInt16.self), as: UInt16.self)
      rest = quotient
    }
    if left == 1 { place[0] = 0x30 + UInt8(truncatingIfNeeded: rest % 10) }
  }

  /// Writes a number with its sign; returns how many bytes. `place` has room for `most` and one.
  @inline(__always)
  static func write(signed number: Int64, to place: UnsafeMutablePointer<UInt8>) -> Int {
    let sign = number < 0 ? 1 : 0
    place[0] = 0x2d
    let count = count(of: number.magnitude)
    write(number.magnitude, count, to: place + sign)
    return sign + count
  }

  /// Writes seconds with nine decimals; returns how many bytes. `place` has room for `most` and two.
  @inline(__always)
  static func write(seconds nanoseconds: Int64, to place: UnsafeMutablePointer<UInt8>) -> Int {
    let sign = nanoseconds < 0 ? 1 : 0
    place[0] = 0x2d
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let count = count(of: whole)
    write(whole, count, to: place + sign)
    place[sign + count] = 0x2e
    write(rest, 9, to: place + sign + count + 1)
    return sign + count + 10
  }
}
