/// Numbers out of and into bytes. The caller has checked that the bytes are there.
extension Span<UInt8> {
  @inline(__always)
  func bigEndian16(at offset: Int) -> UInt16 {
    UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }

  @inline(__always)
  func bigEndian32(at offset: Int) -> UInt32 {
    UInt32(bigEndian16(at: offset)) << 16 | UInt32(bigEndian16(at: offset + 2))
  }

  @inline(__always)
  func bigEndian64(at offset: Int) -> UInt64 {
    UInt64(bigEndian32(at: offset)) << 32 | UInt64(bigEndian32(at: offset + 4))
  }

  /// In the byte order of this machine, as the kernel writes. `.bigEndian` swaps where this machine
  /// is little-endian, and so undoes the order in which the bytes were put together.
  @inline(__always)
  func native16(at offset: Int) -> UInt16 { bigEndian16(at: offset).bigEndian }

  @inline(__always)
  func native32(at offset: Int) -> UInt32 { bigEndian32(at: offset).bigEndian }

  @inline(__always)
  func native64(at offset: Int) -> UInt64 { bigEndian64(at: offset).bigEndian }
}

extension MutableSpan<UInt8> {
  @inline(__always)
  mutating func store(bigEndian value: UInt32, at offset: Int) {
    for index in 0..<4 {
      self[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))
    }
  }

  @inline(__always)
  mutating func store(bigEndian value: UInt64, at offset: Int) {
    for index in 0..<8 {
      self[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * index))
    }
  }
}

/// ASCII without Foundation and without String, which costs the static binary its Unicode tables.
extension [UInt8] {
  mutating func append(ascii text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  mutating func append(decimal value: UInt32) {
    if value >= 10 { append(decimal: value / 10) }
    append(UInt8(ascii: "0") + UInt8(value % 10))
  }

  /// Lower-case digits, at least `digits` of them.
  mutating func append(hexadecimal value: UInt32, digits: Int) {
    if digits > 1 || value >= 16 { append(hexadecimal: value >> 4, digits: digits - 1) }
    let digit = UInt8(value & 15)
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
  }
}
