/// Reads the parts of an address from text, strictly: what is not in the grammar is refused, so that
/// no two programs read two addresses from one text. A reader that returned nil has lost its place.
struct TextReader {
  var offset = 0
  var end: Int

  var isAtEnd: Bool { offset == end }

  mutating func skip(_ character: Unicode.Scalar, in text: Span<UInt8>) -> Bool {
    guard offset < end, text[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  /// Decimal digits without a leading zero, at most `limit`.
  mutating func readDecimal(_ text: Span<UInt8>, upTo limit: UInt32) -> UInt32? {
    let start = offset
    var value: UInt32 = 0
    while offset < end, case let digit = text[offset] &- UInt8(ascii: "0"), digit < 10 {
      // `value` is at most `limit` here, and no limit is above 65535.
      value = value * 10 + UInt32(digit)
      guard value <= limit, offset == start || text[start] != UInt8(ascii: "0") else { return nil }
      offset += 1
    }
    return offset > start ? value : nil
  }

  /// Four numbers of 0...255. No octal, no hexadecimal, no short form (RFC 6943 section 3.1.1 tells why).
  mutating func readV4(_ text: Span<UInt8>) -> UInt32? {
    var address: UInt32 = 0
    for index in 0..<4 {
      if index > 0 { guard skip(".", in: text) else { return nil } }
      guard let part = readDecimal(text, upTo: 255) else { return nil }
      address = address << 8 | part
    }
    return address
  }

  /// RFC 4291 section 2.2: eight groups; `::` once for one or more of them; the last two may be dotted.
  mutating func readV6(_ text: Span<UInt8>) -> IPAddress? {
    var groups = InlineArray<8, UInt16>(repeating: 0)
    var count = 0
    /// How many groups stand before the `::`.
    var cut: Int?
    if beginsCut(text) {
      cut = 0
      offset += 2
    }
    while count < 8, hexadecimalDigit(text) != nil {
      let start = offset
      guard let group = readGroup(text) else { return nil }
      if offset < end, text[offset] == UInt8(ascii: ".") {
        offset = start
        guard count <= 6, let v4 = readV4(text) else { return nil }
        groups[count] = UInt16(truncatingIfNeeded: v4 >> 16)
        groups[count + 1] = UInt16(truncatingIfNeeded: v4)
        count += 2
        break
      }
      groups[count] = group
      count += 1
      if beginsCut(text) {
        guard cut == nil else { return nil }
        cut = count
        offset += 2
      } else if count < 8, skip(":", in: text) {
        guard hexadecimalDigit(text) != nil else { return nil }
      } else {
        break
      }
    }
    guard cut == nil ? count == 8 : count < 8 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for index in 0..<count {
      let place = index < cut ?? 8 ? index : index + 8 - count
      let bits = UInt64(groups[index]) << UInt64(48 - 16 * (place & 3))
      if place < 4 { high |= bits } else { low |= bits }
    }
    return IPAddress(v6: high, low)
  }

  private func beginsCut(_ text: Span<UInt8>) -> Bool {
    offset + 1 < end && text[offset] == UInt8(ascii: ":") && text[offset + 1] == UInt8(ascii: ":")
  }

  /// One to four hexadecimal digits.
  private mutating func readGroup(_ text: Span<UInt8>) -> UInt16? {
    let start = offset
    var value: UInt16 = 0
    while let digit = hexadecimalDigit(text) {
      guard offset - start < 4 else { return nil }
      value = value << 4 | UInt16(digit)
      offset += 1
    }
    return offset > start ? value : nil
  }

  private func hexadecimalDigit(_ text: Span<UInt8>) -> UInt8? {
    guard offset < end else { return nil }
    let character = text[offset]
    return switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
