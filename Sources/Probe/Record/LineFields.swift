/// How a member's value stands in its line.
public enum LineValue: Equatable, Sendable {
  /// A whole number as it is written; with a point, or too long for 63 bits.
  case integer(Range<Int>)
  case decimal(Range<Int>)
  case flag(Bool)
  /// The inside of a string, escapes as they stand.
  case text(Range<Int>)
  /// The inside of a string of decimal seconds.
  case instant(Range<Int>)
  /// The inside of an array of strings; of any other array, the whole of it.
  case words(Range<Int>)
  case array(Range<Int>)
}

/// Every value of one record, for formats that know no objects: the keys of nested ones are joined by `_`, and their unit
/// comes last: `stages_ns.local_tx` is `stages_local_tx_ns`. A `-` in a key becomes `_`.
public struct LineFields: Sendable {
  /// The name of the value at hand, and where in it each key begins.
  public private(set) var name: [UInt8] = []
  private(set) var parts: [Int] = []

  /// No record is nested deeper.
  static let deepest = 6

  public init() {
    name.reserveCapacity(64)
    parts.reserveCapacity(8)
  }

  /// - Parameters:
  ///   - leave: of the outermost keys, whether to pass over it
  ///   - body: is given this and each value
  /// - Returns: false: it is no whole object
  public mutating func walk(
    _ text: borrowing Span<UInt8>, leave: (borrowing Span<UInt8>) -> Bool,
    _ body: (borrowing LineFields, LineValue) -> Void
  ) -> Bool {
    name.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
    var scanner = JSONScanner(text)
    guard scanner.take("{", text) else { return false }
    return members(&scanner, text, hasUnit: false, leave, body) && scanner.isAtEnd(text)
  }

  private mutating func members(
    _ scanner: inout JSONScanner, _ text: borrowing Span<UInt8>, hasUnit: Bool,
    _ leave: (borrowing Span<UInt8>) -> Bool, _ body: (borrowing LineFields, LineValue) -> Void
  ) -> Bool {
    var (isFirst, isEnd) = (true, false)
    while let key = scanner.key(text, isFirst: isFirst, isEnd: &isEnd) {
      isFirst = false
      if parts.isEmpty, leave(text.extracting(key)) {
        guard scanner.skip(text) else { return false }
        continue
      }
      let length = name.count
      guard parts.count < Self.deepest else { return false }
      add(key, text)
      let isObject = scanner.peek(text) == UInt8(ascii: "{")
      let endsInUnit = name.count >= 3 && name[(name.count - 3)...].is("_ns")
      let isRead: Bool
      if isObject {
        if endsInUnit { name.removeLast(3) }
        _ = scanner.take("{", text)
        isRead = members(&scanner, text, hasUnit: hasUnit || endsInUnit, leave, body)
      } else {
        if hasUnit, !endsInUnit { name.append(ascii: "_ns") }
        isRead = value(&scanner, text, body)
      }
      name.removeLast(name.count - length)
      parts.removeLast()
      guard isRead else { return false }
    }
    return isEnd
  }

  private mutating func add(_ key: Range<Int>, _ text: borrowing Span<UInt8>) {
    if !name.isEmpty { name.append(UInt8(ascii: "_")) }
    parts.append(name.count)
    for place in key {
      let byte = text[place]
      let isPlain = byte.isWordLike
      name.append(isPlain ? byte : UInt8(ascii: "_"))
    }
  }

  private func value(
    _ scanner: inout JSONScanner, _ text: borrowing Span<UInt8>,
    _ body: (borrowing LineFields, LineValue) -> Void
  ) -> Bool {
    let first = scanner.peek(text)
    let start = scanner.place
    switch first {
    case UInt8(ascii: "\""):
      guard let range = scanner.string(text) else { return false }
      body(self, isInstant && text.extracting(range).isDecimal ? .instant(range) : .text(range))
    case UInt8(ascii: "["):
      guard scanner.skip(text) else { return false }
      let inside = start + 1..<scanner.place - 1
      body(self, text.extracting(inside).isOfStrings ? .words(inside) : .array(start..<scanner.place))
    default:
      guard scanner.skip(text) else { return false }
      let range = start..<scanner.place
      switch first {
      case UInt8(ascii: "t"): body(self, .flag(true))
      case UInt8(ascii: "f"): body(self, .flag(false))
      case UInt8(ascii: "n"): break
      default:
        var again = JSONScanner(start..<text.count)
        let isWhole = again.integer(text) != nil
        body(self, isWhole ? .integer(range) : .decimal(range))
      }
    }
    return true
  }

  /// Keys of absolute instants: `raw`, `from_raw`, `t1` to `t4`.
  private var isInstant: Bool {
    let key = name[(parts.last ?? 0)...]
    if key.count == 2 {
      return key.begins("t") && (UInt8(ascii: "1")...UInt8(ascii: "4")).contains(key[key.endIndex - 1])
    }
    return key.is("raw") || key.count > 4 && name[(name.count - 4)...].is("_raw")
  }

  /// The name without its outermost keys, as many as it takes to have at most `most` bytes.
  public func name(atMost most: Int) -> ArraySlice<UInt8> {
    for start in parts where name.count - start <= most { return name[start...] }
    return name[(name.count - min(most, name.count))...]
  }
}

extension UInt8 {
  /// A letter, a digit, `_` or `.`.
  fileprivate var isWordLike: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "."): true
    default: false
    }
  }
}

extension Span<UInt8> {
  /// "1795227845.838933792" and nothing else.
  fileprivate var isDecimal: Bool {
    let place = count > 0 && self[0] == UInt8(ascii: "-") ? 1 : 0
    guard count - place >= 11, self[count - 10] == UInt8(ascii: ".") else { return false }
    for index in place..<count where index != count - 10 {
      guard (0x30...0x39).contains(self[index]) else { return false }
    }
    return true
  }

  /// The inside of an array of nothing but strings; of none, too.
  fileprivate var isOfStrings: Bool {
    var scanner = JSONScanner(self)
    while !scanner.isAtEnd(self) {
      guard scanner.string(self) != nil else { return false }
      if scanner.isAtEnd(self) { return true }
      guard scanner.take(",", self) else { return false }
    }
    return true
  }
}
