/// Which way a figure that stands for a proven bound may be rounded.
enum Rounding: Sendable {
  case nearest
  case up
  case down
}

/// How the screen writes numbers: three significant digits and a unit, zeros at the end left out.
extension ByteWriter {
  /// The length without its sign: "14.2us", "5ms", "0".
  @inline(never)
  mutating func append(figure length: Nanoseconds, _ rounding: Rounding = .nearest) {
    let count = length.count.magnitude
    guard count > 0 else { return append(byte: 0x30) }
    for (index, step) in FigureUnit.ladder.enumerated() {
      let decimals = step.size == 1 ? 0 : count < 10 * step.size ? 2 : count < 100 * step.size ? 1 : 0
      let quantum = decimals == 2 ? step.size / 100 : decimals == 1 ? step.size / 10 : step.size
      let quanta = count.divided(by: quantum, rounding)
      // Rounding up may reach the next unit: 999.7us is 1ms.
      let isLast = index == FigureUnit.ladder.count - 1
      guard isLast || quanta < (step.limit * (step.size / quantum)) else { continue }
      append(quanta, decimals: decimals)
      return append(step.name)
    }
  }

  /// `quanta` with its point `decimals` from the right, without zeros at the end.
  @inline(never)
  private mutating func append(_ quanta: UInt64, decimals: Int) {
    var (rest, places) = (quanta, decimals)
    while places > 0, rest % 10 == 0 {
      rest /= 10
      places -= 1
    }
    let power: UInt64 = places == 2 ? 100 : places == 1 ? 10 : 1
    append(rest / power)
    guard places > 0 else { return }
    append(byte: UInt8(ascii: "."))
    append(rest % power, digits: places)
  }

  /// An offset by its word: positive = this guest's clock is behind.
  @inline(never)
  mutating func append(offset: Nanoseconds, _ rounding: Rounding = .nearest) {
    append(figure: offset, rounding)
    append(side: offset)
  }

  @inline(never)
  private mutating func append(side offset: Nanoseconds) {
    if offset > .zero { append(" behind" as StaticString) }
    if offset < .zero { append(" ahead" as StaticString) }
  }

  /// A proven interval, rounded outwards: "77us ahead to 105us behind", "77us to 105us behind".
  @inline(never)
  mutating func append(from low: Nanoseconds, to high: Nanoseconds) {
    let (near, far) = high <= .zero ? (high, low) : (low, high)
    let isOneSided = low >= .zero || high <= .zero
    append(figure: near, isOneSided ? .down : .up)
    if !isOneSided { append(side: near) }
    append(" to " as StaticString)
    append(offset: far, .up)
  }

  /// A share, rounded down: only all of it is 100 %. "99.98 %"
  @inline(never)
  mutating func append(share partsPerMillion: Int64) {
    let hundredths = UInt64(min(max(partsPerMillion, 0), 1_000_000)) / 100
    append(hundredths, decimals: 2)
    append(" %" as StaticString)
  }

  /// Text from outside: everything but printable ASCII becomes a question mark, so that a column is a
  /// byte and nothing moves the cursor.
  @inline(never)
  mutating func append(printable text: String) {
    for byte in text.utf8 { append(byte: (0x20...0x7e).contains(byte) ? byte : UInt8(ascii: "?")) }
  }
}

private struct FigureUnit: Sendable {
  var name: StaticString
  var size: UInt64
  /// From this many on the next unit is used.
  var limit: UInt64

  static let ladder: [FigureUnit] = [
    FigureUnit(name: "ns", size: 1, limit: 1000),
    FigureUnit(name: "us", size: 1_000, limit: 1000),
    FigureUnit(name: "ms", size: 1_000_000, limit: 1000),
    FigureUnit(name: "s", size: 1_000_000_000, limit: 1000),
    FigureUnit(name: "min", size: 60_000_000_000, limit: 120),
    FigureUnit(name: "h", size: 3_600_000_000_000, limit: 72),
    FigureUnit(name: "d", size: 86_400_000_000_000, limit: .max),
  ]
}

extension UInt64 {
  fileprivate func divided(by quantum: UInt64, _ rounding: Rounding) -> UInt64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: quantum)
    switch rounding {
    case .down: return quotient
    case .up: return quotient + (remainder > 0 ? 1 : 0)
    case .nearest: return quotient + (remainder >= quantum - remainder ? 1 : 0)
    }
  }
}
