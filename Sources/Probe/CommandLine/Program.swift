/// The whole program behind `main`, which calls it by this name.
@_cdecl("probe_program")
public func timeprobe() -> Never {
  Host.prepare()
  Host.exit(status().rawValue)
}

private func status() -> ExitStatus {
  let terminal = TerminalFacts(
    isTerminal: Host.isTerminal(1) && Host.variable("TERM") != "dumb",
    refusesColour: Host.variable("NO_COLOR").map { !$0.utf8.isEmpty } ?? false)
  let command: Command
  do throws(UsageError) {
    command = try parseArguments(Host.arguments, terminal: terminal)
  } catch {
    var text = ByteWriter()
    error.append(to: &text)
    (error.goesToStandardOutput ? OutputFile.standardOutput() : .standardError()).print(text)
    return error.status
  }
  return run(command, terminal)
}

private func run(_ command: Command, _ terminal: TerminalFacts) -> ExitStatus {
  var text = ByteWriter(capacity: 8192)
  switch command {
  case .burst(let settings): return runBurst(settings)
  case .clocks(let settings): return runClocks(settings)
  case .serve(let settings): return runServe(settings)
  case .replay(let settings): return runReplay(settings)
  case .service(let request): return runService(request, terminal)
  case .status(let request, let asJSON): return runStatus(request, asJSON: asJSON)
  case .mark(let request, let text): return runMark(request, text)
  case .checkConfiguration(let request, let asJSON): return checkConfiguration(request, asJSON: asJSON)
  case .help: appendHelp(to: &text)
  case .version: appendVersion(Version.text, to: &text)
  }
  return OutputFile.standardOutput().print(text) ? .ok : .output
}

extension OutputFile {
  /// All of it, waiting as long as it takes. False: it could not be written.
  @discardableResult
  func print(_ text: ByteWriter) -> Bool {
    var written = 0
    text.bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
      do throws(SystemError) { try write(bytes, waiting: true, written: &written) } catch { return }
    }
    return written == text.count
  }
}

/// One line for people on standard error.
func complain(_ words: (inout ByteWriter) -> Void) {
  var text = ByteWriter()
  text.append("timeprobe: " as StaticString)
  words(&text)
  text.append(byte: 0x0a)
  OutputFile.standardError().print(text)
}
