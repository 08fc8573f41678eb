import Foundation
import Testing

@testable import Probe

@Suite("docs/records.md")
struct DocumentTests {
  /// An example on the page is a golden record, broken into lines.
  @Test func everyExampleIsAGoldenRecord() throws {
    let page = try String(
      contentsOf: Validator.root.appendingPathComponent("docs/records.md"), encoding: .utf8)
    let golden = Set(String(decoding: Golden.lines, as: UTF8.self).split(separator: "\n").map(String.init))
    let blocks = page.components(separatedBy: "```json\n").dropFirst()
    #expect(blocks.count == 11)
    for block in blocks {
      let lines = block.components(separatedBy: "\n```")[0].split(separator: "\n")
      let record = lines.map { $0.drop { $0 == " " } }.joined()
      #expect(golden.contains(record), "\(record)")
    }
    for line in [
      Fixture.text { $0.csvHeader() }, Fixture.text { $0.csv(Fixture.sample(), Fixture.gps1) },
    ] {
      #expect(page.contains("    " + line))
    }
    let rawstats = Fixture.text { $0.rawstats(Fixture.sample(), Fixture.gps1) }.dropLast()
    #expect(page.replacingOccurrences(of: "\n    ", with: " ").contains(rawstats))
  }

  /// Every key that a record can have is in the page.
  @Test func everyKeyOfTheSchemaIsDescribed() throws {
    let page = try String(
      contentsOf: Validator.root.appendingPathComponent("docs/records.md"), encoding: .utf8)
    let file = Validator.root.appendingPathComponent("docs/records.schema.json")
    let schema = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    var keys: Set<String> = []
    func collect(_ value: Any) {
      if let object = value as? [String: Any] {
        if let properties = object["properties"] as? [String: Any] { keys.formUnion(properties.keys) }
        for child in object.values { collect(child) }
      } else if let array = value as? [Any] {
        for child in array { collect(child) }
      }
    }
    collect(schema)
    #expect(keys.count > 80)
    for key in keys.sorted() {
      #expect(page.contains(try Regex("[`.]\(key)`")), "\(key)")
    }
  }
}
