/// What the user asked for, parsed once into valid values.
public enum Command: Sendable {
  case burst(BurstSettings)
  case clocks(ClocksSettings)
  case serve(ServeSettings)
  case replay(ReplaySettings)
  /// The service.
  case service(ConfigurationRequest)
  case checkConfiguration(ConfigurationRequest, asJSON: Bool)
  case status(ConfigurationRequest, asJSON: Bool)
  case mark(ConfigurationRequest, [UInt8])
  case help
  case version
}

public enum AddressFamily: Sendable {
  case any
  case v4
  case v6
}

/// One reference as given on the command line.
public struct ReferenceSetting: Sendable {
  /// The user's word, the name in records.
  public var name: String
  /// What is looked up: a name or a numeric address, with an IPv6 zone where given.
  public var host: String
  public var port: UInt16

  public init(name: String, host: String, port: UInt16) {
    self.name = name
    self.host = host
    self.port = port
  }
}

public enum OutputFormat: UInt8, CaseIterable, Sendable {
  case text
  case json
  case jsonl
  case csv
  case rawstats
  case plugin

  public var name: StaticString {
    switch self {
    case .text: "text"
    case .json: "json"
    case .jsonl: "jsonl"
    case .csv: "csv"
    case .rawstats: "rawstats"
    case .plugin: "plugin"
    }
  }
}

/// `timeprobe --burst`.
public struct BurstSettings: Sendable {
  public var references: [ReferenceSetting] = []
  /// Measure the embedded reference over loopback, in place of or beside the references.
  public var measureSelf = false
  /// Queries to each reference; nil: as many as fit into the duration.
  public var count: UInt64?
  /// nil: 8 ms, or 1 s where politeness asks for it.
  public var interval: Nanoseconds?
  /// nil: 2 s unless a count is given.
  public var duration: Nanoseconds?
  public var timeout = Nanoseconds.seconds(1)
  /// |S - C| past this is critical.
  public var critical = Nanoseconds.milliseconds(1)
  /// nil: half of critical.
  public var warning: Nanoseconds?
  public var family = AddressFamily.any
  /// Bind to this interface (SO_BINDTODEVICE).
  public var interface: String?
  /// Numeric address that queries leave from.
  public var source: String?
  public var rateAgreed = false
  public var format = OutputFormat.text
  /// nil: standard output.
  public var output: String?
  /// No progress, no notes on stderr.
  public var quiet = false
  /// Each query's end on stderr.
  public var verbose = false
  /// ANSI colour where the output is a terminal and NO_COLOR is not set.
  public var colour = false

  public init() {}

  public static let defaultInterval = Nanoseconds.milliseconds(8)
  public static let defaultDuration = Nanoseconds.seconds(2)
  public static let politeInterval = Nanoseconds.seconds(1)
  /// Queries to a reference that is asked once a second, where no count was given.
  public static let politeCount: UInt64 = 8

  public var effectiveWarning: Nanoseconds { warning ?? critical.half }
}

/// What the embedded reference's clock runs on.
public enum ReferenceBase: Sendable {
  /// This machine's REALTIME.
  case realtime
  /// Anchored once to REALTIME, then on MONOTONIC_RAW: steps and slews of REALTIME do not move it.
  case raw
}

/// `timeprobe --serve`.
public struct ServeSettings: Sendable {
  /// nil: loopback.
  public var address: String?
  public var port: UInt16 = 123
  public var family = AddressFamily.any
  public var stratum: UInt8 = 1
  /// Four bytes as sent.
  public var referenceID: UInt32 = 0x4c4f_434c  // LOCL, uncalibrated local clock (RFC 5905 figure 12)
  /// Added to the base. Positive = the reference is ahead of it.
  public var shift = Nanoseconds.zero
  /// Positive = the reference gains on the base.
  public var drift = Rate(partsPerTrillion: 0)
  public var base = ReferenceBase.realtime
  /// Stop after this long; nil: at a signal.
  public var duration: Nanoseconds?
  public var interface: String?
  public var quiet = false
  public var verbose = false

  public init() {}
}
