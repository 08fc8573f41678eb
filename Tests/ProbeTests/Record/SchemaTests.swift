import Foundation
import Testing

@testable import Probe

@Suite("JSON Schema", .enabled(if: Validator.canRun, "python3-jsonschema is not installed"))
struct SchemaTests {
  @Test func everyRecordKeepsToTheSchema() throws {
    var any = AnyRecord(seed: 7)
    var writer = ByteWriter()
    for _ in 0..<100 { any.write(to: &writer) }
    writer.append(Golden.lines)
    let result = try Validator.check(writer.bytes)
    #expect(result.status == 0, "\(result.errors.prefix(2000))")
  }

  private static let sample = Fixture.text {
    $0.json(Fixture.sample(), Fixture.origin, Fixture.gps1)
  }

  /// The valid sample with one thing wrong, and what the error must name.
  private static let wrong: [(part: String, wrong: String, named: String)] = [
    (#""t1":"1795227845.838933792""#, #""t1":1795227845.838933792"#, "t1"),
    (#""t1":"1795227845.838933792""#, #""t1":"1795227845.838933""#, "t1"),
    (#""offset_ns":-712"#, #""offset_ns":-712.0"#, "offset_ns"),
    (#""offset_ns":-712"#, #""offset_ns":"-712""#, "offset_ns"),
    (#""offset_ns":-712"#, #""offset":-712"#, "offset_ns"),
    (#""offset_ns":-712"#, #""offset_ns":NaN"#, "NaN"),
    (#""offset_ns":-712"#, #""offset_ns":-712,"offset_ns":1"#, "2 times"),
    (#""kind":"sample""#, #""kind":"simple""#, "simple"),
    (#""seq":17"#, #""seq":0"#, "seq"),
    (#""9c1f03a7"#, #""9C1f03a7"#, "run"),
    (#""schema":"timeprobe/1","#, "", "schema"),
    (#""tx":"kernel""#, #""tx":"user""#, "stages_ns"),
    (#""local_rx":3890"#, #""local_xx":3890"#, "stages_ns"),
    (#""query":17"#, #""query":17,"torn":true"#, "torn"),
    (#""query":17"#, #""query":17,"reset":"leap""#, "reset"),
    ("2026-11-21T02", "2026-11-21 02", "time"),
    ("}}\n", "}}", "no end"),
  ]

  @Test func theSchemaRefuses() throws {
    var lines = ""
    for (part, wrong, _) in Self.wrong {
      #expect(Self.sample.contains(part))
      lines += Self.sample.replacingOccurrences(of: part, with: wrong)
    }
    let result = try Validator.check(Array(lines.utf8))
    #expect(result.status == 1)
    for (number, wrong) in Self.wrong.enumerated() {
      let errors = result.errors.split(separator: "\n").filter {
        $0.hasPrefix("line \(number + 1): ")
      }
      #expect(errors.count >= 2, "line \(number + 1) was not refused")
      #expect(errors.dropFirst().contains { $0.contains(wrong.named) }, "\(errors)")
    }
  }

  @Test func newKeysAreAllowed() throws {
    let line = Self.sample.replacingOccurrences(
      of: #""query":17"#, with: #""query":17,"blind_ns":2"#)
    #expect(try Validator.check(Array(line.utf8)).status == 0)
  }

  @Test func lossNamesWhatItsReasonPromises() throws {
    let line = Fixture.text {
      $0.json(Fixture.loss(.sendFailed(101)), Fixture.origin, Fixture.gps1)
    }
    let without = line.replacingOccurrences(of: #""errno":101,"#, with: "")
    #expect(without != line)
    #expect(try Validator.check(Array(without.utf8)).status == 1)
  }

  /// A check that is new has to be in the schema and on the page.
  @Test func everyCheckIsNamed() throws {
    let docs = Validator.root.appendingPathComponent("docs")
    let schema = try String(
      contentsOf: docs.appendingPathComponent("records.schema.json"), encoding: .utf8)
    let page = try String(contentsOf: docs.appendingPathComponent("records.md"), encoding: .utf8)
    for check in PacketCheck.allCases {
      #expect(schema.contains("\"\(check.name)\""))
      #expect(page.contains("`\(check.name)`"))
    }
    for reason in Band.Reason.allCases {
      #expect(schema.contains("\"\(reason.name)\""))
      #expect(page.contains("`\(reason.name)`"))
    }
  }
}
