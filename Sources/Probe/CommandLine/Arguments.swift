/// What the program knows of where its output goes, before any argument is read.
public struct TerminalFacts: Sendable {
  /// Standard output is a terminal that knows colours.
  public var isTerminal: Bool
  /// NO_COLOR is set and not empty (no-color.org).
  public var refusesColour: Bool

  public init(isTerminal: Bool = false, refusesColour: Bool = false) {
    self.isTerminal = isTerminal
    self.refusesColour = refusesColour
  }
}

/// Turns the words after the program's name into valid values, or says in one line what is wrong.
/// No I/O; any bytes are safe. Of an option that is given twice the last counts.
public func parseArguments(
  _ words: [[UInt8]], terminal: TerminalFacts = TerminalFacts()
) throws(UsageError) -> Command {
  let tokens = OptionScanner.scan(words, options: OptionTable.scanned)
  do throws(UsageError) {
    return try command(tokens, terminal)
  } catch {
    throw UsageError(error.message, asPlugin: asksForPlugin(tokens))
  }
}

public func parseArguments(
  _ words: [String], terminal: TerminalFacts = TerminalFacts()
) throws(UsageError) -> Command {
  try parseArguments(words.map { Array($0.utf8) }, terminal: terminal)
}

/// The words of one mode, sorted.
struct ParsedWords {
  var options: [OptionValue] = []
  var positional: [[UInt8]] = []

  func has(_ id: OptionID) -> Bool { options.contains { $0.id == id } }

  /// Two options of which one contradicts the other.
  func exclude(_ a: OptionID, _ b: OptionID) throws(UsageError) {
    guard let first = options.first(where: { $0.id == a }), let second = options.first(where: { $0.id == b })
    else { return }
    throw UsageError(
      "@ and @ exclude each other", .string(first.entry.spelling), .string(second.entry.spelling))
  }

  func family() throws(UsageError) -> AddressFamily {
    try exclude(.onlyV4, .onlyV6)
    return has(.onlyV4) ? .v4 : has(.onlyV6) ? .v6 : .any
  }
}

private func command(_ tokens: [OptionToken], _ terminal: TerminalFacts) throws(UsageError) -> Command {
  var words = ParsedWords()
  for token in tokens {
    switch token {
    case .option(let index, let value):
      let entry = OptionTable.entries[index]
      if entry.id == .help { return .help }
      if entry.id == .version { return .version }
      words.options.append(OptionValue(entry: entry, word: value ?? []))
    case .positional(let word): words.positional.append(word)
    case .unknown(let typed, let word): throw unknownOption(typed, in: word)
    case .missingValue(let index):
      throw UsageError("@ needs a value", .string(OptionTable.entries[index].spelling))
    case .unwantedValue(let index):
      throw UsageError("@ takes no value", .string(OptionTable.entries[index].spelling))
    }
  }
  try words.exclude(.burst, .serve)
  try words.exclude(.burst, .clocks)
  try words.exclude(.clocks, .serve)
  for mode: OptionID in [.burst, .clocks, .serve] { try words.exclude(mode, .replay) }
  for mode: OptionID in [.burst, .clocks, .serve, .replay] { try words.exclude(mode, .checkConfiguration) }
  try words.exclude(.quiet, .verbose)
  if words.has(.burst) {
    try refuseStrangers(in: words, of: .burst)
    return .burst(try burstSettings(words, terminal))
  }
  if words.has(.clocks) {
    try refuseStrangers(in: words, of: .clocks)
    return .clocks(try clocksSettings(words, terminal))
  }
  if words.has(.serve) {
    try refuseStrangers(in: words, of: .serve)
    return .serve(try serveSettings(words))
  }
  if words.has(.replay) {
    try refuseStrangers(in: words, of: .replay)
    return .replay(try replaySettings(words, terminal))
  }
  for (mode, own): (OptionID, Modes) in [(.status, .status), (.mark, .mark)] {
    guard let option = words.options.last(where: { $0.id == mode }) else { continue }
    try refuseStrangers(in: words, of: own)
    if let word = words.positional.first {
      throw UsageError("\(option.entry.spelling) takes no reference, and got \(quoted(word))")
    }
    let request = try configurationRequest(words)
    return mode == .status ? .status(request, asJSON: words.has(.json)) : .mark(request, option.word)
  }
  let isCheck = words.has(.checkConfiguration)
  try refuseStrangers(in: words, of: isCheck ? .check : .service)
  if !isCheck { try refuseModeWithoutDashes(words) }
  let request = try configurationRequest(words)
  return isCheck ? .checkConfiguration(request, asJSON: words.has(.json)) : .service(request)
}

/// `timeprobe burst 10.0.0.1` would be a service with a reference of that name.
private func refuseModeWithoutDashes(_ words: ParsedWords) throws(UsageError) {
  guard let first = words.positional.first,
    let named = modeNames.first(where: { $0.name.bytes.dropFirst(2).elementsEqual(first) })
  else { return }
  throw UsageError("@ is a mode; try '@'", .word(first), .string(example(words, named.mode)))
}

/// A command line with a mode that has all the options.
private func example(_ words: ParsedWords, _ mode: Modes) -> String {
  var text = "timeprobe"
  if let name = modeNames.first(where: { $0.mode == mode }) { text += " " + name.name.text }
  for word in words.positional where HostPort.isReference(word) {
    guard !modeNames.contains(where: { $0.name.bytes.dropFirst(2).elementsEqual(word) }) else { continue }
    return text + " " + String(decoding: word, as: UTF8.self)
  }
  return text
}

private let modeNames: [(mode: Modes, name: StaticString)] = [
  (.burst, "--burst"), (.clocks, "--clocks"), (.serve, "--serve"), (.replay, "--replay"),
  (.service, "the service"), (.check, "--check-config"), (.status, "--status"), (.mark, "--mark"),
]

/// Refuses an option that belongs to another mode.
private func refuseStrangers(in words: ParsedWords, of mode: Modes) throws(UsageError) {
  for option in words.options {
    let modes = option.entry.modes
    guard !modes.isEmpty, !modes.contains(mode) else { continue }
    let message = phrase(
      "@ belongs to @, not to @", .string(option.entry.spelling), .string(spelling(modes)),
      .string(spelling(mode)))
    guard mode == .service else { throw UsageError(message) }
    // Who names no mode may have forgotten it.
    var common = Modes.all
    for option in words.options where !option.entry.modes.isEmpty {
      common.formIntersection(option.entry.modes)
    }
    let meant = modeNames.first { common.contains($0.mode) } ?? modeNames[0]
    throw UsageError("@; try '@'", .string(message), .string(example(words, meant.mode)))
  }
}

/// "--burst, --clocks and --serve"; what the service has, --check-config has too.
private func spelling(_ modes: Modes) -> String {
  let names = modeNames.filter { name in
    modes.contains(name.mode) && (name.mode != .check || !modes.contains(.service))
  }
  var text = ""
  for (index, mode) in names.enumerated() {
    if index > 0 { text += index == names.count - 1 ? " and " : ", " }
    text += mode.name.text
  }
  return text
}

private func unknownOption(_ typed: [UInt8], in word: [UInt8]) -> UsageError {
  let names = OptionTable.entries.compactMap { $0.name }
  let dash = UInt8(ascii: "-")
  if typed.starts(with: [dash, dash]) {
    guard let nearest = NearestWord.of(Array(typed.dropFirst(2)), among: names) else {
      return UsageError("unknown option @; see 'timeprobe --help'", .word(typed))
    }
    return UsageError("unknown option @; did you mean '--@'?", .word(typed), .text(nearest))
  }
  // A long name after one dash reads as a cluster of letters.
  if word.count > 3, let nearest = NearestWord.of(Array(word.dropFirst()), among: names) {
    return UsageError("unknown option @; did you mean '--@'?", .word(word), .text(nearest))
  }
  return UsageError("unknown option @; see 'timeprobe --help'", .word(typed))
}

/// Anywhere, behind an error too: a monitoring system must get its one line.
private func asksForPlugin(_ tokens: [OptionToken]) -> Bool {
  tokens.contains { token in
    guard case .option(let index, let value) = token else { return false }
    switch OptionTable.entries[index].id {
    case .plugin: return true
    case .format: return value.map { $0.elementsEqual(OutputFormat.plugin.name.bytes) } ?? false
    default: return false
    }
  }
}
