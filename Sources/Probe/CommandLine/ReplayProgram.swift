/// `timeprobe --replay`: reads what was recorded, and shows it in the format that was asked for.
func runReplay(_ settings: ReplaySettings) -> ExitStatus {
  let burst = settings.burst
  let problems = ReplayProblems(isQuiet: burst.quiet)
  let sink: Sink
  let notes = burst.verbose ? Sink(.standardError()) : nil
  // The output is opened after the inputs, and emptied by that: it must not be one of them.
  let inputs = Replay.Inputs(settings) { problems.add($0) }
  if let output = burst.output, inputs.include(output) {
    return fail(burst, "\(output) is an input; it was not touched", .usage)
  }
  do throws(SystemError) {
    sink = Sink(
      try burst.output.map { path throws(SystemError) in try OutputFile(path: path) } ?? .standardOutput())
  } catch {
    return fail(burst, "\(burst.output ?? ""): \(SystemError.text(error.code))", .output)
  }
  let replay = Replay(
    settings, inputs, sink,
    note: notes.map { notes in
      {
        show($0, on: notes)
        notes.finish()
      }
    },
    report: { problems.add($0) })
  var report = replay.run()
  notes?.finish()
  problems.finish()
  let isBad = (report.replay?.problems.total ?? 0) > 0
  // A plugin's status has no number for bad lines: then nothing better is known than `unknown`.
  if isBad, burst.format == .plugin { report.verdict = Verdict.worst(of: [report.verdict, .unknown]) }
  render(report, burst, sink)
  if !burst.quiet, sink.failure == nil { explain(report, burst) }
  if let failure = sink.failure { return fail(burst, sink, failure) }
  if burst.format == .plugin { return ExitStatus(report.verdict) }
  return isBad ? .badInput : ExitStatus(report.verdict)
}

/// Bad lines on standard error: the first few of each kind where they stand, the others as a number.
final class ReplayProblems {
  private let isQuiet: Bool
  private var counts = ProblemCounts()

  static let shown: UInt64 = 3

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  func add(_ problem: ReplayProblem) {
    counts.count(problem.problem)
    // A whole file is always told of.
    guard problem.line == 0 || !isQuiet && counts[problem.problem] <= Self.shown else { return }
    complain { $0.append(problem) }
  }

  func finish() {
    for problem in LineProblem.allCases {
      let told = isQuiet ? 0 : Self.shown
      guard problem.isOfLine, counts[problem] > told else { continue }
      complain { text in
        text.append(count: counts[problem] - told, "line", "lines")
        text.append(isQuiet ? ": " as StaticString : " more: ")
        text.append(problem.words)
      }
    }
  }
}

extension LineProblem {
  fileprivate var isOfLine: Bool {
    switch self {
    case .unreadable, .empty, .otherFile: false
    default: true
    }
  }

  var words: StaticString {
    switch self {
    case .truncated: "cut short"
    case .malformed: "not of the form that its beginning promises"
    case .implausible: "its times contradict each other"
    case .binary: "has zero bytes"
    case .tooLong: "longer than 64 kB"
    case .unknown: "of no known kind"
    case .duplicate: "was there before"
    case .backwards: "time goes backwards"
    case .tooMany: "of a 65th reference; 64 are followed"
    case .unreadable: "cannot be read"
    case .empty: "is empty"
    case .otherFile: "has no record of timeprobe, rawstats or chrony's measurements"
    }
  }
}

extension ByteWriter {
  /// "rawstats.20260101:17: cut short"
  mutating func append(_ problem: ReplayProblem) {
    append(printable: problem.input)
    if problem.line > 0 {
      append(byte: UInt8(ascii: ":"))
      append(problem.line)
    }
    append(": " as StaticString)
    if problem.code != 0 {
      append(SystemError.text(problem.code))
    } else {
      append(problem.problem.words)
    }
  }
}
