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
