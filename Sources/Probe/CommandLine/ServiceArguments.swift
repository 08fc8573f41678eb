/// The words of the service and of `--check-config`.
func configurationRequest(_ words: ParsedWords) throws(UsageError) -> ConfigurationRequest {
  var request = ConfigurationRequest()
  var asked = ReferenceSettings(target: ReferenceSetting(name: "", host: "", port: Endpoint.ntpPort))
  asked.family = try words.family()
  /// What belongs to references given as arguments.
  var ofReferences: OptionValue?
  func note(_ option: OptionValue, _ which: ReferenceOption) {
    ofReferences = option
    request.referenceOptions |= 1 << UInt32(which.rawValue)
  }
  for option in words.options {
    switch option.id {
    case .configuration: request.file = Array(try option.path().utf8)
    case .setting:
      guard option.word.contains(where: { $0 > 0x20 }) else { throw option.refusal("is no directive") }
      request.settings.append(option.word)
    case .critical: request.critical = try option.duration(in: ServiceLimits.critical)
    case .warning: request.warning = try option.duration(in: ServiceLimits.warning)
    case .quiet: request.log = .warning
    case .verbose: request.log = .debug
    case .interval:
      asked.interval = try option.duration(in: ServiceLimits.interval)
      note(option, .interval)
    case .timeout:
      asked.timeout = try option.duration(in: ServiceLimits.timeout)
      note(option, .timeout)
    case .interface:
      asked.interface = try option.interface()
      note(option, .interface)
    case .source:
      let source = try option.address()
      if let conflict = asked.family.conflict(with: source.family) { throw option.refusal(conflict) }
      asked.source = source.text
      note(option, .source)
    case .rateAgreed:
      asked.rateAgreed = true
      note(option, .rateAgreed)
    case .port: note(option, .port)
    case .onlyV4: note(option, .v4)
    case .onlyV6: note(option, .v6)
    case .checkConfiguration, .status, .mark, .json, .reference: break  // read by others
    case .burst, .clocks, .serve, .replay, .help, .version, .switchSources, .measureSelf, .count, .duration,
      .format,
      .plugin, .output, .stratum, .referenceID, .shift, .drift, .base:
      break  // not of this mode
    }
  }
  if let warning = request.warning, let critical = request.critical, warning > critical {
    throw UsageError("--warning @ is past --critical @", .length(warning), .length(critical))
  }
  for target in try references(words, family: asked.family) {
    var reference = asked
    reference.target = target
    request.references.append(reference)
  }
  if let option = ofReferences, request.references.isEmpty {
    throw UsageError(
      "@ is for references given as arguments, and there is none", .string(option.entry.spelling))
  }
  return request
}
