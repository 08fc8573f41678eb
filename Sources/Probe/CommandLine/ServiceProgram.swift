/// `timeprobe` without a mode: reads the configuration and is the service.
func runService(_ request: ConfigurationRequest, _ terminal: TerminalFacts) -> ExitStatus {
  switch ConfigurationReader.read(request, .system()) {
  case .valid(let settings): return ServiceProgram.run(settings)
  case .invalid(let problems, let sources): return refuse(problems, sources)
  case .unconfigured:
    guard terminal.isTerminal else { return ServiceProgram.run(nil) }
    var text = ByteWriter()
    appendShortHelp(to: &text)
    OutputFile.standardError().print(text)
    return .usage
  }
}

/// Where the service begins.
enum ServiceProgram {
  /// - Parameter settings: nil: nothing is configured yet
  static func run(_ settings: ServiceSettings?) -> ExitStatus {
    complain { text in
      text.append(
        settings == nil
          ? "nothing is configured: no reference and no stream" as StaticString : "the configuration is valid"
      )
      text.append("; this version has no service yet, --burst measures" as StaticString)
    }
    return .unknown
  }
}

/// Each problem in a line of its own on standard error.
func refuse(_ problems: [ConfigurationProblem], _ sources: [ConfigurationSource]) -> ExitStatus {
  for problem in problems.prefix(shownProblems) { complain { $0.append(problem, in: sources) } }
  if problems.count > shownProblems {
    complain { text in
      text.append(UInt64(problems.count - shownProblems))
      text.append(" more problems" as StaticString)
    }
  }
  return .configuration
}

private let shownProblems = 100
