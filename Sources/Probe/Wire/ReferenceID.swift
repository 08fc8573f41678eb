/// Where a server has its time from (RFC 5905 section 7.3, "Reference ID"). What the bits mean
/// depends on the stratum, so the text needs it too.
public struct ReferenceID: Hashable, Sendable {
  public var bits: UInt32

  public init(bits: UInt32) { self.bits = bits }

  /// Four ASCII characters, left justified and filled with zeros: "GPS" is `ReferenceID(ascii: "GPS")`.
  public init(ascii text: StaticString) {
    bits = text.withUTF8Buffer { buffer in
      var bits: UInt32 = 0
      for index in 0..<4 { bits = bits << 8 | (index < buffer.count ? UInt32(buffer[index]) : 0) }
      return bits
    }
  }

  /// Stratum 0 (a kiss code) and 1 (a kind of clock): the ASCII characters, without the zeros and
  /// spaces at the end; `0x` and eight hexadecimal digits where that is empty or unprintable.
  /// A quote or a backslash is printable: whoever writes JSON escapes it.
  ///
  /// Stratum 2 and above: dotted, as an IPv4 address. **It need not be one**: of an IPv6 server it
  /// is the first four bytes of the MD5 of its address, and many servers send something else.
  public func append(to text: inout [UInt8], stratum: UInt8) {
    guard stratum < 2 else {
      IPAddress(v4: bits).append(to: &text)
      return
    }
    let length = asciiLength
    guard length > 0 else {
      text.append(ascii: "0x")
      text.append(hexadecimal: bits, digits: 8)
      return
    }
    for index in 0..<length { text.append(byte(index)) }
  }

  /// How many characters there are before the filling; 0 if one of them is unprintable.
  var asciiLength: Int {
    var length = 4
    while length > 0, byte(length - 1) == 0 || byte(length - 1) == UInt8(ascii: " ") { length -= 1 }
    for index in 0..<length {
      guard (0x20...0x7e).contains(byte(index)) else { return 0 }
    }
    return length
  }

  private func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: bits >> UInt32(24 - 8 * index)) }
}
