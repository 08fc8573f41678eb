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
  var namesAsked: [(place: ConfigurationPlace, name: [UInt8])] = []
  var hasFaultyReference = false

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
  mutating func refuse(_ problem: ConfigurationProblem) {
    guard problems.count < Self.mostProblems else { return }
    var index = problems.count
    while index > 0, ConfigurationProblem.isBefore(problem, problems[index - 1]) { index -= 1 }
    problems.insert(problem, at: index)
  }

  /// Where something is, for a sentence.
  @inline(never)
  func words(_ from: Provenance) -> PhrasePart {
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
}
