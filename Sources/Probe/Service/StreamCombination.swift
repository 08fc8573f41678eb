/// Whether a stream's parts fit together.
extension DirectiveReader {
  /// `plan` is whole; `word` is its destination's.
  mutating func holdCombination(_ plan: inout StreamPlan, _ word: ConfigurationWord) {
    let format = PhrasePart.text(plan.format.name)
    if let problem = Self.misfit(plan.format, plan.destination) { refuse(word, problem, format) }
    holdFiles(plan, word)
    if plan.format == .prometheus {
      for option: StreamOption in [.records, .every, .around] {
        refuse(option, "prometheus is made of all records; it takes from, name and interval")
      }
    } else {
      refuse(.interval, "only prometheus is written at intervals, not @", format)
      holdKinds(&plan)
    }
    if plan.format != .syslog { refuse(.facility, "only syslog has a facility, not @", format) }
  }

  private mutating func holdKinds(_ plan: inout StreamPlan) {
    let possible = plan.format.possibleKinds
    let format = PhrasePart.text(plan.format.name)
    if has(StreamOption.records.rawValue), !possible.isSuperset(of: plan.kinds) {
      let names = RecordKinds.names.filter { possible.contains($0.kind) }.map { $0.name }
      refuse(.records, "@ has only@", format, .names(names))
    }
    guard possible.contains(.samples) else {
      refuse(.every, "@ has no samples", format)
      return refuse(.around, "@ has no samples", format)
    }
    // csv and rawstats have nothing but samples: with `around` alone, those around events.
    if plan.around != nil, !has(StreamOption.records.rawValue), !has(StreamOption.every.rawValue) {
      plan.kinds.remove(.samples)
    }
    if !plan.kinds.contains(.samples) {
      refuse(.every, "every thins samples, and none are asked for: add records samples")
    }
  }

  private mutating func holdFiles(_ plan: StreamPlan, _ word: ConfigurationWord) {
    guard case .file(let path) = plan.destination, plan.format != .prometheus else {
      let what: StaticString =
        plan.format == .prometheus ? "prometheus writes its file anew" : "only file: is rotated"
      refuse(.rotate, what)
      refuse(.keep, what)
      return
    }
    if FileName.hasDate(path) {
      refuse(.rotate, "a file with a date in its name begins anew by itself")
      refuse(.keep, "files with a date in their name are not removed")
    } else if !has(StreamOption.rotate.rawValue) {
      refuse(.keep, "keep needs rotate")
    }
  }

  private static func misfit(_ format: StreamFormat, _ destination: Destination) -> StaticString? {
    switch (format, destination) {
    case (.prometheus, .file(let path)):
      FileName.hasDate(path) ? "has a date; prometheus reads one file" : nil
    case (.prometheus, _): "cannot take prometheus; it goes to file:/PATH.prom alone"
    case (.syslog, .standardOutput), (.syslog, .file):
      "cannot take syslog; it goes to unix:, unixgram:, udp:// or tcp://"
    case (.csv, .udp), (.csv, .unixgram), (.rawstats, .udp), (.rawstats, .unixgram):
      "cannot take @: datagrams may be lost or change places, and its lines have no number"
    default: nil
    }
  }

  @inline(never)
  private mutating func refuse(
    _ option: StreamOption, _ template: StaticString, _ a: PhrasePart = .none, _ b: PhrasePart = .none
  ) {
    guard has(option.rawValue) else { return }
    let words = PhrasePart.bytes(Array(phrase(template, a, b).utf8))
    refuse(place(ofOption: option.rawValue), "'@': @", .text(directive.options[option.rawValue].name), words)
  }
}
