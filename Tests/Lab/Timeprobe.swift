import Foundation

/// The shipped binary, run as its users run it.
enum Timeprobe {
  /// $TIMEPROBE_BINARY, else dist/timeprobe below the package; nil where neither can be run.
  static let path: String? = {
    let named = ProcessInfo.processInfo.environment["TIMEPROBE_BINARY"]
    let path = named ?? Tool.packageRoot.appendingPathComponent("dist/timeprobe").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  /// One run, to its end.
  struct Run: Sendable {
    let outcome: Outcome
    var status: Int32 { outcome.status }
    var stdout: String { outcome.stdout }
    var stderr: String { outcome.stderr }
    var usage: Usage { outcome.usage }

    /// One object a line; throws at a line that is none, since nothing else may be on stdout.
    func records() throws -> [JSONObject] { try Timeprobe.parse(lines: stdout) }
  }

  static func command(_ arguments: [String], inside namespace: Namespace? = nil) throws -> [String] {
    guard let path else { throw LabFailure("no timeprobe binary: set TIMEPROBE_BINARY or run make static") }
    return namespace?.command([path] + arguments) ?? [path] + arguments
  }

  /// `timeprobe ARGUMENTS...`, as a rule with `--burst` first.
  static func run(
    _ arguments: [String], inside namespace: Namespace? = nil, environment: [String: String] = [:],
    deadline: Duration = .seconds(30)
  ) throws -> Run {
    let command = try command(arguments, inside: namespace)
    return Run(outcome: try Child.run(command, environment: environment, deadline: deadline))
  }

  /// For what runs until it is told to end: the service, `--serve`.
  static func start(
    _ arguments: [String], inside namespace: Namespace? = nil, environment: [String: String] = [:]
  ) throws -> Child {
    try Child(try command(arguments, inside: namespace), environment: environment)
  }

  static func parse(lines text: String) throws -> [JSONObject] {
    try text.split(separator: "\n").map { line in
      let value = try? JSONSerialization.jsonObject(with: Data(line.utf8))
      guard let fields = value as? [String: Any] else { throw LabFailure("no JSON object: \(line)") }
      return JSONObject(fields: fields)
    }
  }
}

/// A JSON object, read by type: `record.int("offset_ns")` is nil where the key is absent or something else.
struct JSONObject {
  let fields: [String: Any]

  func string(_ key: String) -> String? { fields[key] as? String }
  func int(_ key: String) -> Int64? { (fields[key] as? NSNumber)?.int64Value }
  func double(_ key: String) -> Double? { (fields[key] as? NSNumber)?.doubleValue }
  func object(_ key: String) -> JSONObject? { (fields[key] as? [String: Any]).map(JSONObject.init) }
  func array(_ key: String) -> [JSONObject]? {
    (fields[key] as? [[String: Any]])?.map { JSONObject(fields: $0) }
  }
  var kind: String? { string("kind") }
}
