/// What the service was asked to run with, by its command line.
public struct ConfigurationRequest: Sendable {
  /// `--config`; nil: the usual file and folder, where they are there.
  public var file: [UInt8]?
  /// `--set`, in the order given.
  public var settings: [[UInt8]] = []
  /// References as arguments, with the options that belong to them.
  public var references: [ReferenceSettings] = []
  /// Which options those were, a bit each as of the directive.
  public var referenceOptions: UInt32 = 0
  public var critical: Nanoseconds?
  public var warning: Nanoseconds?
  public var log: LogLevel?

  public init() {}
}

/// What a configuration is read from.
public struct ConfigurationWorld {
  public var files: FileWorld
  /// Of the environment.
  public var variable: ([UInt8]) -> [UInt8]?
  /// This host's name.
  public var host: [UInt8]

  public init(files: FileWorld, variable: @escaping ([UInt8]) -> [UInt8]?, host: [UInt8]) {
    self.files = files
    self.variable = variable
    self.host = host
  }
}

public enum ConfigurationOutcome: Sendable {
  case valid(ServiceSettings)
  /// No reference and no stream: nobody has said what to do. The rest is valid.
  case unconfigured(ServiceSettings)
  /// At least one, in the order of reading.
  case invalid([ConfigurationProblem], [ConfigurationSource])
}

/// From text to valid settings, or to everything that is wrong with it.
public struct ConfigurationReader {
  public static let usualFile: StaticString = "/etc/timeprobe/timeprobe.conf"
  public static let usualFolder: StaticString = "/etc/timeprobe/conf.d"
  static let mostProblems = 1000

  let world: ConfigurationWorld
  var settings: ServiceSettings
  var problems: [ConfigurationProblem] = []
  /// Where each directive was last given, by its number.
  private var lastPlaces = [ConfigurationPlace?](repeating: nil, count: Directive.allCases.count)
  /// The sources of the files that are being read, each included by the one before.
  var open: [Int] = []
  /// The names in `from`, with their places.
  private var namesAsked: [(place: ConfigurationPlace, name: [UInt8])] = []
  private var hasFaultyReference = false

  init(_ world: ConfigurationWorld) {
    self.world = world
    settings = ServiceSettings(probe: world.host)
  }

  public static func read(_ request: ConfigurationRequest, _ world: ConfigurationWorld)
    -> ConfigurationOutcome
  {
    var reader = ConfigurationReader(world)
    reader.readFiles(request.file)
    for (index, text) in request.settings.enumerated() {
      reader.read(text, of: reader.add(.setting(index + 1)))
    }
    reader.take(request)
    return reader.outcome()
  }

  mutating func add(_ source: ConfigurationSource) -> Int {
    settings.sources.append(source)
    return settings.sources.count - 1
  }

  @inline(never)
  mutating func refuse(
    _ place: ConfigurationPlace, _ template: StaticString, _ a: PhrasePart = .none, _ b: PhrasePart = .none,
    _ c: PhrasePart = .none
  ) {
    refuse(ConfigurationProblem(place, phrase(template, a, b, c)))
  }

  /// Kept in the order of reading, which is that of finding but for what only the whole can tell.
  @inline(never)
  private mutating func refuse(_ problem: ConfigurationProblem) {
    guard problems.count < Self.mostProblems else { return }
    var index = problems.count
    while index > 0, ConfigurationProblem.isBefore(problem, problems[index - 1]) { index -= 1 }
    problems.insert(problem, at: index)
  }

  /// Where something is, for a sentence.
  @inline(never)
  private func words(_ from: Provenance) -> PhrasePart {
    var text = ByteWriter(capacity: 64)
    text.append(from, in: settings.sources)
    return .bytes(text.bytes)
  }

  // MARK: Lines

  mutating func read(_ text: [UInt8], of source: Int) {
    var scanner = ConfigurationScanner(text, variable: world.variable)
    while let words = scanner.next() { read(words, of: source) }
    for fault in scanner.faults { refuse(ConfigurationProblem(fault, source: source)) }
    if !scanner.faults.isEmpty { hasFaultyReference = true }
  }

  private mutating func read(_ words: [ConfigurationWord], of source: Int) {
    guard let directive = Directive.named(words[0].bytes) else {
      hasFaultyReference = true
      let refusal = DirectiveReader.unknown(words[0], among: Directive.words, "is no directive")
      return refuse(
        ConfigurationPlace(source: source, line: words[0].line, column: words[0].column), "@ @",
        .word(words[0].bytes),
        .bytes(Array(refusal.text.utf8)))
    }
    var reader = DirectiveReader(directive, words, source: source)
    if !directive.isList { holdOnce(directive, reader.place) }
    apply(directive, &reader)
    for problem in reader.problems { refuse(problem) }
    if directive == .reference, reader.isFaulty { hasFaultyReference = true }
  }

  /// A later source may say otherwise; one source may not say two things.
  private mutating func holdOnce(_ directive: Directive, _ place: ConfigurationPlace) {
    let index = Int(directive.rawValue)
    if let last = lastPlaces[index], last.source == place.source {
      refuse(place, "@ was given in line @ already", .text(directive.name), .number(UInt64(last.line)))
    }
    lastPlaces[index] = place
  }

  // MARK: Directives

  private mutating func apply(_ directive: Directive, _ reader: inout DirectiveReader) {
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

  // MARK: What only the whole can tell

  private mutating func take(_ request: ConfigurationRequest) {
    if let critical = request.critical { settings.critical = Stated(critical, .option("--critical")) }
    if let warning = request.warning { settings.warning = Stated(warning, .option("--warning")) }
    if let log = request.log { settings.log = Stated(log, .option(log == .debug ? "--verbose" : "--quiet")) }
    guard !request.references.isEmpty else { return }
    let source = add(.arguments)
    for reference in request.references {
      add(reference, ConfigurationPlace(source: source, line: 0, column: 0), request.referenceOptions)
    }
  }

  private mutating func outcome() -> ConfigurationOutcome {
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

extension Destination {
  /// Two writers would spoil each other's lines.
  fileprivate var isExclusive: Bool {
    switch self {
    case .standardOutput, .file: true
    default: false
    }
  }
}
