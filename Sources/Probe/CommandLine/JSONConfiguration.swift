/// `--check-config --json`: one object. It is no record, for nothing was measured.
extension ByteWriter {
  mutating func json(_ settings: ServiceSettings) {
    let load = LoadShare(settings)
    openObject()
    member("kind", word: "configuration")
    number("configured") {
      $0.append(settings.references.isEmpty && settings.streams.isEmpty ? "false" as StaticString : "true")
    }
    values(settings)
    openArray("references")
    for (index, reference) in settings.references.enumerated() {
      object(reference, settings.sources, load.references[index])
    }
    closeArray()
    openArray("streams")
    for (index, stream) in settings.streams.enumerated() {
      object(stream, settings.sources, load.streams[index])
    }
    closeArray()
    openObject("load")
    member("queries_milli", load.queries)
    member("wakeups_milli", load.wakeups)
    closeObject()
    closeObject()
    append(byte: 0x0a)
  }

  private mutating func values(_ settings: ServiceSettings) {
    let sources = settings.sources
    value("probe", settings.probe.from, sources) { $0.member("value", bytes: settings.probe.value) }
    openArray("labels")
    for label in settings.labels {
      openObject()
      member("key", bytes: label.value.key)
      member("value", bytes: label.value.value)
      member("from", label.from, sources)
      closeObject()
    }
    closeArray()
    value("critical_ns", settings.critical, sources)
    value("warning_ns", settings.warning, sources)
    value("against", settings.against.from, sources) { $0.member("value", word: settings.against.value.name) }
    value("watch_ns", settings.watch, sources)
    value("drift_tolerance_ppm", settings.driftTolerance.from, sources) {
      $0.number("value") { $0.append(ppm: settings.driftTolerance.value) }
    }
    value("rate_window_ns", settings.rateWindow, sources)
    value("window", settings.windows.from, sources) { text in
      text.openArray("value")
      for (length, name) in WindowLengths.names where settings.windows.value.contains(length) {
        text.element(name)
      }
      text.closeArray()
    }
    value("spool", settings.spool.from, sources) { text in
      guard let spool = settings.spool.value else { return text.member("value", word: "off") }
      text.member("folder", bytes: spool.folder)
      text.member("size", spool.size)
      text.member("age_ns", spool.age)
    }
    if let user = settings.user.value {
      value("user", settings.user.from, sources) { text in
        text.member("value", bytes: user.user)
        if let group = user.group { text.member("group", bytes: group) }
      }
    }
    value("real_time", settings.realTime.from, sources) { text in
      if let priority = settings.realTime.value {
        text.member("value", Int64(priority))
      } else {
        text.member("value", word: "off")
      }
    }
    value("lock_memory", settings.lockMemory.from, sources) { text in
      text.number("value") { $0.append(settings.lockMemory.value ? "true" as StaticString : "false") }
    }
    value("control", settings.control.from, sources) { text in
      if let path = settings.control.value {
        text.member("value", bytes: path)
      } else {
        text.member("value", word: "off")
      }
    }
    value("log", settings.log.from, sources) { $0.member("value", word: settings.log.value.name) }
  }

  private mutating func object(
    _ reference: Stated<ReferenceSettings>, _ sources: [ConfigurationSource], _ load: LoadShare.AtReference
  ) {
    let settings = reference.value
    openObject()
    member("name", text: settings.target.name)
    member("host", text: settings.target.host)
    member("port", Int64(settings.target.port))
    if settings.family != .any { member("family", word: settings.family == .v4 ? "ipv4" : "ipv6") }
    member("interval_ns", settings.interval)
    member("timeout_ns", settings.timeout)
    if let interface = settings.interface { member("interface", text: interface) }
    if let source = settings.source { member("source", text: source) }
    if settings.rateAgreed { flag("rate_agreed") }
    if settings.hardwareStamps { flag("hwtimestamp") }
    member("queries_milli", load.queries)
    if load.isSlowed { flag("slowed") }
    origin(reference.from, reference.given, .reference, sources)
  }

  private mutating func object(
    _ stream: Stated<StreamPlan>, _ sources: [ConfigurationSource], _ load: LoadShare.AtStream
  ) {
    let plan = stream.value
    openObject()
    member("name", bytes: plan.name)
    member("format", word: plan.format.name)
    member("destination") { text in
      var destination: [UInt8] = []
      plan.destination.append(to: &destination)
      text.append(destination)
    }
    openArray("records")
    for (kind, name) in RecordKinds.names where plan.kinds.contains(kind) { element(name) }
    closeArray()
    member("every", UInt64(plan.every))
    if let around = plan.around { member("around_ns", around) }
    if !plan.references.isEmpty {
      openArray("from_references")
      for name in plan.references { element(name) }
      closeArray()
    }
    if let size = plan.rotation.size { member("rotate_size", size) }
    if let age = plan.rotation.age { member("rotate_age_ns", age) }
    if plan.rotation.size != nil || plan.rotation.age != nil { member("keep", UInt64(plan.rotation.keep)) }
    if plan.format == .syslog { member("facility", word: Facility.names[Int(plan.facility)]) }
    if plan.format == .prometheus { member("interval_ns", plan.interval) }
    member("bytes_per_day", load.bytesPerDay)
    member("bytes_per_event", load.bytesPerEvent)
    origin(stream.from, stream.given, .stream, sources)
  }

  // MARK: Pieces

  /// Where it came from, and which options were given; closes the object.
  private mutating func origin(
    _ from: Provenance, _ given: UInt32, _ directive: Directive, _ sources: [ConfigurationSource]
  ) {
    member("from", from, sources)
    openArray("given")
    for (index, option) in directive.options.enumerated() where given & 1 << UInt32(index) != 0 {
      element(option.name)
    }
    closeArray()
    closeObject()
  }

  private mutating func value(
    _ key: StaticString, _ from: Provenance, _ sources: [ConfigurationSource],
    _ body: (inout ByteWriter) -> Void
  ) {
    openObject(key)
    body(&self)
    member("from", from, sources)
    closeObject()
  }

  private mutating func value(
    _ key: StaticString, _ stated: Stated<Nanoseconds>, _ sources: [ConfigurationSource]
  ) {
    value(key, stated.from, sources) { $0.number("value") { $0.append(stated.value.count) } }
  }

  private mutating func member(
    _ key: StaticString, _ from: Provenance, _ sources: [ConfigurationSource]
  ) {
    member(key) { $0.append(from, in: sources) }
  }

  private mutating func member(_ key: StaticString, bytes: [UInt8]) { member(key) { $0.append(bytes) } }

  private mutating func flag(_ key: StaticString) { number(key) { $0.append("true" as StaticString) } }

  private mutating func element(_ word: StaticString) { element(word.ascii) }

  private mutating func element(_ word: [UInt8]) {
    separate()
    append(byte: UInt8(ascii: "\""))
    let start = count
    append(word)
    escapeJSON(from: start)
    append(byte: UInt8(ascii: "\""))
  }
}
