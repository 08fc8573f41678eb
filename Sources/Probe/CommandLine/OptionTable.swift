/// What `timeprobe` can be asked to do, as a set: an option belongs to one or several of them.
struct Modes: OptionSet, Sendable {
  let rawValue: UInt16

  static let burst = Modes(rawValue: 1)
  static let serve = Modes(rawValue: 2)
  static let clocks = Modes(rawValue: 4)
  static let replay = Modes(rawValue: 8)
  /// No mode was named.
  static let service = Modes(rawValue: 16)
  static let check = Modes(rawValue: 32)
  /// Those that talk to the service.
  static let status = Modes(rawValue: 64)
  static let mark = Modes(rawValue: 128)
  /// Those that read the configuration.
  static let configured: Modes = [.service, .check, .status, .mark]
  static let judging: Modes = [.burst, .replay, .service, .check]
  static let plugged: Modes = [.burst, .replay]
  static let noting: Modes = [.burst, .serve, .replay, .service, .check]
  /// Those that ask references.
  static let asking: Modes = [.burst, .clocks, .service, .check]
  /// Those with a result in a format.
  static let telling: Modes = [.burst, .clocks, .replay]
  /// Those with a result in JSON.
  static let objects: Modes = [.burst, .clocks, .replay, .check, .status]
  /// Those that use the network.
  static let live: Modes = [.burst, .serve, .clocks, .service, .check]
  static let timed: Modes = [.burst, .serve, .clocks]
  static let all: Modes = [.burst, .serve, .clocks, .replay, .service, .check, .status, .mark]
  /// Chooses the mode, or belongs to none.
  static let none: Modes = []
}

/// What an option means; several spellings may mean the same.
enum OptionID: Sendable {
  case burst, clocks, serve, replay, checkConfiguration, status, mark, help, version
  case configuration, setting
  case switchSources
  case reference, measureSelf, count, interval, duration, timeout, warning, critical
  case format, json, plugin, output, rateAgreed
  case interface, source, port, onlyV4, onlyV6, quiet, verbose
  case stratum, referenceID, shift, drift, base
}

struct OptionEntry: Sendable {
  var id: OptionID
  /// Without dashes; nil: a letter only.
  var name: StaticString?
  var letter: UInt8?
  /// What `--help` calls its value; nil: it takes none.
  var value: StaticString?
  var modes: Modes
  var help: StaticString

  /// As messages name it: `--interval`, or `-H` where there is no long name.
  var spelling: String { name.map { "--" + $0.text } ?? "-" + String(Unicode.Scalar(letter ?? 0x3f)) }
}

/// Every option, in one place: parsing, help and the search for the nearest word go by this table.
enum OptionTable {
  static let entries: [OptionEntry] =
    modes + configuration + limits + queries + outputs + network + embedded + other

  private static let modes: [OptionEntry] = [
    entry(.burst, "burst", value: nil, .none, "ask references for 2 s and give a verdict"),
    entry(.clocks, "clocks", value: nil, .none, "one table of every clock and clocksource of this guest"),
    entry(.serve, "serve", value: nil, .none, "be a reference, for labs and fire drills"),
    entry(.replay, "replay", value: nil, .none, "judge what was recorded: JSONL, rawstats, chrony"),
    entry(
      .checkConfiguration, "check-config", value: nil, .none, "what the service would run with, and its load"),
    entry(.status, "status", value: nil, .none, "what the service measures now, and its streams"),
    entry(.mark, "mark", value: "TEXT", .none, "put a mark into every stream of the service"),
  ]

  private static let configuration: [OptionEntry] = [
    entry(
      .configuration, "config", value: "FILE", .configured, "instead of /etc/timeprobe/timeprobe.conf, conf.d"
    ),
    entry(
      .setting, "set", value: "DIRECTIVE", .configured, "a line of configuration; repeatable, wins over files"
    ),
  ]

  private static let limits: [OptionEntry] = [
    entry(
      .critical, "critical", "c", value: "TIME", .judging, "the limit, 1us to 1h (1ms); --limit is the same"),
    entry(.critical, "limit", value: "TIME", .judging, ""),
    entry(.warning, "warning", "w", value: "TIME", .judging, "1ns to critical (half of critical)"),
  ]

  private static let queries: [OptionEntry] = [
    entry(.count, "count", "n", value: "NUMBER", .burst, "queries to each reference, 1 to 1000000000"),
    entry(
      .interval, "interval", "i", value: "TIME", .asking,
      "from query to query, 100us to 1h (8ms; service: 250ms)"),
    entry(
      .duration, "duration", "d", value: "TIME", .timed,
      "1ms to 24h (--burst: 2s; --clocks: 1s; --serve: no end)"),
    entry(.timeout, "timeout", "t", value: "TIME", .asking, "for a reply, 1ms to 1min (1s)"),
    entry(.measureSelf, "self", value: nil, .burst, "measure the reference inside, over loopback: the floor"),
    entry(.reference, nil, "H", value: "REFERENCE", .asking, "a reference, as plugins are given one"),
    entry(.rateAgreed, "rate-agreed", value: nil, .asking, "no slowing down for far and public references"),
    entry(
      .switchSources, "switch", value: nil, .clocks, "for labs, as root: under each clocksource, then back"),
  ]

  private static let outputs: [OptionEntry] = [
    entry(
      .format, "format", "f", value: "FORMAT", .telling, "text json jsonl csv; not --clocks: rawstats, plugin"
    ),
    entry(.json, "json", value: nil, .objects, "-f json: one object"),
    entry(.plugin, "plugin", value: nil, .plugged, "-f plugin: one line with perfdata, exit 0 to 3"),
    entry(.output, "output", "o", value: "FILE", .telling, "write there and not to standard output"),
  ]

  private static let network: [OptionEntry] = [
    entry(.source, "source", "S", value: "ADDRESS", .asking, "send from this address"),
    entry(.interface, "interface", "I", value: "NAME", .live, "use this interface only"),
    entry(.port, "port", "p", value: "PORT", .live, "where none is given, 1 to 65535 (123)"),
    entry(.onlyV4, nil, "4", value: nil, .live, "IPv4 only"),
    entry(.onlyV6, nil, "6", value: nil, .live, "IPv6 only"),
  ]

  private static let embedded: [OptionEntry] = [
    entry(.stratum, "stratum", value: "NUMBER", .serve, "1 to 15 (1)"),
    entry(.referenceID, "refid", value: "TEXT", .serve, "1 to 4 characters (LOCL)"),
    entry(.shift, "shift", value: "TIME", .serve, "ahead of the base, or behind: -250us"),
    entry(.drift, "drift", value: "RATE", .serve, "gaining on the base, or losing: 20ppm, -3ppb"),
    entry(.base, "base", value: "CLOCK", .serve, "realtime, or raw: not moved by steps of this clock"),
  ]

  private static let other: [OptionEntry] = [
    entry(.quiet, "quiet", "q", value: nil, .all, "no progress and no notes; service: log warnings"),
    entry(.verbose, "verbose", "v", value: nil, .noting, "a note for each query, on standard error"),
    entry(.help, "help", "h", value: nil, .none, "this text"),
    entry(.version, "version", "V", value: nil, .none, "the version"),
  ]

  private static func entry(
    _ id: OptionID, _ name: StaticString?, _ letter: Unicode.Scalar? = nil, value: StaticString?,
    _ modes: Modes, _ help: StaticString
  ) -> OptionEntry {
    OptionEntry(
      id: id, name: name, letter: letter.map { UInt8(ascii: $0) }, value: value, modes: modes, help: help)
  }

  static let scanned: [ScannedOption] = entries.map {
    ScannedOption(name: $0.name, letter: $0.letter, takesValue: $0.value != nil)
  }
}
