/// What each directive does to the settings.
extension ConfigurationReader {
  mutating func apply(_ directive: Directive, _ reader: inout DirectiveReader) {
    switch directive {
    case .probe: Self.set(&settings.probe, reader.name(), &reader)
    case .critical: Self.set(&settings.critical, reader.duration(in: ServiceLimits.critical), &reader)
    case .warning: Self.set(&settings.warning, reader.duration(in: ServiceLimits.warning), &reader)
    case .against: Self.set(&settings.against, reader.against(), &reader)
    case .watch: Self.set(&settings.watch, reader.duration(in: ServiceLimits.watch), &reader)
    case .driftTolerance: Self.set(&settings.driftTolerance, reader.drift(), &reader)
    case .rateWindow: Self.set(&settings.rateWindow, reader.duration(in: ServiceLimits.rateWindow), &reader)
    case .window: Self.set(&settings.windows, reader.windows(), &reader)
    case .spool: Self.set(&settings.spool, reader.spool(), &reader)
    case .user: Self.set(&settings.user, reader.user(), &reader)
    case .realTime: Self.set(&settings.realTime, reader.realTime(), &reader)
    case .lockMemory: Self.set(&settings.lockMemory, reader.yesOrNo(), &reader)
    case .control: Self.set(&settings.control, reader.control(), &reader)
    case .log: Self.set(&settings.log, reader.logLevel(), &reader)
    case .label: if let label = reader.label() { add(label, &reader) }
    case .reference: if let reference = reader.reference() { add(reference, reader.place, reader.given) }
    case .stream: addStream(&reader)
    case .include: include(&reader)
    }
  }

  private static func set<Value>(
    _ slot: inout Stated<Value>, _ value: Value?, _ reader: inout DirectiveReader
  ) {
    guard let value else { return }
    reader.end()
    if !reader.isFaulty { slot = Stated(value, .given(reader.place), given: reader.given) }
  }

  /// A label of an earlier source is replaced.
  private mutating func add(_ label: Label, _ reader: inout DirectiveReader) {
    let place = reader.place
    let stated = Stated(label, .given(place))
    guard let index = settings.labels.firstIndex(where: { $0.value.key.elementsEqual(label.key) }) else {
      guard settings.labels.count < ServiceLimits.labels else {
        return reader.refuse(place, "at most @ labels can be given", .number(UInt64(ServiceLimits.labels)))
      }
      return settings.labels.append(stated)
    }
    if case .given(let first) = settings.labels[index].from, first.source == place.source {
      return reader.refuse(
        place, "label @ was given in line @ already", .word(label.key), .number(UInt64(first.line)))
    }
    settings.labels[index] = stated
  }

  mutating func add(_ reference: ReferenceSettings, _ place: ConfigurationPlace, _ given: UInt32) {
    let name = reference.target.name
    if let first = settings.references.first(where: { $0.value.target.name.utf8.elementsEqual(name.utf8) }) {
      return refuse(
        place, "a reference named @ is there already: @", .word(Array(name.utf8)), words(first.from))
    }
    guard settings.references.count < ServiceLimits.references else {
      return refuse(place, "at most @ references can be given", .number(UInt64(ServiceLimits.references)))
    }
    settings.references.append(Stated(reference, .given(place), given: given))
  }

  private mutating func addStream(_ reader: inout DirectiveReader) {
    if reader.takes(only: "off") {
      settings.noStreams = .given(reader.place)
      settings.streams = []
      namesAsked = []
      return
    }
    guard let stream = reader.stream() else { return }
    let (plan, place) = (stream.plan, reader.place)
    for other in settings.streams {
      if other.value.name.elementsEqual(plan.name) {
        return refuse(
          place, "a stream named @ is there already: @; give it a name", .word(plan.name), words(other.from))
      }
      if plan.destination.isExclusive, other.value.destination == plan.destination {
        return refuse(place, "another stream writes there already: @", words(other.from))
      }
    }
    guard settings.streams.count < ServiceLimits.streams else {
      return refuse(place, "at most @ streams can be given", .number(UInt64(ServiceLimits.streams)))
    }
    for word in stream.from { namesAsked.append((reader.place(of: word), word.bytes)) }
    settings.streams.append(Stated(plan, .given(place), given: reader.given))
  }
}

extension Destination {
  /// Two writers would spoil each other's lines.
  fileprivate var isExclusive: Bool {
    switch self {
    case .standardOutput, .file: true
    default: false
    }
  }
}
