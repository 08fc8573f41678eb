/// A member of one of our own records that a replay reads. The raw value is its place in `RecordLine.values`.
public enum RecordKey: UInt8, Sendable {
  case schema, kind, probe, run, seq, reference, time, raw
  case t1, t2, t3, t4, tx, rx, offset, bound, boundLow, boundHigh, blind, blindMost
  case stages, leap, stratum, refid, rootDelay, rootDispersion, precision, query, errors, torn, step, recorded
  case reason, icmp, errno, waited, rejected
  case cause, certainty, size, error, length, taker, from, to, evidence
  case elapsed, count, host, kernel, clocksource, interval, timeout, references, poll
  // Of the objects inside.
  case localTransmit, localReceive, stamps, mapTransmit, mapReceive, tear
  case end
}

/// What a member's value is read as.
enum RecordForm {
  /// The place of a string's inside, or of a whole nested value.
  case text, nested
  /// A string of decimal seconds; RFC 3339 is read when it is asked for.
  case instant
  case integer
  /// true is 1, false 0.
  case flag
  /// An object whose members are keys too.
  case object
  /// Looked over.
  case ignored
}

/// One record of schema timeprobe/1, its values in place: integers as they are, instants in ns, texts by where they
/// stand in the line. Made once and read into again and again.
public struct RecordLine {
  private var values = InlineArray<61, Int64>(repeating: 0)
  /// Which of `values` this line has.
  private var seen: UInt64 = 0

  public init() {}

  @inline(__always)
  public func has(_ key: RecordKey) -> Bool { seen & 1 << UInt64(key.rawValue) != 0 }

  @inline(__always)
  public subscript(key: RecordKey) -> Int64? { has(key) ? values[Int(key.rawValue)] : nil }

  @inline(__always)
  public func length(_ key: RecordKey) -> Nanoseconds? { self[key].map { Nanoseconds($0) } }

  @inline(__always)
  public func instant<Scale>(_ key: RecordKey, _ scale: Scale.Type) -> Instant<Scale>? {
    self[key].map { Instant(nanoseconds: $0) }
  }

  /// Where a text stands.
  @inline(__always)
  public func text(_ key: RecordKey) -> Range<Int>? {
    guard let packed = self[key] else { return nil }
    return Int(packed >> 32)..<Int(packed & 0xffff_ffff)
  }

  @inline(__always)
  mutating func set(_ key: RecordKey, _ value: Int64) {
    values[Int(key.rawValue)] = value
    seen |= 1 << UInt64(key.rawValue)
  }

  @inline(__always)
  private mutating func set(_ key: RecordKey, _ range: Range<Int>) {
    set(key, Int64(range.lowerBound) << 32 | Int64(range.upperBound))
  }

  /// nil: it was read.
  @_optimize(speed)
  public mutating func read(_ text: borrowing Span<UInt8>) -> LineProblem? {
    seen = 0
    var scanner = JSONScanner(text)
    guard scanner.take("{", text) else { return .malformed }
    guard members(&scanner, text, RecordKeys.outer), scanner.isAtEnd(text) else {
      return scanner.isTruncated ? .truncated : .malformed
    }
    return nil
  }

  /// Up to the end of an object whose brace was taken.
  @_optimize(speed)
  private mutating func members(
    _ scanner: inout JSONScanner, _ text: borrowing Span<UInt8>, _ keys: RecordKeys
  ) -> Bool {
    var isFirst = true
    var isEnd = false
    // Our records have their keys in the order of the table, nearly: the next is looked for where the last was.
    var next = 0
    while let word = scanner.key(text, isFirst: isFirst, isEnd: &isEnd) {
      isFirst = false
      guard let entry = keys.find(word, text, &next) else {
        guard scanner.skip(text) else { return false }
        continue
      }
      guard value(entry, &scanner, text) else { return false }
    }
    return isEnd
  }

  @inline(__always)
  private mutating func value(
    _ entry: RecordKeys.Entry, _ scanner: inout JSONScanner, _ text: borrowing Span<UInt8>
  ) -> Bool {
    switch entry.form {
    case .integer:
      guard let value = scanner.integer(text) else { return false }
      set(entry.key, value)
    case .instant:
      guard let value = scanner.instant(text) else { return false }
      set(entry.key, value.count)
    case .text:
      guard let range = scanner.string(text) else { return false }
      set(entry.key, range)
    case .flag:
      let start = scanner.peek(text)
      guard start == UInt8(ascii: "t") || start == UInt8(ascii: "f"), scanner.skip(text) else { return false }
      set(entry.key, start == UInt8(ascii: "t") ? 1 : 0)
    case .nested:
      _ = scanner.peek(text)
      let start = scanner.place
      guard scanner.skip(text) else { return false }
      set(entry.key, start..<scanner.place)
    case .ignored: return scanner.skip(text)
    case .object:
      guard scanner.take("{", text) else { return false }
      return members(&scanner, text, entry.key == .stages ? RecordKeys.stages : RecordKeys.errors)
    }
    return true
  }
}

/// The keys of an object, each as its first eight bytes and its length: which is enough to tell them apart.
struct RecordKeys: Sendable {
  struct Entry: Sendable {
    var word: UInt64
    var length: Int
    var key: RecordKey
    var form: RecordForm
  }

  private let entries: [Entry]

  private init(_ names: [(StaticString, RecordKey, RecordForm)]) {
    entries = names.map { name, key, form in
      let bytes = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
      return Entry(word: Self.word(bytes.span, 0..<bytes.count), length: bytes.count, key: key, form: form)
    }
  }

  @inline(__always)
  private static func word(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    if range.count >= 8 { return text.native64(at: range.lowerBound).littleEndian }
    var word: UInt64 = 0
    for index in range.reversed() { word = word << 8 | UInt64(text[index]) }
    return word
  }

  @inline(__always)
  func find(_ range: Range<Int>, _ text: borrowing Span<UInt8>, _ next: inout Int) -> Entry? {
    let word = Self.word(text, range)
    let length = range.count
    var place = next
    for _ in entries.indices {
      if place >= entries.count { place = 0 }
      if entries[place].word == word, entries[place].length == length {
        next = place + 1
        return entries[place]
      }
      place += 1
    }
    return nil
  }

  /// In the order that the records have them.
  static let outer = RecordKeys([
    ("schema", .schema, .text), ("kind", .kind, .text), ("probe", .probe, .text), ("run", .run, .text),
    ("seq", .seq, .integer), ("reference", .reference, .text), ("time", .time, .text),
    ("raw", .raw, .instant),
    ("t1", .t1, .instant), ("t2", .t2, .instant), ("t3", .t3, .instant), ("t4", .t4, .instant),
    ("tx", .tx, .text), ("rx", .rx, .text), ("mode", .end, .ignored),
    ("recorded", .recorded, .text), ("offset_ns", .offset, .integer),
    ("bound", .bound, .text), ("bound_low_ns", .boundLow, .integer), ("bound_high_ns", .boundHigh, .integer),
    ("utc_low_ns", .end, .ignored), ("utc_high_ns", .end, .ignored), ("delay_ns", .end, .ignored),
    ("elapsed_ns", .elapsed, .integer),
    ("blind_ns", .blind, .integer), ("blind_max_ns", .blindMost, .integer), ("stages_ns", .stages, .object),
    ("leap", .leap, .integer), ("stratum", .stratum, .integer), ("refid", .refid, .text),
    ("root_delay_ns", .rootDelay, .integer), ("root_dispersion_ns", .rootDispersion, .integer),
    ("precision", .precision, .integer), ("poll", .poll, .integer), ("query", .query, .integer),
    ("eps_ns", .errors, .object),
    ("torn", .torn, .flag), ("step_ns", .step, .integer), ("reason", .reason, .text), ("icmp", .icmp, .text),
    ("errno", .errno, .integer), ("waited_ns", .waited, .integer), ("rejected", .rejected, .nested),
    ("cause", .cause, .text), ("certainty", .certainty, .text), ("size_ns", .size, .integer),
    ("error_ns", .error, .integer), ("length_ns", .length, .integer), ("taker", .taker, .text),
    ("from_raw", .from, .instant), ("to_raw", .to, .instant), ("evidence", .evidence, .nested),
    ("count", .count, .integer), ("host", .host, .text), ("kernel", .kernel, .text),
    ("clocksource", .clocksource, .text), ("interval_ns", .interval, .integer),
    ("timeout_ns", .timeout, .integer), ("references", .references, .nested),
  ])
  static let stages = RecordKeys([
    ("local_tx", .localTransmit, .integer), ("local_rx", .localReceive, .integer),
  ])
  static let errors = RecordKeys([
    ("stamps", .stamps, .integer), ("map_tx", .mapTransmit, .integer), ("map_rx", .mapReceive, .integer),
    ("tear", .tear, .integer),
  ])
}
