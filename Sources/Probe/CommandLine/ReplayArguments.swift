/// Most inputs at once: each is open to its end.
let replayInputs = 256

func replaySettings(_ words: ParsedWords, _ terminal: TerminalFacts) throws(UsageError) -> ReplaySettings {
  var settings = ReplaySettings()
  for option in words.options { try settings.burst.apply(option) }
  if let warning = settings.burst.warning, warning > settings.burst.critical {
    throw UsageError(
      "--warning @ is past --critical @", .length(warning), .length(settings.burst.critical))
  }
  guard !words.positional.isEmpty else { throw UsageError("--replay needs a FILE, or - for standard input") }
  guard words.positional.count <= replayInputs else {
    throw UsageError(
      "@ files were given; at most @ can be read at once", .number(UInt64(words.positional.count)),
      .number(UInt64(replayInputs)))
  }
  for (index, word) in words.positional.enumerated() {
    guard !words.positional[..<index].contains(where: { $0.elementsEqual(word) }) else {
      throw UsageError("@ was given twice", .word(word))
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
  guard text.utf8.elementsEqual(word) else { throw UsageError("@ is not UTF-8", .word(word)) }
  return text
}
