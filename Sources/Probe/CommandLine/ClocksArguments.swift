func clocksSettings(_ words: ParsedWords, _ terminal: TerminalFacts) throws(UsageError) -> ClocksSettings {
  var settings = ClocksSettings()
  settings.burst.family = try words.family()
  for option in words.options { try settings.burst.apply(option) }
  settings.duration = settings.burst.duration ?? ClocksSettings.defaultDuration
  settings.switches = words.has(.switchSources)
  settings.burst.references = try references(words, family: settings.burst.family)
  switch settings.burst.format {
  case .text, .json, .jsonl, .csv: break
  case .rawstats, .plugin:
    let name = settings.burst.format.name.text
    throw UsageError("--clocks has no format \(name); it has text, json, jsonl and csv")
  }
  settings.burst.colour =
    settings.burst.format == .text && settings.burst.output == nil && terminal.isTerminal
    && !terminal.refusesColour
  return settings
}
