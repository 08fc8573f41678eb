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
    #expect(blocks.count == 13)
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
    let drop = StreamDrop(.spool, stream: 0, run: RunName(high: 1, low: 2), from: 20, to: 31, count: 4)
    let dropped = Fixture.text {
      $0.json(drop, stream: Array("jsonl tcp://vector:9000".utf8), Fixture.header(21), Fixture.origin)
    }
    let stepped = Fixture.text {
      $0.json(EventRecord(header: Fixture.header(18), event: Fixture.event), Fixture.origin)
    }
    let (one, other) = (Array(dropped.utf8.dropLast()), Array(stepped.utf8.dropLast()))
    let (first, second) = (StreamLines.read(one), StreamLines.read(other))
    var (influx, syslog, lines) = (InfluxLine(), SyslogLine(facility: 3), (ByteWriter(), ByteWriter()))
    _ = influx.write(first, one.span, to: &lines.0)
    _ = syslog.write(second, other.span, to: &lines.1)
    #expect(page.contains("    " + String(decoding: lines.0.bytes, as: UTF8.self)))
    #expect(page.contains("    " + String(decoding: lines.1.bytes, as: UTF8.self) + "\n"))
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
