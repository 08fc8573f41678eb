/// The configuration in force, as `--check-config` shows it.
public func appendConfiguration(_ settings: ServiceSettings, to text: inout ByteWriter) {
  var page = DirectiveText(settings.sources)
  page.append(general: settings)
  for reference in settings.references { page.append(reference) }
  page.append(measuring: settings)
  if settings.streams.isEmpty, let from = settings.noStreams { page.append(noStreams: from) }
  for stream in settings.streams { page.append(stream) }
  page.append(process: settings)
  text.append(page.text.bytes)
  appendLoad(settings, to: &text)
}

extension DirectiveText {
  private mutating func line(_ directive: Directive, _ value: [UInt8], _ from: Provenance) {
    add(value)
    finish(directive, from)
  }

  private mutating func line(_ directive: Directive, _ value: StaticString, _ from: Provenance) {
    add(value)
    finish(directive, from)
  }

  private mutating func line(_ directive: Directive, _ value: Stated<Nanoseconds>) {
    add(value.value.exactText)
    finish(directive, value.from)
  }

  fileprivate mutating func append(general settings: ServiceSettings) {
    line(.probe, settings.probe.value, settings.probe.from)
    for label in settings.labels {
      add(label.value.key)
      add(label.value.value)
      finish(.label, label.from)
    }
    line(.critical, settings.critical)
    line(.warning, settings.warning)
    line(.against, settings.against.value.name, settings.against.from)
  }

  fileprivate mutating func append(measuring settings: ServiceSettings) {
    line(.watch, settings.watch)
    line(.driftTolerance, Self.text(settings.driftTolerance.value), settings.driftTolerance.from)
    line(.rateWindow, settings.rateWindow)
    var lengths: [UInt8] = []
    for (length, name) in WindowLengths.names where settings.windows.value.contains(length) {
      if !lengths.isEmpty { lengths.append(UInt8(ascii: ",")) }
      lengths.append(ascii: name)
    }
    line(.window, lengths, settings.windows.from)
    if let spool = settings.spool.value {
      add(spool.folder)
      add("size", phrase("@", .size(spool.size)), isGiven: settings.spool.given & 1 != 0)
      add("age", Self.days(spool.age), isGiven: settings.spool.given & 2 != 0)
    } else {
      add("off" as StaticString)
    }
    finish(.spool, settings.spool.from)
  }

  private static func days(_ length: Nanoseconds) -> String {
    var text = ByteWriter(capacity: 24)
    text.append(exact: length.count, QuantityUnit.time, zero: "0s")
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// "1ppm", "1500ppb", "0.000999ppm"
  private static func text(_ rate: Rate) -> [UInt8] {
    var text = ByteWriter(capacity: 24)
    if rate.partsPerTrillion % 1000 == 0 {
      text.append(exact: rate.partsPerTrillion, QuantityUnit.rate, zero: "0ppm")
    } else {
      text.append(ppm: rate)
      text.append("ppm" as StaticString)
    }
    return text.bytes
  }

  fileprivate mutating func append(process settings: ServiceSettings) {
    if let user = settings.user.value {
      line(.user, user.user + (user.group.map { [UInt8(ascii: ":")] + $0 } ?? []), settings.user.from)
    }
    line(.realTime, settings.realTime.value.map { Array(String($0).utf8) } ?? off, settings.realTime.from)
    line(.lockMemory, settings.lockMemory.value ? "yes" : "no", settings.lockMemory.from)
    line(.control, settings.control.value ?? off, settings.control.from)
    line(.log, settings.log.value.name, settings.log.from)
  }

  fileprivate mutating func append(noStreams from: Provenance) { line(.stream, off, from) }

  private var off: [UInt8] { ("off" as StaticString).ascii }

  fileprivate mutating func append(_ reference: Stated<ReferenceSettings>) {
    let settings = reference.value
    func isGiven(_ option: ReferenceOption) -> Bool { reference.given & 1 << UInt32(option.rawValue) != 0 }
    let port = settings.target.port
    add(settings.target.host)
    add("name", settings.target.name)
    add("interval", settings.interval.exactText, isGiven: isGiven(.interval))
    add("timeout", settings.timeout.exactText, isGiven: isGiven(.timeout))
    add("port", String(port), isGiven: isGiven(.port) || port != Endpoint.ntpPort)
    if let interface = settings.interface { add("interface", interface) }
    if let source = settings.source { add("source", source) }
    if settings.rateAgreed { add("rate-agreed" as StaticString) }
    if settings.hardwareStamps { add("hwtimestamp" as StaticString) }
    if settings.family == .v4 { add("ipv4" as StaticString) }
    if settings.family == .v6 { add("ipv6" as StaticString) }
    finish(.reference, reference.from)
  }

  fileprivate mutating func append(_ stream: Stated<StreamPlan>) {
    let plan = stream.value
    func isGiven(_ option: StreamOption) -> Bool { stream.given & 1 << UInt32(option.rawValue) != 0 }
    add(plan.format.name)
    var destination: [UInt8] = []
    plan.destination.append(to: &destination)
    add(destination)
    if plan.format != .prometheus, !plan.kinds.isEmpty {
      add("records", plan.kinds.text, isGiven: isGiven(.records))
    }
    if plan.every > 1 { add("every", String(plan.every)) }
    if let around = plan.around { add("around", around.exactText) }
    if !plan.references.isEmpty { add("from", Array(plan.references.joined(separator: [UInt8(ascii: ",")]))) }
    if isGiven(.name) { add("name", plan.name) }
    append(plan.rotation, isGiven: isGiven(.keep))
    if plan.format == .syslog {
      add("facility", Facility.names[Int(plan.facility)].text, isGiven: isGiven(.facility))
    }
    if plan.format == .prometheus { add("interval", plan.interval.exactText, isGiven: isGiven(.interval)) }
    finish(.stream, stream.from)
  }

  private mutating func append(_ rotation: Rotation, isGiven: Bool) {
    guard rotation.size != nil || rotation.age != nil else { return }
    var text = rotation.size.map { phrase("@", .size(Int64(clamping: $0))) } ?? ""
    if let age = rotation.age { text += (rotation.size == nil ? "" : ",") + Self.days(age) }
    add("rotate", text)
    add("keep", String(rotation.keep), isGiven: isGiven)
  }
}

extension RecordKinds {
  /// "windows,events"
  var text: [UInt8] {
    var text: [UInt8] = []
    for (kind, name) in Self.names where contains(kind) {
      if !text.isEmpty { text.append(UInt8(ascii: ",")) }
      text.append(ascii: name)
    }
    return text
  }
}
