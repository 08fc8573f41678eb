/// The pieces of a JSON object. A comma goes before each member but the first.
extension ByteWriter {
  mutating func openObject() {
    separate()
    append(byte: UInt8(ascii: "{"))
  }

  mutating func openObject(_ key: StaticString) {
    write(key: key)
    append(byte: UInt8(ascii: "{"))
  }

  mutating func closeObject() { append(byte: UInt8(ascii: "}")) }

  mutating func openArray(_ key: StaticString) {
    write(key: key)
    append(byte: UInt8(ascii: "["))
  }

  mutating func closeArray() { append(byte: UInt8(ascii: "]")) }

  mutating func member(_ key: StaticString, _ number: Int64) {
    write(key: key)
    append(number)
  }

  mutating func member(_ key: StaticString, _ number: UInt64) {
    write(key: key)
    append(number)
  }

  /// A difference: an integer in nanoseconds. The key ends in `_ns`, or the object's does.
  mutating func member(_ key: StaticString, _ length: Nanoseconds) {
    write(key: key)
    append(length.count)
  }

  mutating func member(_ key: StaticString, _ length: Nanoseconds?) {
    if let length { member(key, length) }
  }

  /// An absolute instant: a string, because readers that keep numbers as doubles round what has more than
  /// 53 bits, and nanoseconds since 1970 have 61.
  mutating func member<Scale>(_ key: StaticString, seconds instant: Instant<Scale>) {
    write(key: key)
    append(byte: UInt8(ascii: "\""))
    append(seconds: instant.nanoseconds)
    append(byte: UInt8(ascii: "\""))
  }

  mutating func member(_ key: StaticString, time: Instant<Realtime>) {
    write(key: key)
    append(byte: UInt8(ascii: "\""))
    append(rfc3339: time)
    append(byte: UInt8(ascii: "\""))
  }

  /// One of the program's own words, which need no escapes.
  mutating func member(_ key: StaticString, word: StaticString) {
    write(key: key)
    append(byte: UInt8(ascii: "\""))
    append(word)
    append(byte: UInt8(ascii: "\""))
  }

  /// A text from outside.
  mutating func member(_ key: StaticString, text: String) {
    member(key) { $0.append(text) }
  }

  /// Left out where there is none.
  mutating func member(_ key: StaticString, unlessEmpty text: String) {
    if !text.utf8.isEmpty { member(key, text: text) }
  }

  /// A string of what `body` writes, escaped.
  @inline(__always)
  mutating func member(_ key: StaticString, _ body: (inout ByteWriter) -> Void) {
    write(key: key)
    append(byte: UInt8(ascii: "\""))
    let start = count
    body(&self)
    escapeJSON(from: start)
    append(byte: UInt8(ascii: "\""))
  }

  mutating func separate() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\n"): break
    default: append(byte: UInt8(ascii: ","))
    }
  }

  private mutating func write(key: StaticString) {
    separate()
    append(byte: UInt8(ascii: "\""))
    append(key)
    append("\":" as StaticString)
  }
}

/// RFC 8259 section 7.
extension ByteWriter {
  /// Makes what was written from `start` on the inside of a JSON string: quote, backslash and control
  /// characters are escaped, and each byte that is of no UTF-8 character becomes U+FFFD. Most texts need none of
  /// that and stay where they are.
  mutating func escapeJSON(from start: Int) {
    var place = Swift.max(0, start)
    while place < count, Self.isPlain(bytes[place]) { place += 1 }
    guard place < count else { return }
    scratch.removeAll(keepingCapacity: true)
    for index in place..<count { scratch.append(bytes[index]) }
    truncate(to: place)
    var index = 0
    while index < scratch.count {
      let byte = scratch[index]
      if byte < 0x80 {
        append(escaped: byte)
        index += 1
      } else {
        let length = scratch.utf8Length(at: index)
        if length == 0 {
          append("\u{fffd}" as StaticString)
          index += 1
        } else {
          for _ in 0..<length {
            append(byte: scratch[index])
            index += 1
          }
        }
      }
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func append(escaped byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"" as StaticString)
    case UInt8(ascii: "\\"): append("\\\\" as StaticString)
    case UInt8(ascii: "\n"): append("\\n" as StaticString)
    case UInt8(ascii: "\r"): append("\\r" as StaticString)
    case UInt8(ascii: "\t"): append("\\t" as StaticString)
    case 0..<0x20, 0x7f:
      append("\\u" as StaticString)
      append(hex: UInt64(byte), digits: 4)
    default: append(byte: byte)
    }
  }
}

extension [UInt8] {
  /// The length of the well-formed UTF-8 character of two bytes or more that begins at `index`, else 0
  /// (Unicode, table 3-7: no overlong form, no surrogate, nothing past U+10FFFF).
  fileprivate func utf8Length(at index: Int) -> Int {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xbf
    switch self[index] {
    case 0xc2...0xdf: length = 2
    case 0xe0: (length, second) = (3, 0xa0...0xbf)
    case 0xed: (length, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: length = 3
    case 0xf0: (length, second) = (4, 0x90...0xbf)
    case 0xf1...0xf3: length = 4
    case 0xf4: (length, second) = (4, 0x80...0x8f)
    default: return 0
    }
    guard count - index >= length, second.contains(self[index + 1]) else { return 0 }
    for place in 2..<Swift.max(2, length) where self[index + place] & 0xc0 != 0x80 { return 0 }
    return length
  }
}
