/// Text of the kernel: bytes, because nobody promises that they are UTF-8, and because String costs the static
/// binary its Unicode tables.
public typealias ByteText = ArraySlice<UInt8>

extension StaticString {
  /// In UTF-8.
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }

  var ascii: [UInt8] { Array(bytes) }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension ArraySlice<UInt8> {
  @inline(never)
  func begins(_ text: StaticString, at place: Int = 0) -> Bool {
    guard count - place >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount
    where self[startIndex + place + offset] != text.utf8Start[offset] { return false }
    return true
  }

  @inline(never)
  func `is`(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && begins(text) }

  /// Where `text` begins first, counted from the front.
  @inline(never)
  func find(_ text: StaticString) -> Int? {
    var place = 0
    while count - place >= text.utf8CodeUnitCount {
      if begins(text, at: place) { return place }
      place += 1
    }
    return nil
  }

  @inline(never)
  func has(_ text: StaticString) -> Bool { find(text) != nil }

  @inline(never)
  func dropping(_ text: StaticString) -> ByteText? {
    begins(text) ? dropFirst(text.utf8CodeUnitCount) : nil
  }

  /// Up to the first line break or zero.
  @inline(never)
  var line: ByteText { prefix { $0 != 0x0a && $0 != 0 } }

  @inline(never)
  var trimmed: ByteText {
    var rest = self
    while let first = rest.first, first <= 0x20 { rest = rest.dropFirst() }
    while let last = rest.last, last <= 0x20 { rest = rest.dropLast() }
    return rest
  }

  /// The parts between `separator`, empty ones left out.
  @inline(never)
  func parts(_ separator: UInt8) -> [ByteText] {
    var parts: [ByteText] = []
    forEachPart(separator) { parts.append($0) }
    return parts
  }

  @inline(never)
  func forEachPart(_ separator: UInt8, _ body: (ByteText) -> Void) {
    var start = startIndex
    for place in startIndex...endIndex where place == endIndex || self[place] == separator {
      if place > start { body(self[start..<place]) }
      start = place + 1
    }
  }

  @inline(never)
  func forEachLine(_ body: (ByteText) -> Void) { forEachPart(0x0a, body) }

  /// A whole decimal number with or without a minus; nil where it is none or does not fit.
  @inline(never)
  var decimal: Int64? {
    let isNegative = first == UInt8(ascii: "-")
    let digits = isNegative ? dropFirst() : self
    guard !digits.isEmpty, digits.count <= 19 else { return nil }
    var value: Int64 = 0
    for byte in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
    }
    return isNegative ? -value : value
  }

  /// A whole hexadecimal number of at most 16 digits, without prefix.
  @inline(never)
  var hexadecimal: UInt64? {
    guard !isEmpty, count <= 16 else { return nil }
    var value: UInt64 = 0
    for byte in self {
      guard let digit = byte.hexadecimalDigit else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  /// What of it is printable ASCII, the rest as question marks, at most `most` characters: for evidence.
  @inline(never)
  func printable(_ most: Int = 64) -> String {
    String(
      decoding: prefix(most).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }
}

extension UInt8 {
  var hexadecimalDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
