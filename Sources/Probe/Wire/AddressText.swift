extension IPAddress {
  /// Dotted, or the canonical text of RFC 5952: lower case, no leading zeros, the first of the
  /// longest runs of two or more zero groups as `::`, IPv4-mapped with a dotted end; then `%` and
  /// the zone as a number (RFC 4007 section 11.2) where there is one.
  public func append(to text: inout [UInt8]) {
    if family == .v4 {
      Self.append(v4: UInt32(truncatingIfNeeded: low), to: &text)
      return
    }
    if let v4 {
      text.append(ascii: "::ffff:")
      Self.append(v4: v4, to: &text)
    } else {
      let zeros = longestZeroRun
      for index in 0..<8 where !zeros.contains(index) {
        if index == zeros.upperBound && !zeros.isEmpty {
          text.append(ascii: "::")
        } else if index > 0 {
          text.append(UInt8(ascii: ":"))
        }
        text.append(hexadecimal: UInt32(group(index)), digits: 1)
      }
      if zeros.upperBound == 8 && !zeros.isEmpty { text.append(ascii: "::") }
    }
    if zone != 0 {
      text.append(UInt8(ascii: "%"))
      text.append(decimal: zone)
    }
  }

  private static func append(v4: UInt32, to text: inout [UInt8]) {
    for shift: UInt32 in [24, 16, 8, 0] {
      text.append(decimal: v4 >> shift & 0xff)
      if shift > 0 { text.append(UInt8(ascii: ".")) }
    }
  }

  private func group(_ index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)))
  }

  /// RFC 5952 section 4.2: a single zero group is written out, and of equal runs the first is cut.
  private var longestZeroRun: Range<Int> {
    var longest = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || group(index) != 0 {
      if index - start > max(longest.count, 1) { longest = start..<index }
      start = index + 1
    }
    return longest
  }

  /// A numeric address and nothing else: no name, no zone, no space, no port. nil otherwise.
  public static func parse(_ text: Span<UInt8>) -> IPAddress? {
    var reader = TextReader(end: text.count)
    let address = reader.readV4(text).map { IPAddress(v4: $0) }
    if let address, reader.isAtEnd { return address }
    reader.offset = 0
    guard let address = reader.readV6(text), reader.isAtEnd else { return nil }
    return address
  }
}
