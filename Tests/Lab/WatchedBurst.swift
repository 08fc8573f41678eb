import Foundation
import Testing

/// A burst that needs no network, whose events are read as they come.
final class WatchedBurst {
  let child: Child
  /// How many events of each cause were taken.
  private var taken: [String: Int] = [:]

  static let arguments = ["--burst", "--self", "-i", "8ms", "-d", "5min", "-f", "jsonl"]

  /// - Parameter command: what runs the program with these arguments
  init(_ command: ([String]) throws -> [String] = { try Timeprobe.command($0) }) throws {
    child = try Child(command(Self.arguments))
    try waitForSamples(10)
  }

  private func lines(_ kind: String) -> [Substring] {
    // The last may be half written.
    child.stdout.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .filter { $0.contains("\"kind\":\"\(kind)\"") }
  }

  /// That many more from now on: it has slept and read the clocks as often.
  func waitForSamples(_ count: Int) throws {
    let goal = lines("sample").count + count
    try eventually("\(goal) samples; \(child.stderr)", within: .seconds(30)) {
      guard child.isRunning else { throw LabFailure("ended early: \(child.stderr)") }
      return lines("sample").count >= goal
    }
  }

  func events(_ cause: String) throws -> [JSONObject] {
    try lines("event").flatMap { try Timeprobe.parse(lines: String($0)) }
      .filter { $0.string("cause") == cause }
  }

  /// The first of this cause, and for which `condition` holds, that was not taken before.
  func next(_ cause: String, where condition: (JSONObject) -> Bool = { _ in true }) throws -> JSONObject {
    let found = try eventuallyValue(within: .seconds(20)) { () -> JSONObject? in
      let new = try events(cause).dropFirst(taken[cause, default: 0])
      guard let index = new.firstIndex(where: condition) else { return nil }
      taken[cause] = index + 1
      return new[index]
    }
    guard let found else { throw LabFailure("no \(cause); \(lines("event")) \(child.stderr)") }
    return found
  }

  /// Those of this cause that were not taken before, as far as they have come.
  func rest(_ cause: String) throws -> [JSONObject] {
    let new = try events(cause).dropFirst(taken[cause, default: 0])
    taken[cause, default: 0] += new.count
    return Array(new)
  }

  /// Ends it; everything it said was in order, and no query was without a record.
  func end(sourceLocation: SourceLocation = #_sourceLocation) throws -> Burst {
    child.signal(SIGINT)
    let burst = try Burst(child.wait())
    #expect(burst.status == 3, "\(burst.stderr)", sourceLocation: sourceLocation)
    burst.expectComplete(sourceLocation: sourceLocation)
    try burst.expectSchema(sourceLocation: sourceLocation)
    return burst
  }
}

extension Burst {
  /// The events, in the order in which they were recorded.
  var events: [JSONObject] { all("event") }

  /// Their causes, those of the clock alone.
  var clockEvents: [String] { events.compactMap { $0.string("cause") }.filter { $0.hasPrefix("clock-") } }
}

extension JSONObject {
  /// An instant of the raw clock, exact to the nanosecond.
  func instant(_ key: String) -> Int64? {
    guard let parts = string(key)?.split(separator: "."), parts.count == 2, parts[1].count == 9,
      let seconds = Int64(parts[0]), let fraction = Int64(parts[1])
    else { return nil }
    return seconds * 1_000_000_000 + fraction
  }

  var evidence: JSONObject { object("evidence") ?? JSONObject(fields: [:]) }

  /// It was told to lie in a time that has a moment of `span` in it, and to be known after that.
  func expectHolds(_ span: ClosedRange<Int64>, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let from = try #require(instant("from_raw"), sourceLocation: sourceLocation)
    let to = try #require(instant("to_raw"), sourceLocation: sourceLocation)
    let known = try #require(instant("raw"), sourceLocation: sourceLocation)
    let context: Comment = "\(span) \(fields)"
    #expect(from <= span.upperBound && to >= span.lowerBound, context, sourceLocation: sourceLocation)
    #expect(from <= to && known >= span.lowerBound, context, sourceLocation: sourceLocation)
  }

  /// A step by `size` microseconds, right to 1 us and to what it says of itself.
  func expectStep(
    _ size: Int, _ span: ClosedRange<Int64>, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(string("certainty") == "proven", sourceLocation: sourceLocation)
    let told = try #require(int("size_ns"), "\(fields)", sourceLocation: sourceLocation)
    let error = try #require(int("error_ns"), sourceLocation: sourceLocation)
    // Set forward is negative.
    let wrong = abs(told + Int64(size) * 1000)
    #expect(wrong <= 1000 && wrong <= error, "\(size) us: \(fields)", sourceLocation: sourceLocation)
    try expectHolds(span, sourceLocation: sourceLocation)
  }

  /// A slew to `rate` ppb, right to 0.5 ppm.
  func expectSlew(
    from before: Double, to rate: Double, _ span: ClosedRange<Int64>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(string("certainty") == "proven", "\(fields)", sourceLocation: sourceLocation)
    let told = try #require(evidence.double("rate_ppb"), sourceLocation: sourceLocation)
    let toldBefore = try #require(evidence.double("rate_before_ppb"), sourceLocation: sourceLocation)
    #expect(abs(told - rate) <= 500, "\(rate): \(fields)", sourceLocation: sourceLocation)
    #expect(abs(toldBefore - before) <= 500, "\(before): \(fields)", sourceLocation: sourceLocation)
    try expectHolds(span, sourceLocation: sourceLocation)
  }
}
