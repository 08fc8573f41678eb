import Foundation
import Testing

@testable import Probe

/// docs/records.schema.json as python3-jsonschema reads it, in a child process.
enum Validator {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  /// Under CI=true the tests run whatever is installed, so that what is missing fails them.
  static let canRun =
    ProcessInfo.processInfo.environment["CI"] == "true"
    || (try? python(["-c", "import jsonschema"], Data()))?.status == 0

  static func python(_ arguments: [String], _ input: Data) throws -> (status: Int32, errors: String) {
    let lines = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try input.write(to: lines)
    defer { try? FileManager.default.removeItem(at: lines) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardInput = try FileHandle(forReadingFrom: lines)
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let words = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: words, as: UTF8.self))
  }

  static func check(_ lines: [UInt8]) throws -> (status: Int32, errors: String) {
    try python([folder.appendingPathComponent("validate.py").path], Data(lines))
  }
}

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

  private static let sample = Fixture.text { $0.json(Fixture.sample(), Fixture.origin, Fixture.gps1) }

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
      let errors = result.errors.split(separator: "\n").filter { $0.hasPrefix("line \(number + 1): ") }
      #expect(errors.count >= 2, "line \(number + 1) was not refused")
      #expect(errors.dropFirst().contains { $0.contains(wrong.named) }, "\(errors)")
    }
  }

  @Test func newKeysAreAllowed() throws {
    let line = Self.sample.replacingOccurrences(of: #""query":17"#, with: #""query":17,"blind_ns":2"#)
    #expect(try Validator.check(Array(line.utf8)).status == 0)
  }

  @Test func lossNamesWhatItsReasonPromises() throws {
    let line = Fixture.text { $0.json(Fixture.loss(.sendFailed(101)), Fixture.origin, Fixture.gps1) }
    let without = line.replacingOccurrences(of: #""errno":101,"#, with: "")
    #expect(without != line)
    #expect(try Validator.check(Array(without.utf8)).status == 1)
  }
}

/// A stream as it was on the day it was last changed by intent: a difference is a change of the schema.
enum Golden {
  static let file = Validator.folder.appendingPathComponent("records.golden.jsonl")

  static var lines: [UInt8] {
    var writer = ByteWriter()
    let origin = Fixture.origin
    writer.json(Fixture.hello, origin)
    writer.json(Fixture.sample(), origin, Fixture.gps1)
    writer.json(
      Fixture.sample(Fixture.exchange(tx: .user, rx: .user), bound: .band, legs: false), origin, Fixture.gps1)
    writer.json(Fixture.sample(Fixture.exchange(step: 20000)), origin, Fixture.gps1)
    writer.json(Fixture.loss(.rejected, rejected: Fixture.twoChecks), origin, Fixture.gps1)
    writer.json(Fixture.loss(.icmp("port-unreachable")), origin, Fixture.gps1)
    writer.json(Fixture.loss(.sendFailed(101)), origin, Fixture.gps1)
    writer.json(Drop(header: Fixture.header(19), from: 20, to: 31), origin)
    writer.json(Fixture.report)
    return writer.bytes
  }
}

@Suite("Golden file")
struct GoldenTests {
  /// `TIMEPROBE_GOLDEN=write swift test` writes it anew.
  @Test func theStreamIsWhatItWas() throws {
    if ProcessInfo.processInfo.environment["TIMEPROBE_GOLDEN"] == "write" {
      try Data(Golden.lines).write(to: Golden.file)
    }
    let golden = String(decoding: try Data(contentsOf: Golden.file), as: UTF8.self)
    let now = String(decoding: Golden.lines, as: UTF8.self)
    let pairs = zip(golden.split(separator: "\n"), now.split(separator: "\n"))
    if let (before, after) = pairs.first(where: { $0 != $1 }) { #expect(before == after) }
    #expect(golden == now)
  }
}

@Suite("docs/records.md")
struct DocumentTests {
  /// An example on the page is a golden record, broken into lines.
  @Test func everyExampleIsAGoldenRecord() throws {
    let page = try String(
      contentsOf: Validator.root.appendingPathComponent("docs/records.md"), encoding: .utf8)
    let golden = Set(String(decoding: Golden.lines, as: UTF8.self).split(separator: "\n").map(String.init))
    let blocks = page.components(separatedBy: "```json\n").dropFirst()
    #expect(blocks.count == 5)
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
