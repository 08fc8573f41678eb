/// `timeprobe --burst`: measures, and shows it in the format that was asked for.
func runBurst(_ settings: BurstSettings) -> ExitStatus {
  let file: OutputFile
  do throws(SystemError) {
    file =
      try settings.output.map { path throws(SystemError) in try OutputFile(path: path) } ?? .standardOutput()
  } catch {
    return fail(settings, "\(settings.output ?? ""): \(SystemError.text(error.code))", .output)
  }
  let sink = Sink(file)
  let notes = settings.verbose ? Sink(.standardError()) : nil
  let isWatched = settings.format == .text && !settings.quiet && !settings.verbose && Host.isTerminal(2)
  let burst = Burst(
    settings, sink, showProgress: isWatched ? { showProgress($0, settings) } : nil,
    note: notes.map { notes in { show($0, on: notes) } })
  let report = burst.run()
  notes?.finish()
  if isWatched { OutputFile.standardError().print(clearedLine) }
  render(report, settings, sink)
  if !settings.quiet, sink.failure == nil { explain(report, settings) }
  if let failure = sink.failure { return fail(settings, sink, failure) }
  let status = ExitStatus(report.verdict)
  return settings.format == .plugin ? status.asPlugin : status
}

func render(_ report: Report, _ settings: BurstSettings, _ sink: Sink) {
  var text = ByteWriter(capacity: 8192)
  switch settings.format {
  case .text: appendScreen(report, colour: settings.colour, to: &text)
  case .json: text.json(report)
  case .plugin: appendPluginLine(report, to: &text)
  case .jsonl, .csv, .rawstats: return
  }
  _ = sink.push(text)
  sink.finish()
}

/// The formats that have no room for it: what is missing and why there is no verdict, on standard error.
func explain(_ report: Report, _ settings: BurstSettings) {
  switch settings.format {
  case .text, .json, .plugin: return
  case .jsonl, .csv, .rawstats: break
  }
  if report.dropped > 0 {
    complain { text in
      text.append("the reader was too slow: " as StaticString)
      text.append(report.dropped)
      text.append(" records were dropped" as StaticString)
    }
  }
  for summary in report.summaries {
    guard let reason = summary.unknown else { continue }
    complain { text in
      text.append(summary.reference.name)
      text.append(": " as StaticString)
      text.append(reason)
    }
  }
}

// MARK: What goes wrong with the output

func fail(_ settings: BurstSettings, _ sink: Sink, _ failure: SystemError) -> ExitStatus {
  let name = settings.output ?? "standard output"
  return fail(
    settings,
    "\(name): \(SystemError.text(failure.code)); \(sink.written) of \(sink.offered) lines were written",
    .output)
}

func fail(_ settings: BurstSettings, _ message: String, _ status: ExitStatus) -> ExitStatus {
  guard settings.format == .plugin else {
    complain { $0.append(message) }
    return status
  }
  var text = ByteWriter()
  appendPluginFailure(message, to: &text)
  // Where even that has no room, somebody may still read the log.
  if !OutputFile.standardOutput().print(text) { complain { $0.append(message) } }
  return status.asPlugin
}

// MARK: While it runs

/// Back to the line's start, and the rest of it erased (ECMA-48, EL).
private var clearedLine: ByteWriter {
  var text = ByteWriter(capacity: 8)
  text.append("\r\u{1b}[K" as StaticString)
  return text
}

private func showProgress(_ state: ProgressState, _ settings: BurstSettings) {
  var text = clearedLine
  appendProgress(
    elapsed: state.elapsed, total: state.isSlowed ? nil : settings.plannedDuration, sent: state.sent,
    good: state.good,
    lost: state.lost,
    best: state.best, to: &text)
  OutputFile.standardError().print(text)
}

func show(_ note: QueryNote, on sink: Sink) {
  var text = ByteWriter(capacity: 128)
  switch note {
  case .sample(let reference, let exchange):
    text.append(reference)
    text.append(" #" as StaticString)
    text.append(exchange.query)
    text.append(byte: 0x20)
    text.append(offset: exchange.offset)
    text.append(", delay " as StaticString)
    text.append(figure: exchange.delay)
  case .loss(let reference, let loss):
    text.append(reference)
    text.append(" #" as StaticString)
    text.append(loss.query)
    text.append(" lost: " as StaticString)
    text.append(loss.reason.name)
    if case .icmp(let name) = loss.reason {
      text.append(byte: 0x20)
      text.append(name)
    }
  case .event(let event): text.append(event, steerers: [])
  }
  text.append(byte: 0x0a)
  _ = sink.push(text)
  sink.flush()
}
