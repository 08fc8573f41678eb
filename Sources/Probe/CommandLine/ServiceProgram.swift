/// `timeprobe` without a mode: reads the configuration and is the service.
func runService(_ request: ConfigurationRequest, _ terminal: TerminalFacts) -> ExitStatus {
  switch ConfigurationReader.read(request, .system()) {
  case .valid(let settings): return ServiceProgram.run(settings, request)
  case .invalid(let problems, let sources): return refuse(problems, sources)
  case .unconfigured:
    guard terminal.isTerminal else { return ServiceProgram.run(nil, request) }
    var text = ByteWriter()
    appendShortHelp(to: &text)
    OutputFile.standardError().print(text)
    return .usage
  }
}

/// Where the service begins.
enum ServiceProgram {
  /// - Parameter settings: nil: nothing is configured yet
  static func run(_ settings: ServiceSettings?, _ request: ConfigurationRequest) -> ExitStatus {
    Host.countHangups()
    let world = ConfigurationWorld.system()
    var settings = settings
    let log = ServiceLog(settings?.log.value ?? request.log ?? .info)
    while settings == nil {
      guard let found = awaitConfiguration(request, world, log) else { return .ok }
      settings = found
    }
    guard let settings else { return .ok }
    do throws(SystemError) {
      let service = try ServiceRun(
        settings, log, read: { ConfigurationReader.read(request, world) },
        complain: { problems, sources in _ = refuse(problems, sources) })
      service.measure()
      return .ok
    } catch {
      complain { text in
        text.append(error.call)
        text.append(": " as StaticString)
        text.append(SystemError.text(error.code))
      }
      return .output
    }
  }

  /// Installed and not configured is no failure: it says so once and waits to be told to read again.
  private static func awaitConfiguration(
    _ request: ConfigurationRequest, _ world: ConfigurationWorld, _ log: ServiceLog
  ) -> ServiceSettings? {
    let manager = ServiceManager()
    log.say(.notice) {
      $0.append(
        "nothing is configured: no reference and no stream; waiting for a reload (SIGHUP)" as StaticString)
    }
    manager.tell("READY=1\nSTATUS=nothing is configured")
    var poller = Poller()
    while !Host.wasInterrupted {
      let seen = Host.hangups
      _ = try? poller.wait(manager.watchdog ?? Nanoseconds(-1))
      if manager.watchdog != nil { manager.tell("WATCHDOG=1") }
      guard Host.hangups != seen else { continue }
      switch ConfigurationReader.read(request, world) {
      case .valid(let settings): return settings
      case .invalid(let problems, let sources): _ = refuse(problems, sources)
      case .unconfigured: break
      }
    }
    return nil
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
