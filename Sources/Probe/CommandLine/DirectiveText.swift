/// Settings as lines of configuration that give the same settings again, at most 80 columns wide; behind each in a
/// comment where it came from.
struct DirectiveText {
  private(set) var text = ByteWriter(capacity: 8192)
  let sources: [ConfigurationSource]
  /// Of the directive that is being written.
  private var words: [[UInt8]] = []
  private var defaults = ByteWriter(capacity: 64)

  static let width = 80
  static let indent = 16
  static let comment = 44

  init(_ sources: [ConfigurationSource]) { self.sources = sources }

  mutating func add(_ word: StaticString) { words.append(word.ascii) }
  mutating func add(_ word: [UInt8]) { words.append(Self.quoted(word)) }
  mutating func add(_ word: String) { add(Array(word.utf8)) }

  /// An option with its value; `isGiven` false: its default.
  mutating func add(_ option: StaticString, _ value: [UInt8], isGiven: Bool = true) {
    // They stay on one line.
    words.append(option.ascii + [0x20] + Self.quoted(value))
    guard !isGiven else { return }
    defaults.append(byte: 0x20)
    defaults.append(option)
  }

  mutating func add(_ option: StaticString, _ value: String, isGiven: Bool = true) {
    add(option, Array(value.utf8), isGiven: isGiven)
  }

  /// The line of what was added.
  mutating func finish(_ directive: Directive, _ from: Provenance) {
    let start = text.count
    text.append(directive.name)
    text.pad(times: Self.indent - directive.name.utf8CodeUnitCount)
    var column = Self.indent
    for (index, word) in words.enumerated() {
      // Behind all but the last word there has to be room for " \".
      let room = Self.width - (index + 1 < words.count ? 2 : 0)
      if column > Self.indent {
        if column + 1 + word.count > room {
          text.append(" \\\n" as StaticString)
          text.pad(times: Self.indent)
          column = Self.indent
        } else {
          text.append(byte: 0x20)
          column += 1
        }
      }
      text.append(word)
      column += word.count
    }
    append(from, behind: column, isOneLine: text.count - start == column)
    words.removeAll(keepingCapacity: true)
    defaults.removeAll()
  }

  private mutating func append(_ from: Provenance, behind column: Int, isOneLine: Bool) {
    var comment = ByteWriter(capacity: 96)
    comment.append("# " as StaticString)
    comment.append(from, in: sources)
    if defaults.count > 0, from != .standard {
      comment.append("; default:" as StaticString)
      comment.append(defaults.bytes)
    }
    let start = max(Self.comment, column + 2)
    if isOneLine, start + comment.count <= Self.width {
      text.pad(times: start - column)
    } else {
      text.append(byte: 0x0a)
      text.pad(times: max(0, min(Self.indent, Self.width - comment.count)))
    }
    text.append(comment.bytes)
    text.append(byte: 0x0a)
  }

  /// The word so that the scanner reads it back.
  static func quoted(_ word: [UInt8]) -> [UInt8] {
    let special: (UInt8) -> Bool = { byte in
      byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\")
        || byte == UInt8(ascii: "$")
    }
    guard word.isEmpty || word[0] == UInt8(ascii: "#") || word.contains(where: special) else { return word }
    var text: [UInt8] = [UInt8(ascii: "\"")]
    for byte in word {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "$") {
        text.append(UInt8(ascii: "\\"))
      }
      text.append(byte)
    }
    text.append(UInt8(ascii: "\""))
    return text
  }
}
