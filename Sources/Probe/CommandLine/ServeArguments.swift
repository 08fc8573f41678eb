/// The accepted ranges of `--serve`.
enum ServeLimits {
  /// A hundred years: past every era of NTP and every 32-bit second.
  static let shift = Nanoseconds.seconds(-36525 * 86400)...Nanoseconds.seconds(36525 * 86400)
  /// In ppm: ten percent, as fast as the kernel slews.
  static let drift: Int64 = 100_000
}

func serveSettings(_ words: ParsedWords) throws(UsageError) -> ServeSettings {
  var settings = ServeSettings()
  settings.family = try words.family()
  settings.port = try defaultPort(words)
  for option in words.options { try settings.apply(option) }
  guard words.positional.count <= 1 else {
    throw UsageError("--serve takes one address, and @ were given", .number(UInt64(words.positional.count)))
  }
  if let word = words.positional.first { try settings.listen(on: word) }
  return settings
}

extension ServeSettings {
  fileprivate mutating func apply(_ option: OptionValue) throws(UsageError) {
    switch option.id {
    case .stratum: stratum = UInt8(try option.number(in: 1...15))
    case .referenceID: referenceID = try option.referenceID()
    case .shift: shift = try option.duration(in: ServeLimits.shift)
    case .drift: drift = try option.rate(limit: ServeLimits.drift)
    case .base: base = try option.choice(of: ["realtime", "raw"]) == 0 ? .realtime : .raw
    case .duration: duration = try option.duration(in: BurstLimits.duration)
    case .interface: interface = try option.interface()
    case .quiet: quiet = true
    case .verbose: verbose = true
    case .serve, .port, .onlyV4, .onlyV6: break  // read with others, above
    case .burst, .switchSources, .clocks, .replay, .checkConfiguration, .status, .mark, .configuration,
      .setting, .help,
      .version, .reference, .measureSelf, .count,
      .interval,
      .timeout, .warning,
      .critical,
      .format, .json, .plugin, .output, .rateAgreed, .source:
      break  // not of this mode
    }
  }

  fileprivate mutating func listen(on word: [UInt8]) throws(UsageError) {
    let form: StaticString = "is no address; --serve takes ADDRESS, ADDRESS:PORT, [V6] or [V6]:PORT"
    let parsed: HostPort
    do throws(Refusal) {
      parsed = try ValueReading.host(word, orForm: form)
    } catch {
      throw UsageError("@ @", .word(word), .string(error.text))
    }
    guard let numeric = parsed.numeric else { throw UsageError("@ @", .word(word), .text(form)) }
    if let conflict = family.conflict(with: numeric.address.family) {
      throw UsageError("@ @", .word(word), .string(conflict))
    }
    address = parsed.host
    if let given = parsed.port { port = given }
  }
}
