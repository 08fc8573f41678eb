/// What a line of the configuration can begin with.
enum Directive: UInt8, CaseIterable, Sendable {
  case probe, label, critical, warning, against, reference, watch, driftTolerance, rateWindow, window, spool,
    stream, user, realTime, lockMemory, control, log, include

  var name: StaticString {
    switch self {
    case .probe: "probe"
    case .label: "label"
    case .critical: "critical"
    case .warning: "warning"
    case .against: "against"
    case .reference: "reference"
    case .watch: "watch"
    case .driftTolerance: "drift-tolerance"
    case .rateWindow: "rate-window"
    case .window: "window"
    case .spool: "spool"
    case .stream: "stream"
    case .user: "user"
    case .realTime: "real-time"
    case .lockMemory: "lock-memory"
    case .control: "control"
    case .log: "log"
    case .include: "include"
    }
  }

  /// What follows the name, for messages.
  var takes: StaticString {
    switch self {
    case .probe: "NAME"
    case .label: "KEY VALUE"
    case .critical, .warning, .watch, .rateWindow: "TIME"
    case .against: "reference or utc"
    case .reference: "ADDRESS and options"
    case .driftTolerance: "RATE"
    case .window: "1s, 1min or both"
    case .spool: "FOLDER and options, or off"
    case .stream: "FORMAT DESTINATION and options, or off"
    case .user: "NAME or NAME:GROUP"
    case .realTime: "PRIORITY or off"
    case .lockMemory: "yes or no"
    case .control: "PATH or off"
    case .log: "LEVEL"
    case .include: "PATH"
    }
  }

  /// Each of these adds one; of the others the last source counts.
  var isList: Bool {
    switch self {
    case .label, .reference, .stream, .include: true
    default: false
    }
  }

  /// Pairs of a word and a value, in any order, each at most once; and words alone.
  var options: [DirectiveOption] {
    switch self {
    case .reference: DirectiveOption.reference
    case .spool: DirectiveOption.spool
    case .stream: DirectiveOption.stream
    default: []
    }
  }

  /// `limit` is another word for critical, as on the command line.
  static let words: [StaticString] = allCases.map { $0.name } + ["limit"]

  static func named(_ word: [UInt8]) -> Directive? {
    if word.elementsEqual(("limit" as StaticString).bytes) { return .critical }
    return allCases.first { word.elementsEqual($0.name.bytes) }
  }
}

struct DirectiveOption: Sendable {
  var name: StaticString
  /// What it takes; nil: nothing.
  var value: StaticString?

  /// In the order of `ReferenceOption`.
  static let reference: [DirectiveOption] = [
    DirectiveOption(name: "name", value: "NAME"),
    DirectiveOption(name: "interval", value: "TIME"),
    DirectiveOption(name: "timeout", value: "TIME"),
    DirectiveOption(name: "port", value: "PORT"),
    DirectiveOption(name: "interface", value: "NAME"),
    DirectiveOption(name: "source", value: "ADDRESS"),
    DirectiveOption(name: "rate-agreed"),
    DirectiveOption(name: "hwtimestamp"),
    DirectiveOption(name: "ipv4"),
    DirectiveOption(name: "ipv6"),
  ]

  static let spool: [DirectiveOption] = [
    DirectiveOption(name: "size", value: "SIZE"),
    DirectiveOption(name: "age", value: "TIME"),
  ]

  /// In the order of `StreamOption`.
  static let stream: [DirectiveOption] = [
    DirectiveOption(name: "records", value: "KINDS"),
    DirectiveOption(name: "every", value: "NUMBER"),
    DirectiveOption(name: "around", value: "TIME"),
    DirectiveOption(name: "from", value: "NAMES"),
    DirectiveOption(name: "name", value: "NAME"),
    DirectiveOption(name: "rotate", value: "SIZE or TIME"),
    DirectiveOption(name: "keep", value: "NUMBER"),
    DirectiveOption(name: "facility", value: "NAME"),
    DirectiveOption(name: "interval", value: "TIME"),
  ]
}

enum ReferenceOption: Int, Sendable {
  case name, interval, timeout, port, interface, source, rateAgreed, hardware, v4, v6
}

enum StreamOption: Int, Sendable {
  case records, every, around, from, name, rotate, keep, facility, interval
}
