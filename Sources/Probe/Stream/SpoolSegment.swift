/// What a spool may hold.
public struct SpoolLimits: Equatable, Sendable {
  /// Bytes in all segments.
  public var size: UInt64
  /// By BOOTTIME since a segment was last written to; nil: no limit.
  public var age: Nanoseconds?
  /// Bytes that wait in memory where they can be written nowhere.
  public var memory = 256 * 1024

  public init(size: UInt64 = 64_000_000, age: Nanoseconds? = .seconds(7 * 86400)) {
    self.size = size
    self.age = age
  }

  /// A sixteenth of the whole: what goes at once when the spool is full.
  public var segment: UInt64 { max(64 * 1024, min(size / 16, 4 << 20)) }

  /// Written at the latest after so long, or when there is so much.
  public static let patience = Nanoseconds.seconds(1)
  public static let batch = 65536
  /// A `hello` with 64 references has some 25 kB.
  public static let longestLine = 65536
}

/// The folder of a spool, or a test's.
public protocol SpoolStore: AnyObject {
  func names() -> [[UInt8]]
  func size(_ name: [UInt8]) -> UInt64?
  func begin(_ name: [UInt8]) throws(SystemError)
  func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int
  func read(_ name: [UInt8], at offset: UInt64, into bytes: UnsafeMutableRawBufferPointer) throws(SystemError)
    -> Int
  func remove(_ name: [UInt8])
  func replace(_ name: [UInt8], with bytes: [UInt8]) throws(SystemError)
  func load(_ name: [UInt8]) -> [UInt8]?
}

extension SpoolFolder: SpoolStore {}

/// A file of lines: "00000000000004194304-20261121T022405Z.jsonl".
public struct SpoolSegment: Equatable, Sendable {
  public var name: [UInt8]
  /// The place of its first byte.
  public var base: UInt64
  public var size: UInt64
  /// When something was last written to it.
  public var last: Instant<Boottime>

  public var end: UInt64 { base + size }

  static let suffix: StaticString = "Z.jsonl"

  static func name(_ base: UInt64, _ time: Instant<Realtime>) -> [UInt8] {
    var text = ByteWriter(capacity: 48)
    text.append(base, digits: 20)
    text.append(byte: UInt8(ascii: "-"))
    let civil = CivilTime(time)
    text.append(UInt64(clamping: civil.year), digits: 4)
    for part in [civil.month, civil.day] { text.append(UInt64(clamping: part), digits: 2) }
    text.append(byte: UInt8(ascii: "T"))
    for part in [civil.hour, civil.minute, civil.second] { text.append(UInt64(clamping: part), digits: 2) }
    text.append(suffix)
    return text.bytes
  }

  /// The place and the second since 1970 that a name tells; nil: it is no segment's.
  static func parse(_ name: [UInt8]) -> (base: UInt64, second: Int64)? {
    guard name.count == 20 + 1 + 15 + suffix.utf8CodeUnitCount, name[36...].is(suffix),
      name[20] == UInt8(ascii: "-"), name[29] == UInt8(ascii: "T"), let base = name[..<20].number,
      let year = name[21..<25].decimal, let month = name[25..<27].decimal, let day = name[27..<29].decimal,
      let hour = name[30..<32].decimal, let minute = name[32..<34].decimal,
      let second = name[34..<36].decimal,
      let time = CivilTime.seconds(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    return (base, time)
  }
}

extension ArraySlice<UInt8> {
  /// Of digits alone; nil where it is none, or needs more than 64 bits.
  fileprivate var number: UInt64? {
    var value: UInt64 = 0
    for byte in self {
      guard (0x30...0x39).contains(byte) else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - 0x30))
      if overflow || carry { return nil }
      value = sum
    }
    return isEmpty ? nil : value
  }
}

/// What the runs before left in the spool.
public struct SpoolFound: Equatable, Sendable {
  /// Behind the last segment: where this run begins.
  public var end: UInt64 = 0
  /// The run before, and its last number that is there.
  public var run: RunName?
  public var seq: UInt64 = 0
  /// Bytes behind the last line feed: a line that was being written when the process was killed.
  public var torn: UInt64 = 0

  mutating func look(
    in store: any SpoolStore, _ scratch: UnsafeMutableRawBufferPointer, _ realtime: Instant<Realtime>,
    _ boottime: Instant<Boottime>
  ) -> [SpoolSegment] {
    var segments: [SpoolSegment] = []
    for name in store.names() {
      guard let (base, second) = SpoolSegment.parse(name), let size = store.size(name) else { continue }
      // BOOTTIME may have begun anew since; what a wrong clock names as in the future is new.
      let age = max(.zero, realtime - Instant(nanoseconds: 0) - .seconds(second))
      let segment = SpoolSegment(name: name, base: base, size: size, last: boottime - age)
      let place = segments.firstIndex { $0.base > base } ?? segments.count
      segments.insert(segment, at: place)
    }
    // Of two that overlap, which only somebody's copying makes, the first counts.
    var whole: [SpoolSegment] = []
    for segment in segments where segment.base >= whole.last?.end ?? 0 && segment.end >= segment.base {
      whole.append(segment)
    }
    end = whole.last?.end ?? 0
    end = max(end, furthestCursor(in: store))
    readLast(of: whole, store, scratch)
    return whole
  }

  /// A place that a reader was at was there once, though the segments are gone.
  private func furthestCursor(in store: any SpoolStore) -> UInt64 {
    var furthest: UInt64 = 0
    for name in store.names() where name[...].begins(SpoolCursor.prefix) {
      if let bytes = store.load(name), let cursor = SpoolCursor(bytes) {
        furthest = max(furthest, cursor.place)
      }
    }
    return furthest
  }

  private mutating func readLast(
    of segments: [SpoolSegment], _ store: any SpoolStore, _ scratch: UnsafeMutableRawBufferPointer
  ) {
    var isNewest = true
    for segment in segments.reversed() where segment.size > 0 {
      let start = segment.size > UInt64(scratch.count) ? segment.size - UInt64(scratch.count) : 0
      guard let count = try? store.read(segment.name, at: start, into: scratch) else { continue }
      var lineEnd = count
      while lineEnd > 0, scratch[lineEnd - 1] != 10 { lineEnd -= 1 }
      if isNewest { torn = UInt64(count - lineEnd) }
      isNewest = false
      guard lineEnd > 0 else { continue }
      var lineStart = lineEnd - 1
      while lineStart > 0, scratch[lineStart - 1] != 10 { lineStart -= 1 }
      let line = Span<UInt8>(
        _unsafeBytes: UnsafeRawBufferPointer(rebasing: scratch[lineStart..<lineEnd - 1]))
      var record = RecordLine()
      if record.read(line) == nil, let run = RunName(record, line), let seq = record[.seq] {
        (self.run, self.seq) = (run, UInt64(clamping: seq))
        return
      }
    }
  }
}
