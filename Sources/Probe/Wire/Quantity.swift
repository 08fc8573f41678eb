/// A unit that a quantity is written with.
struct QuantityUnit: Sendable {
  var name: StaticString
  /// How many of the smallest unit it has.
  var size: UInt64

  /// Of time, in nanoseconds. A minute is `min` and a bare `m` is refused: to many it is a millisecond.
  static let time: [QuantityUnit] = [
    QuantityUnit(name: "ns", size: 1),
    QuantityUnit(name: "us", size: 1_000),
    QuantityUnit(name: "ms", size: 1_000_000),
    QuantityUnit(name: "s", size: 1_000_000_000),
    QuantityUnit(name: "min", size: 60_000_000_000),
    QuantityUnit(name: "h", size: 3_600_000_000_000),
    QuantityUnit(name: "d", size: 86_400_000_000_000),
  ]

  static let upToHours = Array(time.dropLast())

  /// Of data, in bytes: powers of 1000 and, with an i, of 1024 (IEC 80000-13). A bare `M` is refused: it is either.
  static let data: [QuantityUnit] = [
    QuantityUnit(name: "B", size: 1),
    QuantityUnit(name: "kB", size: 1_000),
    QuantityUnit(name: "KiB", size: 1 << 10),
    QuantityUnit(name: "MB", size: 1_000_000),
    QuantityUnit(name: "MiB", size: 1 << 20),
    QuantityUnit(name: "GB", size: 1_000_000_000),
    QuantityUnit(name: "GiB", size: 1 << 30),
    QuantityUnit(name: "TB", size: 1_000_000_000_000),
    QuantityUnit(name: "TiB", size: 1 << 40),
  ]

  /// Of rates, in parts per 10^12.
  static let rate: [QuantityUnit] = [
    QuantityUnit(name: "ppb", size: 1_000),
    QuantityUnit(name: "ppm", size: 1_000_000),
  ]
}

/// Why a word is no quantity.
enum QuantityError: Error, Equatable, Sendable {
  case noNumber
  case noUnit
  case unknownUnit
  /// `5m`.
  case minuteOrMillisecond
  /// More digits than the smallest unit has.
  case tooFine
  /// Past 64 bits.
  case tooLarge
}

/// A decimal number and a unit, without a space: "8ms", "1.5s", "-250us". Exact, in integers.
/// `µs`, with either of Unicode's two letters, is read as `us`.
func parseQuantity(_ word: [UInt8], units: [QuantityUnit]) throws(QuantityError) -> Int64 {
  var rest = word[...]
  let isNegative = rest.first == UInt8(ascii: "-")
  if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
  let whole = takeDigits(&rest)
  var fraction: ArraySlice<UInt8> = []
  if !whole.isEmpty, rest.first == UInt8(ascii: ".") {
    rest = rest.dropFirst()
    fraction = takeDigits(&rest)
    guard !fraction.isEmpty else { throw .noNumber }
  }
  guard !whole.isEmpty else { throw .noNumber }
  let unit = try readUnit(rest, among: units)
  while fraction.last == UInt8(ascii: "0") { fraction = fraction.dropLast() }
  // 10^18 is the largest power of ten in 64 bits that leaves room, and no unit is as fine.
  guard fraction.count <= 18 else { throw .tooFine }
  guard let number = decimal(whole), let part = decimal(fraction) else { throw .tooLarge }
  var power: UInt64 = 1
  for _ in 0..<fraction.count { power *= 10 }
  // part < power, so the quotient is below the unit's size and cannot overflow.
  let (quotient, remainder) = power.dividingFullWidth(part.multipliedFullWidth(by: unit.size))
  guard remainder == 0 else { throw .tooFine }
  let (product, overflow) = number.multipliedReportingOverflow(by: unit.size)
  let (sum, carry) = product.addingReportingOverflow(quotient)
  guard !overflow, !carry, sum <= UInt64(Int64.max) else { throw .tooLarge }
  return isNegative ? -Int64(sum) : Int64(sum)
}

func parseDuration(_ word: [UInt8]) throws(QuantityError) -> Nanoseconds {
  Nanoseconds(try parseQuantity(word, units: QuantityUnit.time))
}

func parseRate(_ word: [UInt8]) throws(QuantityError) -> Rate {
  Rate(partsPerTrillion: try parseQuantity(word, units: QuantityUnit.rate))
}

/// Digits only; nil past 64 bits, and for no digits zero.
func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
  var value: UInt64 = 0
  for digit in digits {
    let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = tens.addingReportingOverflow(UInt64(digit &- UInt8(ascii: "0")))
    guard !overflow, !carry else { return nil }
    value = sum
  }
  return value
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func takeDigits(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let digits = rest.prefix(while: isDigit)
  rest = rest.dropFirst(digits.count)
  return digits
}

private func readUnit(
  _ text: ArraySlice<UInt8>, among units: [QuantityUnit]
) throws(QuantityError) -> QuantityUnit {
  guard !text.isEmpty else { throw .noUnit }
  // U+00B5 and U+03BC, micro sign and Greek mu.
  let isMicro = text.starts(with: [0xc2, 0xb5]) || text.starts(with: [0xce, 0xbc])
  let name = isMicro ? [UInt8(ascii: "u")] + text.dropFirst(2) : Array(text)
  for unit in units where name.elementsEqual(unit.name.bytes) { return unit }
  let isTime = units.contains { $0.name.bytes.elementsEqual([UInt8(ascii: "s")]) }
  if isTime, name.elementsEqual([UInt8(ascii: "m")]) { throw .minuteOrMillisecond }
  throw .unknownUnit
}
