/// What one `stream` directive asks for. Whoever reads the configuration has checked that the parts fit together.
public struct StreamPlan: Equatable, Sendable {
  /// In status, metrics and the spool's cursors, one of its kind: by default the format and the destination.
  public var name: [UInt8]
  public var format: StreamFormat
  public var destination: Destination
  /// The kinds that all go out. `hello`, `mark` and `drop` go out whatever is chosen, where the format can say them.
  public var kinds: RecordKinds
  /// Of each reference's samples one in this many, 1 = all. Losses are never thinned.
  public var every: UInt32 = 1
  /// Beside `kinds`, all samples and losses from this long before an event to as long after it, on R. nil: none.
  public var around: Nanoseconds?
  /// Records of these references only, and those of no reference. Empty: of all.
  public var references: [[UInt8]] = []
  /// Of `file:` alone.
  public var rotation = Rotation()
  /// Of syslog alone (RFC 5424 section 6.2.1): 0 to 23.
  public var facility: UInt8 = Self.daemon
  /// Of prometheus alone: the file is written anew this often, with the least and the greatest in between.
  public var interval = Nanoseconds.seconds(15)

  public static let daemon: UInt8 = 3

  public init(name: [UInt8], format: StreamFormat, destination: Destination) {
    self.name = name
    self.format = format
    self.destination = destination
    kinds = format.usualKinds
  }
}

public enum StreamFormat: UInt8, CaseIterable, Sendable {
  case jsonl
  case influx
  case rawstats
  case csv
  case syslog
  case prometheus

  public var name: StaticString {
    switch self {
    case .jsonl: "jsonl"
    case .influx: "influx"
    case .rawstats: "rawstats"
    case .csv: "csv"
    case .syslog: "syslog"
    case .prometheus: "prometheus"
    }
  }

  /// The kinds that it has words for. prometheus has no records: its figures are made of all kinds.
  public var possibleKinds: RecordKinds {
    switch self {
    case .jsonl, .influx, .prometheus: .all
    case .rawstats, .csv: .samples
    case .syslog: [.windows, .events]
    }
  }

  /// Where `records` does not say.
  public var usualKinds: RecordKinds {
    switch self {
    case .jsonl, .influx, .syslog: [.windows, .events]
    case .rawstats, .csv: .samples
    case .prometheus: .all
    }
  }
}

/// Kinds of records as `records` names them.
public struct RecordKinds: OptionSet, Equatable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `sample` and `loss`: how each query ended.
  public static let samples = RecordKinds(rawValue: 1)
  public static let windows = RecordKinds(rawValue: 2)
  public static let events = RecordKinds(rawValue: 4)
  public static let all: RecordKinds = [.samples, .windows, .events]

  public static let names: [(kind: RecordKinds, name: StaticString)] = [
    (.samples, "samples"), (.windows, "windows"), (.events, "events"),
  ]
}

/// Where a stream's bytes go.
public enum Destination: Equatable, Sendable {
  case standardOutput
  /// Absolute. It may hold the conversions of `FileName`, also where there is only one file.
  case file(path: [UInt8])
  /// A listening stream socket, a datagram socket: absolute, at most 107 bytes (unix(7), sun_path).
  case unix(path: [UInt8])
  case unixgram(path: [UInt8])
  /// A name or a numeric address, the latter without brackets, with an IPv6 zone where given.
  case udp(host: [UInt8], port: UInt16)
  case tcp(host: [UInt8], port: UInt16)

  /// Bytes that were taken and then lost can be sent again: what the far side has taken is known in order.
  public var isConnected: Bool {
    switch self {
    case .unix, .tcp: true
    default: false
    }
  }

  public var isDatagram: Bool {
    switch self {
    case .unixgram, .udp: true
    default: false
    }
  }
}

/// When `file:` begins a new file, beside the dates in its name.
public struct Rotation: Equatable, Sendable {
  /// Bytes after which, at a line's end, the file becomes FILE.1, FILE.1 becomes FILE.2, ... nil: never.
  public var size: UInt64?
  /// By BOOTTIME since it was begun. nil: never.
  public var age: Nanoseconds?
  /// How many of FILE.1, FILE.2, ... are kept; with dates in the name nothing is renamed or removed.
  public var keep: UInt32 = 7

  public init() {}
}

/// What a file's name may say of the date, in UTC: strftime(3)'s conversions of these letters, and %% for %.
public enum FileName {
  public static let conversions: StaticString = "YmdHMSj"

  /// The place of the first `%` that begins nothing known; nil: there is none.
  public static func badConversion(in path: [UInt8]) -> Int? {
    forEachConversion(in: path) { letter in
      letter == UInt8(ascii: "%") || conversions.ascii.contains(letter)
    }
  }

  /// Whether the name changes with time.
  public static func hasDate(_ path: [UInt8]) -> Bool {
    forEachConversion(in: path) { $0 == UInt8(ascii: "%") } != nil
  }

  /// The place of the first conversion that `accept` refuses. 0 stands for a `%` at the very end.
  private static func forEachConversion(in path: [UInt8], _ accept: (UInt8) -> Bool) -> Int? {
    var place = 0
    while place < path.count {
      guard path[place] == UInt8(ascii: "%") else {
        place += 1
        continue
      }
      guard accept(place + 1 < path.count ? path[place + 1] : 0) else { return place }
      place += 2
    }
    return nil
  }
}

extension Destination {
  /// As the configuration writes it: "udp://[fd00::2]:514", "file:/var/log/x".
  public func append(to text: inout [UInt8]) {
    switch self {
    case .standardOutput: text.append(ascii: "stdout")
    case .file(let path): Self.append("file:", path, to: &text)
    case .unix(let path): Self.append("unix:", path, to: &text)
    case .unixgram(let path): Self.append("unixgram:", path, to: &text)
    case .udp(let host, let port): Self.append("udp://", host, port, to: &text)
    case .tcp(let host, let port): Self.append("tcp://", host, port, to: &text)
    }
  }

  private static func append(_ scheme: StaticString, _ path: [UInt8], to text: inout [UInt8]) {
    text.append(ascii: scheme)
    text.append(copying: path)
  }

  private static func append(_ scheme: StaticString, _ host: [UInt8], _ port: UInt16, to text: inout [UInt8])
  {
    text.append(ascii: scheme)
    let needsBrackets = host.contains(UInt8(ascii: ":"))
    if needsBrackets { text.append(UInt8(ascii: "[")) }
    text.append(copying: host)
    if needsBrackets { text.append(UInt8(ascii: "]")) }
    text.append(UInt8(ascii: ":"))
    text.append(decimal: UInt32(port))
  }
}
