/// What only the whole configuration can tell.
extension ConfigurationReader {
  mutating func take(_ request: ConfigurationRequest) {
    if let critical = request.critical { settings.critical = Stated(critical, .option("--critical")) }
    if let warning = request.warning { settings.warning = Stated(warning, .option("--warning")) }
    if let log = request.log { settings.log = Stated(log, .option(log == .debug ? "--verbose" : "--quiet")) }
    guard !request.references.isEmpty else { return }
    let source = add(.arguments)
    for reference in request.references {
      add(reference, ConfigurationPlace(source: source, line: 0, column: 0), request.referenceOptions)
    }
  }

  mutating func outcome() -> ConfigurationOutcome {
    holdLimits()
    holdNames()
    guard problems.isEmpty else { return .invalid(problems, settings.sources) }
    guard !settings.references.isEmpty || !settings.streams.isEmpty else {
      return .unconfigured(settings)
    }
    if settings.streams.isEmpty, settings.noStreams == nil {
      let name = Array("jsonl stdout".utf8)
      settings.streams.append(
        Stated(StreamPlan(name: name, format: .jsonl, destination: .standardOutput)))
    }
    return .valid(settings)
  }

  private mutating func holdLimits() {
    switch settings.warning.from {
    case .standard, .derived: settings.warning.value = settings.critical.value.half
    case .given(let place): holdLimits(place)
    case .option: holdLimits(ConfigurationPlace(source: add(.arguments), line: 0, column: 0))
    }
  }

  private mutating func holdLimits(_ place: ConfigurationPlace) {
    let (warning, critical) = (settings.warning.value, settings.critical.value)
    if warning > critical {
      refuse(place, "warning @ is past critical @", .length(warning), .length(critical))
    }
  }

  private mutating func holdNames() {
    // A reference that could not be read may be the one that is meant.
    guard !hasFaultyReference else { return }
    for (place, name) in namesAsked
    where !settings.references.contains(where: { $0.value.target.name.utf8.elementsEqual(name) }) {
      var known = ByteWriter(capacity: 128)
      for reference in settings.references.prefix(8) {
        known.append(known.count == 0 ? "; known are " as StaticString : " ")
        known.append(quoted: Array(reference.value.target.name.utf8))
      }
      refuse(place, "from: no reference is named @@", .word(name), .bytes(known.bytes))
    }
  }
}
