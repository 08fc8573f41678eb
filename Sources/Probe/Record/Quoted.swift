/// A word as the user typed it, in quotes: printable ASCII as it is, the rest as `\xNN`, so that no
/// message moves a cursor or breaks a plugin's line; at most 60 bytes of it.
func quoted(_ word: [UInt8]) -> String {
  var text = ByteWriter(capacity: 80)
  text.append(byte: UInt8(ascii: "'"))
  for byte in word.prefix(60) {
    if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "|") {
      text.append(byte: byte)
    } else {
      text.append("\\x" as StaticString)
      text.append(hex: UInt64(byte), digits: 2)
    }
  }
  text.append(word.count > 60 ? "...'" as StaticString : "'" as StaticString)
  return String(decoding: text.bytes, as: UTF8.self)
}
