/// Walks over one JSON text (RFC 8259) in a line, member by member, without copying or allocating. What the caller does
/// not ask for is skipped, nested or not. Reading a value of another form than asked for gives nil.
public struct JSONScanner {
  public private(set) var place: Int
  public let end: Int
  /// The text ended where more had to come.
  public private(set) var isTruncated = false

  /// Deeper than this nothing of ours is nested; what is, is refused.
  static let deepest = 32

  public init(_ text: borrowing Span<UInt8>) {
    place = 0
    end = text.count
  }

  init(_ range: Range<Int>) {
    place = range.lowerBound
    end = range.upperBound
  }

  @inline(__always)
  private mutating func skipBlanks(_ text: borrowing Span<UInt8>) {
    while place < end, text[unchecked: place] <= 0x20 { place += 1 }
  }

  /// The next byte that is no blank, not taken; 0 at the end, which is then noted.
  @inline(__always)
  public mutating func peek(_ text: borrowing Span<UInt8>) -> UInt8 {
    skipBlanks(text)
    guard place < end else {
      isTruncated = true
      return 0
    }
    return text[unchecked: place]
  }

  @inline(__always)
  public mutating func take(_ wanted: Unicode.Scalar, _ text: borrowing Span<UInt8>) -> Bool {
    guard peek(text) == UInt8(ascii: wanted) else { return false }
    place += 1
    return true
  }

  /// Only blanks are left.
  public mutating func isAtEnd(_ text: borrowing Span<UInt8>) -> Bool {
    skipBlanks(text)
    return place == end
  }

  /// Inside of an object, after its brace or after a value: the next key without its quotes, its colon taken. nil: the
  /// object ended (`isEnd`), or this is none.
  @inline(__always)
  public mutating func key(
    _ text: borrowing Span<UInt8>, isFirst: Bool, isEnd: inout Bool
  ) -> Range<Int>? {
    if take("}", text) {
      isEnd = true
      return nil
    }
    if !isFirst, !take(",", text) { return nil }
    guard let key = string(text), take(":", text) else { return nil }
    return key
  }

  /// What is between the quotes, escapes as they stand.
  @inline(__always)
  public mutating func string(_ text: borrowing Span<UInt8>) -> Range<Int>? {
    guard take("\"", text) else { return nil }
    let start = place
    // Eight bytes at once up to the first that is a quote or a backslash.
    while place + 8 <= end {
      let word = text.native64(at: place).littleEndian
      let found = Self.zeros(word ^ 0x2222_2222_2222_2222) | Self.zeros(word ^ 0x5c5c_5c5c_5c5c_5c5c)
      if found == 0 {
        place += 8
        continue
      }
      place += found.trailingZeroBitCount >> 3
      if text[unchecked: place] == UInt8(ascii: "\"") {
        place += 1
        return start..<place - 1
      }
      guard place + 1 < end else { break }
      place += 2
    }
    while place < end {
      switch text[unchecked: place] {
      case UInt8(ascii: "\""):
        place += 1
        return start..<place - 1
      case UInt8(ascii: "\\"): place += 2
      default: place += 1
      }
    }
    place = end
    isTruncated = true
    return nil
  }

  /// The highest bit of each byte that is zero; of those above the lowest such byte it may be set too.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  /// A whole number of 63 bits. Of one with a fraction or an exponent: nil.
  @inline(__always)
  public mutating func integer(_ text: borrowing Span<UInt8>) -> Int64? {
    _ = peek(text)
    var scanner = LineScanner(place: place, end: end, in: text)
    let value = scanner.whole(text)
    place = scanner.place
    if place == end { isTruncated = true }
    guard let value, place < end else { return nil }
    switch text[unchecked: place] {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0...0x20: return value
    default: return nil
    }
  }

  /// A string of decimal seconds: "1795227845.838933792".
  @inline(__always)
  public mutating func instant(_ text: borrowing Span<UInt8>) -> Nanoseconds? {
    guard take("\"", text) else { return nil }
    var scanner = LineScanner(place: place, end: end, in: text)
    let value = scanner.seconds(text)
    place = scanner.place
    if place == end { isTruncated = true }
    guard let value, place < end, text[unchecked: place] == UInt8(ascii: "\"") else { return nil }
    place += 1
    return value.length
  }

  /// Over a value of any form. False: there is none.
  public mutating func skip(_ text: borrowing Span<UInt8>) -> Bool {
    var depth = 0
    // One value at depth 0: brackets are matched by number, strings looked over.
    repeat {
      switch peek(text) {
      case UInt8(ascii: "\""):
        guard string(text) != nil else { return false }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        guard depth <= Self.deepest else { return false }
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        guard depth >= 0 else { return false }
        place += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { return false }
        place += 1
      case 0x21...0x7e:
        guard skipWord(text) else { return false }
      default: return false
      }
    } while depth > 0
    return true
  }

  /// A number, true, false or null.
  @inline(__always)
  private mutating func skipWord(_ text: borrowing Span<UInt8>) -> Bool {
    let start = place
    while place < end {
      switch text[unchecked: place] {
      case 0x30...0x39, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
        UInt8(ascii: "E"):
        place += 1
        continue
      default: break
      }
      break
    }
    if place == end { isTruncated = true }
    return place > start
  }
}

extension JSONScanner {
  /// Where the value of this outermost member stands, of a string its inside; nil: there is none. For what is asked
  /// of few lines.
  public static func member(_ name: StaticString, of line: borrowing Span<UInt8>) -> Range<Int>? {
    var scanner = JSONScanner(line)
    guard scanner.take("{", line) else { return nil }
    var (isFirst, isEnd) = (true, false)
    while let key = scanner.key(line, isFirst: isFirst, isEnd: &isEnd) {
      isFirst = false
      let first = scanner.peek(line)
      let start = scanner.place
      guard scanner.skip(line) else { return nil }
      guard line.extracting(key).is(name) else { continue }
      return first == UInt8(ascii: "\"") ? start + 1..<scanner.place - 1 : start..<scanner.place
    }
    return nil
  }

  /// The text of a string with its escapes resolved: for names, which are few. Half a surrogate pair becomes U+FFFD.
  public static func text(_ range: Range<Int>, of line: borrowing Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = line[place]
      place += 1
      guard byte == UInt8(ascii: "\\"), place < range.upperBound else {
        bytes.append(byte)
        continue
      }
      let escaped = line[place]
      place += 1
      switch escaped {
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "b"): bytes.append(8)
      case UInt8(ascii: "f"): bytes.append(12)
      case UInt8(ascii: "u"):
        var code: UInt32 = 0
        var digits = 0
        while digits < 4, place < range.upperBound, let digit = line[place].hexadecimalDigit {
          code = code << 4 | UInt32(digit)
          place += 1
          digits += 1
        }
        let scalar = digits == 4 ? Unicode.Scalar(code) : nil
        bytes.append(scalar: scalar ?? "\u{fffd}")
      default: bytes.append(escaped)
      }
    }
    return bytes
  }
}

extension [UInt8] {
  /// In UTF-8 (RFC 3629 section 3), of the first plane, which is all that one escape can name.
  fileprivate mutating func append(scalar: Unicode.Scalar) {
    let code = scalar.value
    if code < 0x80 { return append(UInt8(code)) }
    if code < 0x800 {
      append(0xc0 | UInt8(truncatingIfNeeded: code >> 6))
    } else {
      append(0xe0 | UInt8(truncatingIfNeeded: code >> 12))
      append(0x80 | UInt8(truncatingIfNeeded: code >> 6) & 0x3f)
    }
    append(0x80 | UInt8(truncatingIfNeeded: code) & 0x3f)
  }
}

extension Span<UInt8> {
  /// These bytes are that word.
  func `is`(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    for index in 0..<count where self[index] != word.utf8Start[index] { return false }
    return true
  }
}
