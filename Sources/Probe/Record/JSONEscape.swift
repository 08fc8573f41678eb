/// RFC 8259 section 7.
extension ByteWriter {
  /// Makes what was written from `start` on the inside of a JSON string: quote, backslash and control
  /// characters are escaped, and each byte that is of no UTF-8 character becomes U+FFFD. Most texts need none of
  /// that and stay where they are.
  mutating func escapeJSON(from start: Int) {
    let from = Swift.max(0, start)
    let place = bytes.withUnsafeBufferPointer { bytes in
      var place = from
      while place < bytes.count, Self.isPlain(bytes[place]) { place += 1 }
      return place
    }
    if place < count { escape(from: place) }
  }

  @inline(never)
  private mutating func escape(from place: Int) {
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

  @inline(__always)
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
