extension [UInt8] {
  /// The length of the well-formed UTF-8 character of two bytes or more that begins at `index`, else 0
  /// (Unicode, table 3-7: no overlong form, no surrogate, nothing past U+10FFFF).
  func utf8Length(at index: Int) -> Int {
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
