/// Cuts a configuration into lines of words. Any bytes are safe: what cannot be read is a fault, and the next line is
/// read all the same.
///
/// Words stand between spaces and tabs. `#` at a word's beginning starts a comment. "..." and '...' keep spaces
/// together; in the former `\"`, `\\` and `\$` are the character itself. `${NAME}` and `${NAME:-default}` come from the
/// environment, except in '...'; what they hold is never cut into words. `\` as a line's last character goes
/// on with the next line.
public struct ConfigurationScanner {
  public static let longestWord = 4096
  public static let mostWords = 256
  static let mostFaults = 1000

  private let text: [UInt8]
  private let variable: ([UInt8]) -> [UInt8]?
  private var place = 0
  private var line: UInt32 = 1
  private var lineStart = 0
  /// Where the line ends, without its line feed and the carriage return before that.
  private var lineEnd = 0
  /// Up to where columns were counted in this line, and the column there.
  private var counted: (place: Int, column: UInt32) = (0, 1)
  private var isFaulty = false
  private var words: [ConfigurationWord] = []
  public private(set) var faults: [FaultyText] = []

  /// - Parameter variable: a variable of the environment by its name; nil: it is not set
  public init(_ text: [UInt8], variable: @escaping ([UInt8]) -> [UInt8]?) {
    self.text = text
    self.variable = variable
    // What some editors put first, U+FEFF.
    if text.starts(with: [0xef, 0xbb, 0xbf]) { (place, lineStart) = (3, 3) }
  }

  /// The words of the next line that has some; nil at the end. Of a line with a fault there are none.
  public mutating func next() -> [ConfigurationWord]? {
    while place < text.count {
      words = []
      isFaulty = false
      readLine()
      endLine()
      if !isFaulty, !words.isEmpty { return words }
    }
    return nil
  }

  // MARK: Lines

  /// False: it cannot be read.
  private mutating func beginLine() -> Bool {
    lineStart = place
    lineEnd = place
    counted = (place, 1)
    while lineEnd < text.count, text[lineEnd] != 0x0a { lineEnd += 1 }
    if lineEnd > lineStart, text[lineEnd - 1] == 0x0d { lineEnd -= 1 }
    var index = lineStart
    while index < lineEnd {
      let length = text[index] < 0x80 ? 1 : text.utf8Length(at: index)
      guard length > 0, index + length <= lineEnd, !isControl(text[index]) else {
        fault(length == 1 ? .control : .notUTF8, text[index...index], at: index)
        return false
      }
      index += length
    }
    return true
  }

  private mutating func endLine() {
    place = lineEnd
    while place < text.count, text[place] != 0x0a { place += 1 }
    place += 1
    line += 1
  }

  private mutating func readLine() {
    guard beginLine() else { return }
    while true {
      while place < lineEnd, isBlank(text[place]) { place += 1 }
      guard place < lineEnd, text[place] != UInt8(ascii: "#") else { return }
      if isContinued {
        endLine()
        guard place < text.count, beginLine() else { return }
        continue
      }
      guard words.count < Self.mostWords else { return fault(.tooMany, [], at: place) }
      guard readWord() else { return }
    }
  }

  private var isContinued: Bool { text[place] == UInt8(ascii: "\\") && place + 1 == lineEnd }

  // MARK: Words

  /// False: the rest of the line cannot be read. Past any other fault it is, for its own faults.
  private mutating func readWord() -> Bool {
    var word = ConfigurationWord(bytes: [], line: line, column: column(of: place))
    let start = place
    while place < lineEnd, !isBlank(text[place]), !isContinued {
      switch text[place] {
      case UInt8(ascii: "'"): guard readLiteral(into: &word) else { return false }
      case UInt8(ascii: "\""): guard readQuoted(into: &word) else { return false }
      case UInt8(ascii: "$"): guard readVariable(into: &word) else { return false }
      default:
        word.bytes.append(text[place])
        place += 1
      }
    }
    if word.bytes.count > Self.longestWord { fault(.tooLong, word.bytes[...], at: start) }
    words.append(word)
    return true
  }

  private mutating func readLiteral(into word: inout ConfigurationWord) -> Bool {
    let start = place
    place += 1
    while place < lineEnd, text[place] != UInt8(ascii: "'") {
      word.bytes.append(text[place])
      place += 1
    }
    return closeQuote(from: start)
  }

  private mutating func readQuoted(into word: inout ConfigurationWord) -> Bool {
    let start = place
    place += 1
    while place < lineEnd, text[place] != UInt8(ascii: "\"") {
      switch text[place] {
      case UInt8(ascii: "$"): guard readVariable(into: &word) else { return false }
      case UInt8(ascii: "\\") where place + 1 < lineEnd && isEscapable(text[place + 1]):
        word.bytes.append(text[place + 1])
        place += 2
      default:
        word.bytes.append(text[place])
        place += 1
      }
    }
    return closeQuote(from: start)
  }

  private mutating func closeQuote(from start: Int) -> Bool {
    guard place < lineEnd else {
      fault(.unclosedQuote, text[start..<lineEnd], at: start)
      return false
    }
    place += 1
    return true
  }

  // MARK: Variables

  /// `${NAME}` or `${NAME:-default}`; the default also where the variable is empty, as in sh(1).
  private mutating func readVariable(into word: inout ConfigurationWord) -> Bool {
    let start = place
    guard place + 1 < lineEnd, text[place + 1] == UInt8(ascii: "{") else {
      fault(.bareDollar, text[start..<min(start + 32, lineEnd)], at: start)
      place += 1
      return true
    }
    guard let end = text[start..<lineEnd].firstIndex(of: UInt8(ascii: "}")) else {
      fault(.unclosedBrace, text[start..<lineEnd], at: start)
      return false
    }
    place = end + 1
    let inside = text[(start + 2)..<end]
    let name = inside.prefix(while: isNameByte)
    let rest = inside.dropFirst(name.count)
    let hasDefault = rest.begins(":-")
    guard let first = name.first, !isDigit(first), rest.isEmpty || hasDefault else {
      fault(.variableName, text[start...end], at: start)
      return true
    }
    let value = variable(Array(name))
    if hasDefault, value?.isEmpty ?? true {
      word.bytes += rest.dropFirst(2)
    } else if let value {
      // What is too long already is refused, and grows no more.
      if !isText(value) { fault(.variableValue, name, at: start) }
      if word.bytes.count <= Self.longestWord { word.bytes.append(copying: value) }
    } else {
      fault(.unset, name, at: start)
    }
    return true
  }

  private func isText(_ value: [UInt8]) -> Bool {
    var index = 0
    while index < value.count {
      let length = value[index] < 0x80 ? (isControl(value[index]) ? 0 : 1) : value.utf8Length(at: index)
      guard length > 0 else { return false }
      index += length
    }
    return true
  }

  // MARK: Bytes

  private func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 9 || byte == 0x7f }
  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 }

  private func isEscapable(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "$")
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private mutating func column(of index: Int) -> UInt32 {
    if index < counted.place { counted = (lineStart, 1) }
    while counted.place < min(index, text.count) {
      // Bytes 10xxxxxx go on with a character.
      if text[counted.place] & 0xc0 != 0x80 { counted.column += 1 }
      counted.place += 1
    }
    return counted.column
  }

  private mutating func fault(_ fault: ConfigurationFault, _ about: ArraySlice<UInt8>, at index: Int) {
    isFaulty = true
    guard faults.count < Self.mostFaults else { return }
    faults.append(
      FaultyText(fault: fault, text: Array(about.prefix(64)), line: line, column: column(of: index)))
  }
}
