/// One record as line protocol (InfluxDB 1.x and 2.x, "Line protocol"; Telegraf, VictoriaMetrics and others read it):
///
///     timeprobe_sample,probe=vm7,reference=gps1,site=ams1 run="9c1f...",seq=17i,offset_ns=-712i,... 1795227845838945372
///
/// The measurement is the kind. Tags are `probe`, `reference` and the labels; of an event its `cause`, of a window its
/// kind, of a drop its `stream`, because points of the same tags and timestamp overwrite each other. Everything else
/// is a field: whole numbers with `i`, instants as nanoseconds (`raw_ns`, `t1_ns`), the timestamp is `time` in ns.
public struct InfluxLine: Sendable {
  private var fields = LineFields()

  public init() {}

  /// Appends it with its line feed. False: the line is no record, and nothing was written.
  public mutating func write(
    _ line: borrowing RecordLine, _ text: borrowing Span<UInt8>, to out: inout ByteWriter
  ) -> Bool {
    let start = out.count
    guard let kind = RecordKind(line, text), let time = line.time(text) else { return false }
    out.append("timeprobe_" as StaticString)
    out.append(kind.name)
    out.tag("probe", line.text(.probe), text)
    out.tag("reference", line.text(.reference), text)
    out.tags(ofLabels: text)
    switch kind {
    case .event: out.tag("cause", line.text(.cause), text)
    case .drop: out.tag("stream", JSONScanner.member("stream", of: text), text)
    case .window: out.tag("span", JSONScanner.member("span", of: text), text)
    default: break
    }
    var separator = UInt8(ascii: " ")
    let isWhole = fields.walk(text, leave: { Self.isTag($0, kind) }) { fields, value in
      out.append(byte: separator)
      separator = UInt8(ascii: ",")
      out.field(fields, value, text)
    }
    guard isWhole, separator == UInt8(ascii: ",") else {
      out.truncate(to: start)
      return false
    }
    out.append(byte: UInt8(ascii: " "))
    out.append(time.nanoseconds)
    out.append(byte: UInt8(ascii: "\n"))
    return true
  }

  /// Said already, or nothing new.
  private static func isTag(_ key: borrowing Span<UInt8>, _ kind: RecordKind) -> Bool {
    if key.is("schema") || key.is("kind") || key.is("probe") || key.is("reference") || key.is("time")
      || key.is("labels")
    {
      return true
    }
    switch kind {
    case .event: return key.is("cause")
    case .drop: return key.is("stream")
    case .window: return key.is("span")
    default: return false
    }
  }
}

extension ByteWriter {
  /// A tag with an empty value is not allowed: it is left out.
  fileprivate mutating func tag(
    _ key: StaticString, _ value: Range<Int>?, _ text: borrowing Span<UInt8>
  ) {
    guard let value, !value.isEmpty else { return }
    append(byte: UInt8(ascii: ","))
    append(key)
    append(byte: UInt8(ascii: "="))
    append(tagText: value, text)
  }

  fileprivate mutating func tags(ofLabels text: borrowing Span<UInt8>) {
    LineLabels.forEach(text) { key, value in
      guard !key.isEmpty, !value.isEmpty else { return }
      append(byte: UInt8(ascii: ","))
      append(tagText: key, text)
      append(byte: UInt8(ascii: "="))
      append(tagText: value, text)
    }
  }

  /// Comma, equals sign and space are escaped. A tag can hold neither a line feed nor a backslash that something to be
  /// escaped follows: control characters become spaces, such a backslash a slash.
  fileprivate mutating func append(tagText range: Range<Int>, _ text: borrowing Span<UInt8>) {
    let bytes = JSONScanner.text(range, of: text)
    for (place, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: " "):
        append(byte: UInt8(ascii: "\\"))
        append(byte: byte)
      case 0..<0x20, 0x7f: append("\\ " as StaticString)
      case UInt8(ascii: "\\"):
        let next = place + 1 < bytes.count ? bytes[place + 1] : 0
        append(byte: next > 0x20 && next != 0x2c && next != 0x3d && next != 0x5c ? byte : UInt8(ascii: "/"))
      default: append(byte: byte)
      }
    }
  }

  fileprivate mutating func field(
    _ fields: borrowing LineFields, _ value: LineValue, _ text: borrowing Span<UInt8>
  ) {
    append(fields.name)
    switch value {
    case .integer(let range):
      append(byte: UInt8(ascii: "="))
      append(raw: range, text)
      append(byte: UInt8(ascii: "i"))
    case .decimal(let range):
      append(byte: UInt8(ascii: "="))
      append(raw: range, text)
    case .flag(let isTrue): append(isTrue ? "=true" : "=false" as StaticString)
    case .instant(let range):
      // Nine decimals: without the point it is the number of nanoseconds.
      append("_ns=" as StaticString)
      append(digits: range, text)
      append(byte: UInt8(ascii: "i"))
    case .text(let range): string(JSONScanner.text(range, of: text))
    case .words(let range): string(text.words(range))
    case .array(let range): string(text.copy(range))
    }
  }

  /// A decimal number without its point, and without zeros in front.
  private mutating func append(digits range: Range<Int>, _ text: borrowing Span<UInt8>) {
    var isSignificant = false
    for place in range where text[place] != UInt8(ascii: ".") {
      let byte = text[place]
      if byte == UInt8(ascii: "0"), !isSignificant, place + 1 < range.upperBound { continue }
      if byte != UInt8(ascii: "-") { isSignificant = true }
      append(byte: byte)
    }
  }

  /// In quotes; a quote and a backslash are escaped. Control characters become spaces, so that a record is one line for
  /// readers that know no quotes.
  private mutating func string(_ bytes: [UInt8]) {
    append("=\"" as StaticString)
    for byte in bytes {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(byte: UInt8(ascii: "\\")) }
      append(byte: byte < 0x20 || byte == 0x7f ? 0x20 : byte)
    }
    append(byte: UInt8(ascii: "\""))
  }
}

extension ByteWriter {
  mutating func append(raw range: Range<Int>, _ text: borrowing Span<UInt8>) {
    text.withUnsafeBytes { source in
      guard let base = source.baseAddress, !range.isEmpty else { return }
      append(atMost: range.count) {
        UnsafeMutableRawPointer($0).copyMemory(from: base + range.lowerBound, byteCount: range.count)
        return range.count
      }
    }
  }
}

extension Span<UInt8> {
  func copy(_ range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    for place in range { bytes.append(self[place]) }
    return bytes
  }

  /// The strings of an array's inside, commas between them.
  func words(_ range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    var scanner = JSONScanner(range)
    while let word = scanner.string(self) {
      if word.lowerBound > range.lowerBound + 1 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(copying: JSONScanner.text(word, of: self))
      if !scanner.take(",", self) { break }
    }
    return bytes
  }
}

/// `labels` of a record: what the configuration calls its probe by.
public enum LineLabels {
  /// - Parameter body: where the inside of a key and of its value stand, escapes as they are
  public static func forEach(_ text: borrowing Span<UInt8>, _ body: (Range<Int>, Range<Int>) -> Void) {
    var scanner = JSONScanner(text)
    guard scanner.take("{", text) else { return }
    var (isFirst, isEnd) = (true, false)
    while let key = scanner.key(text, isFirst: isFirst, isEnd: &isEnd) {
      isFirst = false
      guard text.extracting(key).is("labels"), scanner.take("{", text) else {
        // They stand before `seq`: no need to look through what follows.
        guard !text.extracting(key).is("seq"), scanner.skip(text) else { return }
        continue
      }
      isFirst = true
      while let name = scanner.key(text, isFirst: isFirst, isEnd: &isEnd),
        let value = scanner.string(text)
      {
        isFirst = false
        body(name, value)
      }
      return
    }
  }
}
