import Foundation
import Testing

/// `timeprobe`, the service, with a configuration in a folder of its own. Killed, and its folder removed, with the object.
final class Service {
  let folder: URL
  private(set) var child: Child
  let namespace: Namespace?
  private let environment: [String: String]
  private let start: ([String]) throws -> Child

  var file: String { path("c.conf") }
  var control: String { path("control") }

  /// - Parameters:
  ///   - lines: of the configuration; FOLDER in them is this service's own
  ///   - wrap: of the command line, to run it with other rights
  init(
    _ lines: [String], inside namespace: Namespace? = nil, environment: [String: String] = [:],
    wrap: @escaping ([String]) -> [String] = { $0 }
  ) throws {
    folder = try Scratch.makeFolder()
    self.namespace = namespace
    self.environment = environment
    start = { arguments in
      let command = wrap(try Timeprobe.command(arguments))
      return try Child(namespace?.command(command) ?? command, environment: environment)
    }
    let file = folder.appendingPathComponent("c.conf")
    try Self.text(lines, folder).write(to: file, atomically: true, encoding: .utf8)
    child = try start(["--config", file.path])
  }

  deinit {
    child.kill()
    try? FileManager.default.removeItem(at: folder)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private static func text(_ lines: [String], _ folder: URL) -> String {
    let usual = ["probe lab", "critical 100ms", "control FOLDER/control", "spool FOLDER/spool"].filter {
      line in
      !lines.contains { $0.hasPrefix(line.prefix { $0 != " " } + " ") }
    }
    return (usual + lines).joined(separator: "\n").replacingOccurrences(of: "FOLDER", with: folder.path)
      + "\n"
  }

  func write(_ lines: [String]) throws {
    try Self.text(lines, folder).write(toFile: file, atomically: true, encoding: .utf8)
  }

  /// Writes another configuration and has it read, until the service has said what it makes of it.
  func reload(_ lines: [String], says word: String = "was read anew") throws {
    let before = child.stderr.count
    try write(lines)
    child.signal(SIGHUP)
    try eventually("it says \(word): \(child.stderr)", within: .seconds(20)) {
      child.stderr.dropFirst(before).contains(word)
    }
  }

  /// Another one in the same folder, after this one's end.
  func restart() throws { child = try start(["--config", file]) }

  func ask(_ words: [String]) throws -> Timeprobe.Run {
    try Timeprobe.run(words + ["--config", file], inside: namespace)
  }

  func status() throws -> JSONObject {
    let run = try ask(["--status", "--json"])
    guard run.status == 0, let object = try run.records().first else {
      throw LabFailure("no status: \(run.stderr)")
    }
    return object
  }

  /// Whole lines of a file of records.
  func records(_ name: String = "out.jsonl") throws -> [JSONObject] {
    try Timeprobe.parse(lines: Service.wholeLines(path(name)))
  }

  /// - Parameter place: in bytes
  static func wholeLines(_ path: String, from place: Int = 0) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else { return "" }
    defer { try? file.close() }
    try? file.seek(toOffset: UInt64(place))
    guard let data = try? file.readToEnd(), let end = data.lastIndex(of: 0x0a) else { return "" }
    return String(decoding: data[...end], as: UTF8.self)
  }

  /// Until `count` more samples of this reference are in the file.
  func waitForSamples(
    _ count: Int, of reference: String = "a", in name: String = "out.jsonl",
    within limit: Duration = .seconds(30)
  ) throws {
    let word = "\"reference\":\"\(reference)\""
    // Only what comes from now on is read, and only once.
    var place = Service.wholeLines(path(name)).utf8.count
    var have = 0
    try eventually(
      "\(count) samples of \(reference): \(child.stderr)", within: limit, every: .milliseconds(20)
    ) {
      guard child.isRunning else { throw LabFailure("the service ended: \(child.stderr)") }
      let lines = Service.wholeLines(path(name), from: place)
      place += lines.utf8.count
      have += lines.split(separator: "\n").count { $0.contains(#""kind":"sample""#) && $0.contains(word) }
      return have >= count
    }
  }

  func waitForLog(_ words: String) throws {
    try eventually("\(words): \(child.stderr)", within: .seconds(30)) {
      guard child.isRunning else { throw LabFailure("the service ended: \(child.stderr)") }
      return child.stderr.contains(words)
    }
  }

  /// SIGTERM, and its end, which must be 0.
  @discardableResult
  func stop(sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
    child.signal(SIGTERM)
    let outcome = try child.wait(.seconds(20))
    #expect(outcome.status == 0, "\(outcome.stderr)", sourceLocation: sourceLocation)
    return outcome
  }
}

/// What a stream of all kinds wrote.
struct ServiceRecords {
  let all: [JSONObject]

  /// seq counts from 1 without a gap, and so do the queries of each reference: each ended in exactly one record.
  func expectWhole(sourceLocation: SourceLocation = #_sourceLocation) {
    let seqs = all.compactMap { $0.int("seq") }
    let expected = Array(1...Int64(max(seqs.count, 1)))
    #expect(seqs == expected, "\(seqs.count) records", sourceLocation: sourceLocation)
    for name in names {
      let queries = queries(of: name).compactMap { $0.int("query") }.sorted()
      let expected = Array(1...Int64(max(queries.count, 1)))
      #expect(queries == expected, "\(name)", sourceLocation: sourceLocation)
    }
  }

  var names: Set<String> { Set(all.filter { Self.isQuery($0) }.compactMap { $0.string("reference") }) }

  func queries(of name: String) -> [JSONObject] {
    all.filter { Self.isQuery($0) && $0.string("reference") == name }
  }

  private static func isQuery(_ record: JSONObject) -> Bool {
    record.kind == "sample" || record.kind == "loss"
  }

  func count(_ kind: String) -> Int { all.count { $0.kind == kind } }

  /// (run, seq) as text.
  var keys: [String] { all.map { "\($0.string("run") ?? "") \($0.int("seq") ?? 0)" } }

  func abandoned(of name: String) -> Int {
    queries(of: name).count { $0.string("reason") == "abandoned" }
  }
}
