import Testing

@testable import Probe

@Suite struct NearestWordTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("", "abc", 3), ("intervall", "interval", 1),
    ("quite", "quiet", 1), ("hlep", "help", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
  ])
  func edits(a: String, b: String, count: Int) {
    #expect(NearestWord.edits(from: Array(a.utf8), to: Array(b.utf8)) == count)
    #expect(NearestWord.edits(from: Array(b.utf8), to: Array(a.utf8)) == count)
  }

  @Test(arguments: [
    ("intervall", "interval"), ("inter", "interval"), ("i", nil), ("", nil), ("csv2", "csv"), ("xyz", nil),
    ("warn", "warning"), ("watning", "warning"), ("intreval", "interval"), ("jsonlll", nil),
    ("intervalintervalintervalintervalinterval", nil),
  ])
  func nearest(typed: String, word: String?) {
    let words: [StaticString] = ["interval", "csv", "warning", "interface"]
    #expect(NearestWord.of(Array(typed.utf8), among: words)?.text == word)
  }

  @Test func everyOptionWithOneLetterWrongIsFound() {
    let names = OptionTable.entries.compactMap { $0.name }
    for name in names {
      let word = Array(name.bytes)
      #expect(NearestWord.of(word + [0x78], among: names)?.text == name.text)
      guard word.count > 4 else { continue }
      #expect(NearestWord.of(Array(word.dropFirst()), among: names)?.text == name.text)
    }
  }
}
