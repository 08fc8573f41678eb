import Testing

@testable import Probe

@Suite struct ConfigurationScannerTests {
  static func scan(_ text: [UInt8]) -> (lines: [[ConfigurationWord]], faults: [FaultyText]) {
    var scanner = ConfigurationScanner(text) { name in
      switch String(decoding: name, as: UTF8.self) {
      case "HOSTNAME": Array("vm7".utf8)
      case "TWO_WORDS": Array("ams 1 # x".utf8)
      case "EMPTY": []
      case "BELL": [7]
      case "LATIN1": [0xe4]
      case "LONG": [UInt8](repeating: 0x78, count: 5000)
      default: nil
      }
    }
    var lines: [[ConfigurationWord]] = []
    while let words = scanner.next() { lines.append(words) }
    return (lines, scanner.faults)
  }

  static func words(_ text: String) -> [[String]] {
    scan(Array(text.utf8)).lines.map { $0.map { String(decoding: $0.bytes, as: UTF8.self) } }
  }

  @Test(
    arguments: [
      ("", []), ("\n\n", []), ("  # only a comment", []), ("a", [["a"]]),
      ("a b\tc  d", [["a", "b", "c", "d"]]),
      ("a\r\nb\r\n", [["a"], ["b"]]), ("\u{feff}a b", [["a", "b"]]), ("a # b", [["a"]]),
      ("a#b c", [["a#b", "c"]]),
      ("a \"b c\" d", [["a", "b c", "d"]]), ("a 'b \"c' d", [["a", "b \"c", "d"]]),
      ("a\"b c\"'d e'f", [["ab cd ef"]]),
      ("a \"\" b", [["a", "", "b"]]), ("a \"x\\\"y\\\\z\\$\"", [["a", "x\"y\\z$"]]),
      ("a \"x\\n\"", [["a", "x\\n"]]),
      ("a x\\y", [["a", "x\\y"]]), ("a \"# no comment\"", [["a", "# no comment"]]),
      ("a \\\n b \\\n  c\nd", [["a", "b", "c"], ["d"]]), ("a\\\nb", [["a", "b"]]),
      ("a \\\r\nb", [["a", "b"]]),
      ("a \\\n# comment\nb", [["a"], ["b"]]), ("# comment \\\nb", [["b"]]), ("a \\", [["a"]]),
      ("a \\\n", [["a"]]),
      ("probe ${HOSTNAME}", [["probe", "vm7"]]), ("p x-${HOSTNAME}.y", [["p", "x-vm7.y"]]),
      ("label site ${TWO_WORDS} b", [["label", "site", "ams 1 # x", "b"]]),
      ("p \"${HOSTNAME} x\" '${HOSTNAME}'", [["p", "vm7 x", "${HOSTNAME}"]]),
      ("p ${NOPE:-a b} ${EMPTY:-c} ${EMPTY} ${HOSTNAME:-d} ${NOPE:-}", [["p", "a b", "c", "", "vm7", ""]]),
      ("p ${NOPE:-a#$'\"}", [["p", "a#$'\""]]), ("ä ö", [["ä", "ö"]]),
    ] as [(String, [[String]])])
  func linesOfWords(text: String, words: [[String]]) {
    #expect(Self.words(text) == words)
    #expect(Self.scan(Array(text.utf8)).faults.isEmpty)
  }

  @Test func placesCountLinesAndCharacters() {
    let words = Self.scan(Array("\n  a ää \"b\" c\n\tü x \\\n y".utf8)).lines.flatMap { $0 }
    #expect(
      words.map { [$0.line, $0.column] } == [[2, 3], [2, 5], [2, 8], [2, 12], [3, 2], [3, 4], [4, 2]])
    #expect(Self.scan([0xef, 0xbb, 0xbf] + Array("a".utf8)).lines[0][0].column == 1)
  }

  struct Fault {
    var text: [UInt8]
    var fault: ConfigurationFault
    var about: String
    var line: UInt32 = 1
    var column: UInt32

    init(_ text: String, _ fault: ConfigurationFault, _ about: String, _ line: UInt32 = 1, _ column: UInt32) {
      (self.text, self.fault, self.about, self.line, self.column) = (
        Array(text.utf8), fault, about, line, column
      )
    }
  }

  static let faulty = [
    Fault("a \"b c", .unclosedQuote, "\"b c", 1, 3), Fault("\n a 'b", .unclosedQuote, "'b", 2, 4),
    Fault("a x\"b\\\"", .unclosedQuote, "\"b\\\"", 1, 4), Fault("a $HOME b", .bareDollar, "$HOME b", 1, 3),
    Fault("ü x$", .bareDollar, "$", 1, 4), Fault("a ${HOME b", .unclosedBrace, "${HOME b", 1, 3),
    Fault("a ${} b", .variableName, "${}", 1, 3), Fault("a ${1A}", .variableName, "${1A}", 1, 3),
    Fault("a ${A-b}", .variableName, "${A-b}", 1, 3), Fault("a ${A:=b}", .variableName, "${A:=b}", 1, 3),
    Fault("a \"ä${NOPE}\"", .unset, "NOPE", 1, 5), Fault("a ${BELL}", .variableValue, "BELL", 1, 3),
    Fault("a ${LATIN1}", .variableValue, "LATIN1", 1, 3), Fault("a b\u{1b}[31m", .control, "\u{1b}", 1, 4),
    Fault("a \\\nb\u{7f}", .control, "\u{7f}", 2, 2), Fault("a \\\n b ${NOPE}", .unset, "NOPE", 2, 4),
  ]

  @Test(arguments: faulty) func oneFault(fault: Fault) {
    let (lines, faults) = Self.scan(fault.text + Array("\nnext line".utf8))
    #expect(faults.map { $0.fault } == [fault.fault])
    #expect(faults.map { $0.text } == [Array(fault.about.utf8)])
    #expect(faults.map { [$0.line, $0.column] } == [[fault.line, fault.column]])
    #expect(lines.last?.map { $0.bytes } == [Array("next".utf8), Array("line".utf8)])
    #expect(lines.count == 1)
  }

  @Test func allFaultsOfALineAreTold() {
    let (lines, faults) = Self.scan(Array("a ${X} b ${Y} $z 'open\nb ${Z}".utf8))
    #expect(lines.isEmpty)
    #expect(faults.map { $0.fault } == [.unset, .unset, .bareDollar, .unclosedQuote, .unset])
    #expect(faults.map { $0.column } == [3, 10, 15, 18, 3])
  }

  @Test(
    arguments: [
      ([0x61, 0x20, 0x80], 3), ([0xc3], 1), ([0xc3, 0xa4, 0xc3, 0x0a], 2), ([0xed, 0xa0, 0x80], 1),
      ([0xc0, 0xaf], 1), ([0xf4, 0x90, 0x80, 0x80], 1), ([0x61, 0xe2, 0x82], 2),
    ] as [([UInt8], UInt32)])
  func notUTF8(bytes: [UInt8], column: UInt32) {
    let (lines, faults) = Self.scan(bytes + Array("\nb c".utf8))
    #expect(faults.map { $0.fault } == [.notUTF8])
    #expect(faults.first?.column == column)
    #expect(lines.count == 1)
  }

  @Test func bounds() {
    let long = [UInt8](repeating: 0x61, count: ConfigurationScanner.longestWord)
    #expect(Self.scan(long).faults.isEmpty)
    #expect(Self.scan(long + [0x61]).faults.map { $0.fault } == [.tooLong])
    #expect(Self.scan(Array("a ${LONG}${LONG}${LONG}".utf8)).faults.map { $0.fault } == [.tooLong])
    let many = (0..<ConfigurationScanner.mostWords).map { _ in "a" }.joined(separator: " ")
    #expect(Self.scan(Array(many.utf8)).lines[0].count == ConfigurationScanner.mostWords)
    #expect(Self.scan(Array((many + " b").utf8)).faults.map { $0.fault } == [.tooMany])
    let lines = String(repeating: "${X}\n", count: 5000)
    #expect(Self.scan(Array(lines.utf8)).faults.count == ConfigurationScanner.mostFaults)
  }

  /// Any bytes: an end, and each word within its bounds and at a place in the text.
  @Test func anyBytesAreSafe() {
    var random = SystemRandomNumberGenerator()
    let pieces = [
      "a", " ", "\n", "\"", "'", "\\", "$", "${", "}", "HOSTNAME", ":-", "#", "\t", "\r", "ä", "\u{1}",
    ]
    for _ in 0..<5000 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        if Int.random(in: 0..<8, using: &random) == 0 {
          text.append(UInt8.random(in: 0...255, using: &random))
        } else {
          text += Array(pieces.randomElement(using: &random)!.utf8)
        }
      }
      let (lines, faults) = Self.scan(text)
      let count = UInt32(text.split(separator: 10, omittingEmptySubsequences: false).count)
      let places = lines.flatMap { $0.map { ($0.line, $0.column) } } + faults.map { ($0.line, $0.column) }
      for (line, column) in places {
        #expect((1...count).contains(line) && (1...UInt32(text.count)).contains(column), "\(text)")
      }
    }
  }
}
