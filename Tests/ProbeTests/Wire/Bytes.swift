@testable import Probe

/// What an `append(to:)` appends, as a String.
func text(_ append: (inout [UInt8]) -> Void) -> String {
  var bytes: [UInt8] = []
  append(&bytes)
  return String(decoding: bytes, as: UTF8.self)
}

/// Bytes written as hexadecimal digits; spaces are for the reader.
func bytes(_ hexadecimal: String) -> [UInt8] {
  var digits = hexadecimal.filter { $0 != " " && $0 != "\n" }[...]
  var bytes: [UInt8] = []
  while let byte = UInt8(digits.prefix(2), radix: 16) {
    bytes.append(byte)
    digits = digits.dropFirst(2)
  }
  precondition(digits.isEmpty, "not hexadecimal")
  return bytes
}

// `#expect` and `#require` cannot take an argument that is a Span: it does not escape.

extension NTPPacket {
  init?(_ bytes: [UInt8]) { self.init(bytes.span) }
}

extension Trailer {
  init?(_ datagram: [UInt8]) { self.init(datagram.span) }

  func value(ofType type: UInt16, in datagram: [UInt8]) -> Range<Int>? {
    value(ofType: type, in: datagram.span)
  }
}

extension IPAddress {
  init?(networkOrder bytes: [UInt8]) { self.init(networkOrder: bytes.span) }
}

extension ControlMessages {
  init(_ bytes: [UInt8]) { self.init(bytes.span) }
}
