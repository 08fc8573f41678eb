import Testing

@testable import Probe

@Suite struct OptionScannerTests {
  static let options = [
    ScannedOption(name: "alpha", letter: 0x61, takesValue: false),
    ScannedOption(name: "beta", letter: 0x62, takesValue: true),
    ScannedOption(name: "alphabet", letter: nil, takesValue: false),
    ScannedOption(name: nil, letter: 0x34, takesValue: false),
  ]

  static func scan(_ words: [String]) -> [OptionToken] {
    OptionScanner.scan(words.map { Array($0.utf8) }, options: options)
  }

  static func value(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(
    arguments: [
      ([], []),
      (["-a"], [.option(0, value: nil)]),
      (["--alpha"], [.option(0, value: nil)]),
      (["--alphabet"], [.option(2, value: nil)]),
      (["-a4"], [.option(0, value: nil), .option(3, value: nil)]),
      (["-abx"], [.option(0, value: nil), .option(1, value: value("x"))]),
      (["-b", "-a"], [.option(1, value: value("-a"))]),
      (["--beta=x=y"], [.option(1, value: value("x=y"))]),
      (["--beta="], [.option(1, value: value(""))]),
      (["--beta", "x", "y"], [.option(1, value: value("x")), .positional(value("y"))]),
      (["x", "-a", "y"], [.positional(value("x")), .option(0, value: nil), .positional(value("y"))]),
      (
        ["-a", "--", "-a", "--"],
        [.option(0, value: nil), .positional(value("-a")), .positional(value("--"))]
      ),
      (["-"], [.positional(value("-"))]),
      ([""], [.positional([])]),
      (["-b"], [.missingValue(1)]),
      (["--beta"], [.missingValue(1)]),
      (["--alpha=1"], [.unwantedValue(0)]),
      (["--gamma=1"], [.unknown(value("--gamma"), word: value("--gamma=1"))]),
      (["--alp"], [.unknown(value("--alp"), word: value("--alp"))]),
      (["--bet", "x"], [.unknown(value("--bet"), word: value("--bet"))]),
      (["-xa"], [.unknown(value("-x"), word: value("-xa")), .option(0, value: nil)]),
      (["-:"], [.unknown(value("-:"), word: value("-:"))]),
    ] as [([String], [OptionToken])])
  func tokens(words: [String], expected: [OptionToken]) {
    #expect(Self.scan(words) == expected)
  }

  @Test func anyByteIsALetter() {
    for byte in UInt8.min...UInt8.max where ![0, 0x2d, 0x61, 0x62, 0x34].contains(byte) {
      #expect(
        OptionScanner.scan([[0x2d, byte]], options: Self.options)
          == [.unknown([0x2d, byte], word: [0x2d, byte])])
    }
  }

  @Test func aWordEndsAtItsNUL() {
    #expect(OptionScanner.scan([[0x2d, 0x61, 0, 0x78]], options: Self.options) == [.option(0, value: nil)])
  }

  /// libc keeps its place in globals.
  @Test func scansOfManyThreadsDoNotMeet() async {
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<8 {
        group.addTask {
          let words = (0..<50).map { $0 % 2 == 0 ? "word\(index)" : "-a" }
          let expected = (0..<50).map { index2 -> OptionToken in
            index2 % 2 == 0 ? .positional(Self.value("word\(index)")) : .option(0, value: nil)
          }
          return (0..<200).allSatisfy { _ in Self.scan(words) == expected }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  /// Every letter and name once for each mode, names without dashes, values in capitals.
  @Test func theTableIsSound() {
    let names = OptionTable.entries.compactMap { $0.name?.text }
    let letters = OptionTable.entries.compactMap { $0.letter }
    #expect(Set(names).count == names.count)
    #expect(Set(letters).count == letters.count)
    #expect(names.allSatisfy { !$0.hasPrefix("-") && !$0.isEmpty })
    #expect(OptionTable.entries.allSatisfy { $0.name != nil || $0.letter != nil })
    for letter in ["w", "c", "n", "i", "d", "t", "I", "S", "p", "H", "4", "6", "o", "f", "q", "v", "h", "V"] {
      #expect(letters.contains(UInt8(ascii: Unicode.Scalar(letter)!)), "-\(letter)")
    }
  }
}
