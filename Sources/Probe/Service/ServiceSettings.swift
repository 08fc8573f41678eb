/// `timeprobe`, the service: the configuration in force. Only `ConfigurationReader` makes one from text, and only a
/// valid one.
public struct ServiceSettings: Sendable {
  /// What was read; places point into it.
  public var sources: [ConfigurationSource] = []
  /// Who measures, in every record.
  public var probe: Stated<[UInt8]>
  public var labels: [Stated<Label>] = []
  /// |S - C| past this is critical.
  public var critical = Stated(Nanoseconds.milliseconds(1))
  public var warning = Stated(Nanoseconds.microseconds(500), .derived("half of critical"))
  public var against = Stated(Against.reference)
  public var references: [Stated<ReferenceSettings>] = []
  /// Between two local readings, at most.
  public var watch = Stated(Nanoseconds.milliseconds(8))
  /// What the proofs assume of the reference's clock against R, and over which length (docs/method.md).
  public var driftTolerance = Stated(Rate.partsPerMillion(1))
  public var rateWindow = Stated(Nanoseconds.seconds(300))
  /// The lengths of windows that are recorded.
  public var windows = Stated(WindowLengths.minute)
  /// nil: off.
  public var spool: Stated<SpoolSettings?> = Stated(SpoolSettings())
  public var streams: [Stated<StreamPlan>] = []
  /// `stream off`, which also takes away the streams before it; nil: it was not said.
  public var noStreams: Provenance?
  /// nil: whoever started it.
  public var user: Stated<UserSetting?> = Stated(nil)
  /// Of the measuring thread, SCHED_FIFO, 1 to 99 (sched(7)); nil: no real-time priority.
  public var realTime: Stated<Int32?> = Stated(nil)
  public var lockMemory = Stated(false)
  /// The socket of `--status` and `--mark`; nil: none.
  public var control: Stated<[UInt8]?> = Stated(Array("/run/timeprobe/control.sock".utf8))
  public var log = Stated(LogLevel.info)

  public init(probe: [UInt8]) { self.probe = Stated(probe, .derived("the host's name")) }
}

public struct Label: Equatable, Sendable {
  public var key: [UInt8]
  public var value: [UInt8]
}

/// What the limits are about.
public enum Against: UInt8, CaseIterable, Sendable {
  /// The reference's own clock.
  case reference
  /// UTC: the root distance of the reference counts too.
  case utc

  public var name: StaticString {
    switch self {
    case .reference: "reference"
    case .utc: "utc"
    }
  }
}

public struct WindowLengths: OptionSet, Equatable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let second = WindowLengths(rawValue: 1)
  public static let minute = WindowLengths(rawValue: 2)

  public static let names: [(length: WindowLengths, name: StaticString)] = [
    (.second, "1s"), (.minute, "1min"),
  ]
}

/// One reference, and how it is asked.
public struct ReferenceSettings: Sendable {
  public var target: ReferenceSetting
  public var family = AddressFamily.any
  public var interval = Self.defaultInterval
  /// For a reply.
  public var timeout = Nanoseconds.seconds(1)
  /// Bind to this interface (SO_BINDTODEVICE).
  public var interface: String?
  /// Numeric address that queries leave from.
  public var source: String?
  /// Its owner agreed to the interval, however short.
  public var rateAgreed = false
  /// Have the network card stamp, where it can; switching that on takes CAP_NET_ADMIN.
  public var hardwareStamps = false

  public static let defaultInterval = Nanoseconds.milliseconds(250)
}

/// Where records are kept until the streams have had them.
public struct SpoolSettings: Equatable, Sendable {
  public var folder: [UInt8] = Array("/var/lib/timeprobe".utf8)
  /// Bytes at most.
  public var size: Int64 = 64_000_000
  /// Nothing older is kept.
  public var age = Nanoseconds.seconds(7 * 86400)
}

/// Whom a service started as root becomes: names or numbers.
public struct UserSetting: Equatable, Sendable {
  public var user: [UInt8]
  /// nil: the user's own.
  public var group: [UInt8]?
}

/// What is logged to standard error; the numbers are severities of RFC 5424, as journald takes them (sd-daemon(3)).
public enum LogLevel: UInt8, CaseIterable, Sendable {
  case error = 3
  case warning = 4
  case notice = 5
  case info = 6
  case debug = 7

  public var name: StaticString {
    switch self {
    case .error: "error"
    case .warning: "warning"
    case .notice: "notice"
    case .info: "info"
    case .debug: "debug"
    }
  }
}

/// The accepted ranges; messages and docs/operating.md name them.
public enum ServiceLimits {
  public static let interval = Nanoseconds.milliseconds(1)...Nanoseconds.seconds(3600)
  public static let timeout = Nanoseconds.milliseconds(1)...Nanoseconds.seconds(60)
  public static let critical = Nanoseconds.microseconds(1)...Nanoseconds.seconds(3600)
  public static let warning = Nanoseconds(1)...Nanoseconds.seconds(3600)
  public static let watch = Nanoseconds.milliseconds(1)...Nanoseconds.seconds(1)
  public static let drift = Rate(partsPerTrillion: 1_000)...Rate.partsPerMillion(500)
  public static let rateWindow = Nanoseconds.seconds(10)...Nanoseconds.seconds(3600)
  public static let spoolSize: ClosedRange<Int64> = 1_000_000...1_000_000_000_000
  public static let spoolAge = Nanoseconds.seconds(60)...Nanoseconds.seconds(3650 * 86400)
  public static let around = Nanoseconds.milliseconds(100)...Nanoseconds.seconds(60)
  public static let every: ClosedRange<UInt64> = 1...1_000_000
  public static let rotateSize: ClosedRange<Int64> = 100_000...1_000_000_000_000
  public static let rotateAge = Nanoseconds.seconds(60)...Nanoseconds.seconds(366 * 86400)
  public static let keep: ClosedRange<UInt64> = 1...1000
  public static let refresh = Nanoseconds.seconds(1)...Nanoseconds.seconds(3600)
  public static let references = 64
  public static let streams = 16
  public static let labels = 32
  /// Bytes of a name, a label's value or a path.
  public static let name = 255
  public static let path = 4000
  /// Bytes of a socket's path (unix(7), sun_path, with its zero).
  public static let socketPath = 107
  public static let files = 256
  public static let depth = 8
  public static let fileSize = 1 << 20
}

extension ReferenceSettings {
  /// The same reference asked in the same way: an association with it goes on.
  func isSame(as other: ReferenceSettings) -> Bool {
    target.name == other.target.name && target.host == other.target.host && target.port == other.target.port
      && family == other.family && interval == other.interval && timeout == other.timeout
      && interface == other.interface && source == other.source && rateAgreed == other.rateAgreed
      && hardwareStamps == other.hardwareStamps
  }
}

extension ServiceSettings {
  func hasSameLimits(as other: ServiceSettings) -> Bool {
    critical.value == other.critical.value && warning.value == other.warning.value
      && against.value == other.against.value && driftTolerance.value == other.driftTolerance.value
      && rateWindow.value == other.rateWindow.value
  }

  /// What leaves this guest is the same: streams and spool go on.
  func hasSameStreams(as other: ServiceSettings) -> Bool {
    probe.value == other.probe.value && labels.map { $0.value } == other.labels.map { $0.value }
      && spool.value == other.spool.value && streams.map { $0.value } == other.streams.map { $0.value }
      && windows.value == other.windows.value
  }
}

extension ServiceSettings {
  /// What is asked for and not done yet: said in the log, because a limit that is silently another one is a lie.
  var notObeyed: [StaticString] {
    var words: [StaticString] = []
    if against.value != .reference { words.append("against utc (limits are about the reference)") }
    if driftTolerance.value != .partsPerMillion(1) { words.append("drift-tolerance (proofs assume 1ppm)") }
    if rateWindow.value != .seconds(300) { words.append("rate-window (proofs take 5min)") }
    if references.contains(where: { $0.value.hardwareStamps }) {
      words.append("hwtimestamp (stamps are the kernel's)")
    }
    return words
  }
}
