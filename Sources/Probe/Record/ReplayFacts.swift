/// What a replay read, what was wrong with it, and what it could not tell for want of evidence.
public struct ReplayFacts: Sendable {
  public var inputs: [ReplayInputFacts] = []
  public var problems = ProblemCounts()
  /// Records that the streams' own numbers say there were, and that are in none of the inputs.
  public var missingRecords: UInt64 = 0
  /// Something of each format was used; in the order of `RecordedFormat`.
  public var formats: [RecordedFormat] = []
  /// Lines of rawstats had no columns after T4.
  public var isWithoutReply = false

  public init() {}

  public var missing: [MissingRecord] { MissingRecord.of(self) }
}

/// One file, or standard input.
public struct ReplayInputFacts: Sendable {
  /// As it was given.
  public var name: String
  /// Lines in it, of whatever kind; and those that were used.
  public var lines: UInt64 = 0
  public var used: UInt64 = 0

  public init(name: String) { self.name = name }
}

/// How often each problem occurred.
public struct ProblemCounts: Equatable, Sendable {
  private var counts = InlineArray<12, UInt64>(repeating: 0)

  public init() {}

  public subscript(problem: LineProblem) -> UInt64 { counts[Int(problem.rawValue)] }

  public mutating func count(_ problem: LineProblem) { counts[Int(problem.rawValue)] += 1 }

  public var total: UInt64 {
    var sum: UInt64 = 0
    for index in counts.indices { sum += counts[index] }
    return sum
  }

  public static func == (a: ProblemCounts, b: ProblemCounts) -> Bool {
    for index in a.counts.indices where a.counts[index] != b.counts[index] { return false }
    return true
  }
}

/// Evidence that a recorded stream does not have, and what cannot be told apart without it.
public struct MissingRecord: Sendable {
  public var format: RecordedFormat
  public var what: StaticString
  public var why: StaticString
  /// The causes that look alike; the names of docs/method.md.
  public var alike: [StaticString]

  static func of(_ facts: ReplayFacts) -> [MissingRecord] {
    var missing: [MissingRecord] = []
    for format in facts.formats {
      switch format {
      case .timeprobe:
        missing.append(
          MissingRecord(
            format: format, what: "readings of the clock between samples",
            why: "a stream has the samples and the events, not each reading", alike: []))
      case .rawstats: missing += rawstats(facts.isWithoutReply)
      case .chrony: missing += chrony
      }
    }
    return missing
  }

  private static func rawstats(_ isWithoutReply: Bool) -> [MissingRecord] {
    var missing = [
      MissingRecord(
        format: .rawstats, what: "readings of the raw clock", why: "all is told by the clock under test",
        alike: ["clock-step", "clock-slew", "guest-pause", "guest-suspend", "reference"]),
      MissingRecord(
        format: .rawstats, what: "word of who took the stamps", why: "it is not written down",
        alike: ["guest-stall", "local-tx", "local-rx", "path-out", "path-back"]),
      MissingRecord(
        format: .rawstats, what: "record of queries without a reply", why: "only replies have a line",
        alike: ["loss", "rate-limited"]),
    ]
    if isWithoutReply {
      missing.append(
        MissingRecord(
          format: .rawstats, what: "word of the server on itself", why: "old ntpd writes eight columns",
          alike: ["reference", "rejected"]))
    }
    return missing
  }

  private static var chrony: [MissingRecord] {
    [
      MissingRecord(
        format: .chrony, what: "readings of the raw clock",
        why: "offsets are to chronyd's own clock, which is ahead of the system's by what it still slews",
        alike: ["clock-step", "clock-slew", "guest-pause", "guest-suspend", "reference"]),
      MissingRecord(
        format: .chrony, what: "T2 and T3", why: "the log has offset and delay",
        alike: ["path-out", "path-back", "path-both", "reference"]),
      MissingRecord(
        format: .chrony, what: "moment within the second", why: "the log has whole seconds", alike: []),
      MissingRecord(
        format: .chrony, what: "record of queries without a reply", why: "only replies have a line",
        alike: ["loss", "rate-limited"]),
    ]
  }
}
