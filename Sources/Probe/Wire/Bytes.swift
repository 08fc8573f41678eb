/// Numbers out of and into bytes. Reading outside of them stops the program: the caller has checked.
extension Span<UInt8> {
  /// In the byte order of this machine, as the kernel writes.
  @inline(__always)
  private func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: Number.Type)
    -> Number
  {
    precondition(offset >= 0 && offset <= count - MemoryLayout<Number>.size)
    return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
  }

  @inline(__always)
  func native16(at offset: Int) -> UInt16 { load(offset, as: UInt16.self) }

  @inline(__always)
  func native32(at offset: Int) -> UInt32 { load(offset, as: UInt32.self) }

  @inline(__always)
  func native64(at offset: Int) -> UInt64 { load(offset, as: UInt64.self) }

  @inline(__always)
  func bigEndian16(at offset: Int) -> UInt16 { UInt16(bigEndian: native16(at: offset)) }

  @inline(__always)
  func bigEndian32(at offset: Int) -> UInt32 { UInt32(bigEndian: native32(at: offset)) }

  @inline(__always)
  func bigEndian64(at offset: Int) -> UInt64 { UInt64(bigEndian: native64(at: offset)) }
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

extension [UInt8] {
  /// Room for `most` bytes more; `write` returns how many of them it filled.
  @inline(__always)
  mutating func append(atMost most: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    append(addingCapacity: most) { span in
      span.withUnsafeMutableBufferPointer { buffer, count in
        guard let base = buffer.baseAddress else { return }
        let filled = write(base + count)
        precondition(filled <= most)
        count += filled
      }
    }
  }

  /// In one piece: the embedded standard library's `append(contentsOf:)` takes byte by byte.
  mutating func append(copying other: [UInt8]) {
    other.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      append(atMost: source.count) { place in
        UnsafeMutableRawPointer(place).copyMemory(from: base, byteCount: source.count)
        return source.count
      }
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
