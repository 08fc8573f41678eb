/// The accepted ranges of `--burst`; `--help` and the refusals name them.
enum BurstLimits {
  static let interval = Nanoseconds.microseconds(100)...Nanoseconds.seconds(3600)
  static let timeout = Nanoseconds.milliseconds(1)...Nanoseconds.seconds(60)
  static let duration = Nanoseconds.milliseconds(1)...Nanoseconds.seconds(86400)
  static let critical = Nanoseconds.microseconds(1)...Nanoseconds.seconds(3600)
  static let warning = Nanoseconds(1)...Nanoseconds.seconds(3600)
  static let count: ClosedRange<UInt64> = 1...1_000_000_000
  static let references = 64
}

func burstSettings(_ words: ParsedWords, _ terminal: TerminalFacts) throws(UsageError) -> BurstSettings {
  var settings = BurstSettings()
  settings.family = try words.family()
  for option in words.options { try settings.apply(option) }
  if let warning = settings.warning, warning > settings.critical {
    throw UsageError("--warning @ is past --critical @", .length(warning), .length(settings.critical))
  }
  settings.references = try references(words, family: settings.family)
  settings.measureSelf = words.has(.measureSelf) || settings.references.isEmpty
  settings.colour =
    settings.format == .text && settings.output == nil && terminal.isTerminal && !terminal.refusesColour
  return settings
}

extension BurstSettings {
  mutating func apply(_ option: OptionValue) throws(UsageError) {
    switch option.id {
    case .count: count = try option.number(in: BurstLimits.count)
    case .interval: interval = try option.duration(in: BurstLimits.interval)
    case .duration: duration = try option.duration(in: BurstLimits.duration)
    case .timeout: timeout = try option.duration(in: BurstLimits.timeout)
    case .critical: critical = try option.duration(in: BurstLimits.critical)
    case .warning: warning = try option.duration(in: BurstLimits.warning)
    case .rateAgreed: rateAgreed = true
    case .format: format = OutputFormat.allCases[try option.choice(of: OutputFormat.allCases.map { $0.name })]
    case .json: format = .json
    case .plugin: format = .plugin
    case .output: output = try option.output()
    case .interface: interface = try option.interface()
    case .source: source = try option.source(family: family)
    case .quiet: quiet = true
    case .verbose: verbose = true
    case .burst, .reference, .measureSelf, .port, .onlyV4, .onlyV6: break  // read with others, below
    case .serve, .clocks, .replay, .checkConfiguration, .status, .mark, .configuration, .setting,
      .switchSources, .help,
      .version,
      .stratum, .referenceID, .shift, .drift, .base:
      break  // not of this mode
    }
  }
}

extension OptionValue {
  /// `-` is standard output.
  fileprivate func output() throws(UsageError) -> String? {
    let path = try path()
    return path.utf8.elementsEqual([UInt8(ascii: "-")]) ? nil : path
  }

  fileprivate func source(family: AddressFamily) throws(UsageError) -> String {
    let address = try address()
    if let conflict = family.conflict(with: address.family) { throw refusal(conflict) }
    return address.text
  }
}

/// The port for addresses that have none of their own.
func defaultPort(_ words: ParsedWords) throws(UsageError) -> UInt16 {
  var port: UInt16 = 123
  for option in words.options where option.id == .port {
    port = UInt16(try option.number(in: 1...65535))
  }
  return port
}

/// Positional words and those of `-H`. A reference's word is its name in records, so each occurs once.
func references(
  _ words: ParsedWords, family: AddressFamily
) throws(UsageError) -> [ReferenceSetting] {
  let port = try defaultPort(words)
  var given = words.positional
  for option in words.options where option.id == .reference { given.append(option.word) }
  guard given.count <= BurstLimits.references else {
    throw UsageError(
      "@ references were given; at most @ can be asked at once", .number(UInt64(given.count)),
      .number(UInt64(BurstLimits.references)))
  }
  var references: [ReferenceSetting] = []
  for word in given {
    let reference = try parseReference(word, defaultPort: port, family: family)
    guard !references.contains(where: { $0.name.utf8.elementsEqual(word) }) else {
      throw UsageError("@ was given twice", .word(word))
    }
    references.append(reference)
  }
  return references
}

func parseReference(
  _ word: [UInt8], defaultPort: UInt16, family: AddressFamily
) throws(UsageError) -> ReferenceSetting {
  let parsed: HostPort
  do throws(Refusal) {
    parsed = try ValueReading.host(word, orForm: ValueReading.referenceForm)
  } catch {
    throw UsageError("@ @", .word(word), .string(error.text))
  }
  if let numeric = parsed.numeric, let conflict = family.conflict(with: numeric.address.family) {
    throw UsageError("@ @", .word(word), .string(conflict))
  }
  return ReferenceSetting(
    name: String(decoding: word, as: UTF8.self), host: parsed.host, port: parsed.port ?? defaultPort)
}

extension HostPort {
  static func isReference(_ word: [UInt8]) -> Bool {
    do throws(Problem) {
      _ = try HostPort(word)
      return true
    } catch {
      return false
    }
  }
}

extension AddressFamily {
  /// What is wrong with an address of that family, if anything.
  func conflict(with family: IPAddress.Family) -> String? {
    switch (self, family) {
    case (.v4, .v6): "is an IPv6 address, and -4 was given"
    case (.v6, .v4): "is an IPv4 address, and -6 was given"
    default: nil
    }
  }
}
