extension ByteWriter {
  /// A word as the user typed it, in quotes: printable ASCII as it is, the rest as `\xNN`, so that no
  /// message moves a cursor or breaks a plugin's line; at most 60 bytes of it.
  @inline(never)
  mutating func append(quoted word: [UInt8]) {
    append(byte: UInt8(ascii: "'"))
    for byte in word.prefix(60) {
      if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "|") {
        append(byte: byte)
      } else {
        append("\\x" as StaticString)
        append(hex: UInt64(byte), digits: 2)
      }
    }
    append(word.count > 60 ? "...'" as StaticString : "'" as StaticString)
  }
}

@inline(never)
func quoted(_ word: [UInt8]) -> String { phrase("@", .word(word)) }
