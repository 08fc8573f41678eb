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
  let report = ClockSurvey(settings).run()
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

private func fail(_ settings: ClocksSettings, _ failure: SystemError) -> ExitStatus {
  complain { text in
    text.append(settings.burst.output ?? "standard output")
    text.append(": " as StaticString)
    text.append(SystemError.text(failure.code))
  }
  return .output
}
