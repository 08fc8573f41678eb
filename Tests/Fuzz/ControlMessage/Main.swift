import FuzzDriver
import Probe

/// Bytes as from the kernel, but damaged in every way.
@main
enum FuzzControlMessage {
  static func main() {
    let status = fuzz { bytes in
      let messages = ControlMessages(bytes)
      check(messages)
      if !messages.malformed { checkExtended(bytes, messages) }
    }
    require(status == 0)
  }

  static func check(_ messages: ControlMessages) {
    if let stamp = messages.software { require(stamp.nanoseconds > 0) }
    if let stamp = messages.hardware { require(stamp.nanoseconds > 0) }
    if let error = messages.error {
      let isICMP = error.origin == ExtendedError.Origin.icmp || error.origin == ExtendedError.Origin.icmp6
      require((error.icmpName != nil) == isICMP)
      require(!(isICMP && error.isTransmitStamp))
    }
  }

  /// A message more that nobody knows changes nothing; a header cut short behind it is seen.
  static func checkExtended(_ bytes: Span<UInt8>, _ messages: ControlMessages) {
    var longer: [UInt8] = []
    for index in 0..<bytes.count { longer.append(bytes[index]) }
    while longer.count % 8 != 0 { longer.append(0) }
    withUnsafeBytes(of: UInt64(17)) { longer.append(contentsOf: $0) }
    longer.append(contentsOf: [UInt8](repeating: 0xff, count: 9))
    require(ControlMessages(longer.span) == messages)
    longer.append(contentsOf: [UInt8](repeating: 0, count: 8))
    var expected = messages
    expected.malformed = true
    require(ControlMessages(longer.span) == expected)
  }
}
