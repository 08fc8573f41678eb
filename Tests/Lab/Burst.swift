import Foundation
import Testing

/// What `timeprobe --burst -f jsonl` wrote, sorted by kind.
struct Burst {
  let status: Int32
  let stderr: String
  let text: String
  let records: [JSONObject]

  init(_ outcome: Outcome) throws {
    status = outcome.status
    stderr = outcome.stderr
    text = outcome.stdout
    records = try Timeprobe.parse(lines: text)
  }

  init(lines: String) throws {
    (status, stderr, text) = (0, "", lines)
    records = try Timeprobe.parse(lines: lines)
  }

  func all(_ kind: String, of reference: String? = nil) -> [JSONObject] {
    records.filter { $0.kind == kind && (reference == nil || $0.string("reference") == reference) }
  }

  var samples: [JSONObject] { all("sample") }
  var losses: [JSONObject] { all("loss") }
  var reasons: [String] { losses.compactMap { $0.string("reason") } }

  /// Fifty queries in 100 ms, with a limit that holds on a machine that others keep busy as well.
  static let quick = ["-n", "50", "-i", "2ms", "-c", "100ms"]

  static func run(
    _ references: [String], _ options: [String] = quick, inside namespace: Namespace? = nil
  ) throws -> Burst {
    try ClockTurn.measuring {
      let arguments = ["--burst"] + references + options + ["-f", "jsonl"]
      return try Burst(Timeprobe.run(arguments, inside: namespace).outcome)
    }
  }

  /// The one object of `--json`.
  static func report(
    _ references: [String], _ options: [String] = quick, inside namespace: Namespace? = nil
  ) throws -> JSONObject {
    let run = try ClockTurn.measuring {
      try Timeprobe.run(["--burst"] + references + options + ["--json"], inside: namespace)
    }
    let objects = try run.records()
    guard objects.count == 1, let object = objects.first else {
      throw LabFailure("not one object: \(run.stdout)")
    }
    #expect(object.int("exit") == Int64(run.status))
    return object
  }
}

extension Burst {
  /// Each query of each reference ended in exactly one record, and no `seq` is missing.
  func expectComplete(sent: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(
      records.map { $0.int("seq") } == records.indices.map { Int64($0 + 1) }, sourceLocation: sourceLocation)
    for name in Set((samples + losses).compactMap { $0.string("reference") }) {
      let queries = (all("sample", of: name) + all("loss", of: name)).compactMap { $0.int("query") }.sorted()
      let expected = sent ?? queries.count
      #expect(queries == (0..<expected).map { Int64($0 + 1) }, "\(name)", sourceLocation: sourceLocation)
    }
  }

  /// All answered, with the kernel's stamps both ways.
  func expectAnswered(_ count: Int = 50, sourceLocation: SourceLocation = #_sourceLocation) {
    expectComplete(sent: count, sourceLocation: sourceLocation)
    #expect(losses.isEmpty, "\(reasons)", sourceLocation: sourceLocation)
    for name in Set(samples.compactMap { $0.string("reference") }) {
      #expect(all("sample", of: name).count == count, "\(name)", sourceLocation: sourceLocation)
    }
    let stamps = Set(samples.map { "\($0.string("tx") ?? "") \($0.string("rx") ?? "")" })
    #expect(stamps == ["kernel kernel"], sourceLocation: sourceLocation)
  }

  /// The bounds of every sample contain S - C, which is known to lie between `low` and `high` (ns).
  func expectTruth(
    _ low: Int64 = 0, _ high: Int64 = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for sample in samples {
      let bounds = (sample.int("bound_low_ns") ?? .max, sample.int("bound_high_ns") ?? .min)
      #expect(bounds.0 <= high && bounds.1 >= low, "\(sample.fields)", sourceLocation: sourceLocation)
    }
  }

  /// docs/records.schema.json, as python3-jsonschema reads it.
  func expectSchema(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try Schema.expect(text, sourceLocation: sourceLocation)
  }
}

enum Schema {
  static let validator = Tool.packageRoot.appendingPathComponent("Tests/ProbeTests/Record/validate.py").path

  static func expect(_ lines: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let outcome = try Child.run(["python3", validator], input: Array(lines.utf8))
    #expect(outcome.status == 0, "\(outcome.stderr.prefix(2000))", sourceLocation: sourceLocation)
  }
}
