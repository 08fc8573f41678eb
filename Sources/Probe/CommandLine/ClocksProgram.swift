/// `timeprobe --clocks`: reads every clock, and shows it in the format that was asked for.
func runClocks(_ settings: ClocksSettings) -> ExitStatus {
  let file: OutputFile
  do throws(SystemError) {
    file =
      try settings.burst.output.map { path throws(SystemError) in try OutputFile(path: path) }
      ?? .standardOutput()
  } catch {
    return fail(settings, error)
  }
  let report: ClockReport
  do throws(ClocksourceRefusal) {
    report = settings.switches ? try SwitchedSurvey(settings).run() : ClockSurvey(settings).run()
  } catch {
    complain { $0.append(error) }
    return .permission
  }
  var text = ByteWriter(capacity: 16384)
  switch settings.burst.format {
  case .json: text.json(report)
  case .jsonl: text.jsonLines(report)
  case .csv: text.csv(report)
  case .text, .rawstats, .plugin: appendClocksScreen(report, colour: settings.burst.colour, to: &text)
  }
  let sink = Sink(file)
  _ = sink.push(text)
  sink.finish()
  if let failure = sink.failure { return fail(settings, failure) }
  if !settings.burst.quiet, settings.burst.format != .text { explain(report) }
  if let switching = report.switching, !say(switching, quiet: settings.burst.quiet) { return .permission }
  return report.lacksReference ? .unknown : .ok
}

/// The formats for programs have it too; whoever typed the command reads it here.
private func explain(_ report: ClockReport) {
  for table in report.tables {
    for reference in table.references {
      guard let reason = reference.unknown else { continue }
      complain { text in
        text.append(reference.info.name)
        text.append(": " as StaticString)
        text.append(reason)
      }
    }
  }
}

/// That the first clocksource is back; false: it is not, which is said whatever was asked.
private func say(_ switching: ClockSwitching, quiet: Bool) -> Bool {
  if !quiet || !switching.isRestored {
    complain { switching.restoration.append(first: switching.first, to: &$0) }
  }
  return switching.isRestored
}

extension ByteWriter {
  fileprivate mutating func append(_ refusal: ClocksourceRefusal) {
    append("nothing was changed: " as StaticString)
    switch refusal {
    case .file(let error):
      append("the clocksource cannot be switched: " as StaticString)
      append(SystemError.text(error.code))
      append("; it takes root and a writable /sys, which a container has not" as StaticString)
    case .busy: append("another --switch is under way" as StaticString)
    case .firstProcess:
      append(
        """
        this is the first process of its container, and the guardian that puts the clocksource back would die \
        with it; start it under an init
        """ as StaticString)
    case .noGuardian(let error):
      append("no guardian could be started: " as StaticString)
      append(SystemError.text(error.code))
    }
  }
}

private func fail(_ settings: ClocksSettings, _ failure: SystemError) -> ExitStatus {
  complain { text in
    text.append(settings.burst.output ?? "standard output")
    text.append(": " as StaticString)
    text.append(SystemError.text(failure.code))
  }
  return .output
}
