/// Lines of at most 80 columns: a label of nine, then text that is wrapped at spaces under itself.
struct Page {
  static let width = 80
  static let indent = 9

  private(set) var text: ByteWriter
  private(set) var lines = 0

  init() { text = ByteWriter(capacity: 4096) }

  /// What does not fit into `most` lines is cut, and "..." says so. `colour`: of the label, an SGR parameter.
  @inline(never)
  mutating func append(
    _ label: StaticString, _ words: ByteWriter, atMost most: Int = 2, colour: StaticString? = nil
  ) {
    if let colour {
      text.append("\u{1b}[" as StaticString)
      text.append(colour)
      text.append(byte: UInt8(ascii: "m"))
    }
    text.append(label)
    if colour != nil { text.append("\u{1b}[0m" as StaticString) }
    text.pad(times: Self.indent - label.utf8CodeUnitCount)
    let pieces = Self.wrap(words.bytes[...], columns: Self.width - Self.indent, atMost: most)
    for (index, piece) in pieces.enumerated() {
      if index > 0 { text.pad(times: Self.indent) }
      finish(Array(piece))
    }
  }

  /// A line as it stands.
  @inline(never)
  mutating func append(line words: ByteWriter) { finish(words.bytes) }

  /// Wrapped from the first column on.
  @inline(never)
  mutating func append(heading words: ByteWriter, atMost most: Int = 2) {
    let pieces = Self.wrap(words.bytes[...], columns: Self.width, atMost: most)
    for piece in pieces { finish(Array(piece)) }
  }

  private mutating func finish(_ line: [UInt8]) {
    text.append(line)
    while text.bytes.last == 0x20 { text.truncate(to: text.count - 1) }
    text.append(byte: 0x0a)
    lines += 1
  }

  /// At least one piece; none longer than `columns`.
  @inline(never)
  static func wrap(_ words: ArraySlice<UInt8>, columns: Int, atMost most: Int) -> [[UInt8]] {
    var rest = words
    var pieces: [[UInt8]] = []
    while rest.count > columns, pieces.count < most - 1 {
      let line = rest.prefix(columns + 1)
      // A word longer than a line, or nearly, is broken where the line ends.
      let space = line.lastIndex(of: 0x20).flatMap { $0 - line.startIndex > columns / 2 ? $0 : nil }
      pieces.append(Array(line[..<(space ?? line.startIndex + columns)]))
      rest = rest[(space.map { $0 + 1 } ?? line.startIndex + columns)...]
    }
    if rest.count > columns {
      pieces.append(Array(rest.prefix(columns - 3)) + [0x2e, 0x2e, 0x2e])
    } else {
      pieces.append(Array(rest))
    }
    return pieces
  }
}
