/// One record as a message of RFC 5424, at most a few hundred bytes:
///
///     <28>1 2026-11-21T02:24:05.838945Z vm7 timeprobe 9c1f... event [timeprobe@32473 seq="18" cause="clock-step" ...] text
///
/// Six decimals in the header (RFC 5424 section 6: at most six), all nine in `time` of the structured data. PROCID is the
/// run. Everything that the record has is in the structured data, names as in `LineFields`, but `evidence_` left out and
/// outer keys too where a name has more than 32 bytes (section 6.3.3).
public struct SyslogLine: Sendable {
  private var fields = LineFields()
  /// 0 to 23 (RFC 5424 section 6.2.1).
  private let facility: UInt8

  /// timeprobe has no enterprise number; this one is reserved for documentation (RFC 5612).
  static let identity: StaticString = "[timeprobe@32473"

  public init(facility: UInt8) { self.facility = min(facility, 23) }

  /// Appends it without any framing. False: the line is no record, and nothing was written.
  public mutating func write(
    _ line: borrowing RecordLine, _ text: borrowing Span<UInt8>, to out: inout ByteWriter
  ) -> Bool {
    let start = out.count
    guard let kind = RecordKind(line, text), let time = line.time(text) else { return false }
    out.append(byte: UInt8(ascii: "<"))
    out.append(UInt64(facility) * 8 + UInt64(SyslogSeverity(kind, line, text).rawValue))
    out.append(">1 " as StaticString)
    out.append(rfc3339: time)
    // The last three of nine decimals, and the Z.
    out.truncate(to: out.count - 4)
    out.append("Z " as StaticString)
    out.header(line.text(.probe), most: 255, text)
    out.append(" timeprobe " as StaticString)
    out.header(line.text(.run), most: 128, text)
    out.append(byte: UInt8(ascii: " "))
    out.append(kind.name)
    out.append(byte: UInt8(ascii: " "))
    out.append(Self.identity)
    let isWhole = fields.walk(text, leave: { Self.isSaid($0) }) { fields, value in
      out.parameter(fields, value, text)
    }
    guard isWhole else {
      out.truncate(to: start)
      return false
    }
    out.append("] " as StaticString)
    out.sentence(kind, line, text)
    return true
  }

  private static func isSaid(_ key: borrowing Span<UInt8>) -> Bool {
    key.is("schema") || key.is("kind") || key.is("probe") || key.is("run")
  }
}

/// RFC 5424 section 6.2.1.
public enum SyslogSeverity: UInt8, Sendable {
  case critical = 2
  case warning = 4
  case notice = 5
  case informational = 6

  /// What moved the clock, or left it without a reference, is a warning; what only delayed packets is a notice.
  public init(_ kind: RecordKind, _ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    switch kind {
    case .event: self = Self.ofCause(line.text(.cause), text)
    case .window: self = Self.ofVerdict(JSONScanner.member("verdict", of: text), text)
    case .drop: self = .warning
    case .mark: self = .notice
    case .hello, .sample, .loss: self = .informational
    }
  }
}

extension SyslogSeverity {
  private static func ofCause(_ range: Range<Int>?, _ text: borrowing Span<UInt8>) -> SyslogSeverity {
    guard let range else { return .notice }
    let word = text.extracting(range)
    for cause: Cause in [
      .leapSecond, .guestSuspend, .clockStep, .clocksourceChange, .guestPause, .reference, .loss, .rejected,
      .rateLimited,
    ] where word.is(cause.name) { return .warning }
    return .notice
  }

  private static func ofVerdict(_ range: Range<Int>?, _ text: borrowing Span<UInt8>) -> SyslogSeverity {
    guard let range else { return .informational }
    let word = text.extracting(range)
    if word.is("critical") { return .critical }
    if word.is("warning") { return .warning }
    return word.is("unknown") ? .notice : .informational
  }
}

extension ByteWriter {
  /// PRINTUSASCII without spaces (RFC 5424 section 6), or `-`.
  fileprivate mutating func header(_ range: Range<Int>?, most: Int, _ text: borrowing Span<UInt8>) {
    guard let range, !range.isEmpty else { return append(byte: UInt8(ascii: "-")) }
    for byte in JSONScanner.text(range, of: text).prefix(most) {
      append(byte: (0x21...0x7e).contains(byte) ? byte : UInt8(ascii: "_"))
    }
  }

  fileprivate mutating func parameter(
    _ fields: borrowing LineFields, _ value: LineValue, _ text: borrowing Span<UInt8>
  ) {
    append(byte: UInt8(ascii: " "))
    var name = fields.name(atMost: 32)
    if let shorter = name.dropping("evidence_") { name = shorter }
    for byte in name { append(byte: byte) }
    append("=\"" as StaticString)
    switch value {
    case .integer(let range), .decimal(let range), .instant(let range): append(raw: range, text)
    case .flag(let isTrue): append(isTrue ? "true" : "false" as StaticString)
    case .text(let range): quoted(JSONScanner.text(range, of: text))
    case .words(let range): quoted(text.words(range))
    case .array(let range): quoted(text.copy(range))
    }
    append(byte: UInt8(ascii: "\""))
  }

  /// Quote, backslash and closing bracket are escaped (section 6.3.3); control characters become spaces.
  private mutating func quoted(_ bytes: [UInt8]) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "]"): append(byte: UInt8(ascii: "\\"))
      default: break
      }
      append(byte: byte < 0x20 || byte == 0x7f ? 0x20 : byte)
    }
  }

  /// For people who read the log; ASCII, so that no byte order mark is needed (section 6.4).
  fileprivate mutating func sentence(
    _ kind: RecordKind, _ line: borrowing RecordLine, _ text: borrowing Span<UInt8>
  ) {
    func words(_ range: Range<Int>?, _ before: StaticString, _ out: inout ByteWriter) {
      guard let range else { return }
      out.append(before)
      for byte in JSONScanner.text(range, of: text) {
        out.append(byte: (0x20...0x7e).contains(byte) ? byte : UInt8(ascii: "?"))
      }
    }
    switch kind {
    case .event:
      words(line.text(.cause), "", &self)
      words(line.text(.certainty), " ", &self)
      words(line.text(.reference), ", reference ", &self)
      if let size = line[.size] {
        append(", size " as StaticString)
        append(size)
        append(" ns" as StaticString)
      }
    case .window:
      append("clock error" as StaticString)
      words(line.text(.reference), " against ", &self)
      words(JSONScanner.member("verdict", of: text), ": ", &self)
    case .mark: words(JSONScanner.member("text", of: text), "mark: ", &self)
    case .drop:
      if let count = line[.count] { append(count) }
      append(" records lost" as StaticString)
      words(JSONScanner.member("stream", of: text), " on their way to ", &self)
    case .hello: words(JSONScanner.member("version", of: text), "started, version ", &self)
    case .loss: words(line.text(.reason), "query lost: ", &self)
    case .sample: words(line.text(.reference), "sample of ", &self)
    }
  }
}
