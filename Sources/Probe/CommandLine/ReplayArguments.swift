/// Most inputs at once: each is open to its end.
let replayInputs = 256

func replaySettings(_ words: ParsedWords, _ terminal: TerminalFacts) throws(UsageError) -> ReplaySettings {
  var settings = ReplaySettings()
  for option in words.options { try settings.burst.apply(option) }
  if let warning = settings.burst.warning, warning > settings.burst.critical {
    throw UsageError(
      "--warning \(warning.exactText) is past --critical \(settings.burst.critical.exactText)")
  }
  guard !words.positional.isEmpty else { throw UsageError("--replay needs a FILE, or - for standard input") }
  guard words.positional.count <= replayInputs else {
    throw UsageError(
      "\(words.positional.count) files were given; at most \(replayInputs) can be read at once")
  }
  for (index, word) in words.positional.enumerated() {
    guard !words.positional[..<index].contains(where: { $0.elementsEqual(word) }) else {
      throw UsageError("\(quoted(word)) was given twice")
    }
    settings.inputs.append(try inputPath(word))
  }
  settings.burst.colour =
    settings.burst.format == .text && settings.burst.output == nil && terminal.isTerminal
    && !terminal.refusesColour
  return settings
}

/// nil is standard input. Names that are not UTF-8 cannot pass through a `String` unharmed.
private func inputPath(_ word: [UInt8]) throws(UsageError) -> String? {
  if word.elementsEqual([UInt8(ascii: "-")]) { return nil }
  guard !word.isEmpty else { throw UsageError("'' is no file") }
  let text = String(decoding: word, as: UTF8.self)
  guard text.utf8.elementsEqual(word) else { throw UsageError("\(quoted(word)) is not UTF-8") }
  return text
}
