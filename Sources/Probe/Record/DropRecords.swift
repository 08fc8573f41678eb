/// Records that one stream, or the spool, did not get.
public struct StreamDrop: Equatable, Sendable {
  /// Why.
  public enum Reason: UInt8, CaseIterable, Sendable {
    /// The ring between the measuring thread and the writer was full.
    case ring
    /// They were older, or more, than the spool may keep, and the stream had not come for them.
    case spool
    /// There is no spool, or it cannot be written, and what waits in memory was too much.
    case memory
    /// Samples around an event were more than are held.
    case held
    /// The far side refused or had no room; such streams do not wait (udp, unixgram).
    case refused
    /// A line longer than a datagram.
    case tooLong

    public var name: StaticString {
      switch self {
      case .ring: "ring"
      case .spool: "spool"
      case .memory: "memory"
      case .held: "held"
      case .refused: "refused"
      case .tooLong: "too-long"
      }
    }
  }

  public var reason: Reason
  /// The stream's place in the configuration; nil: all of them and the spool (the ring), or the spool alone.
  public var stream: Int?
  /// Of which run, where it is not the present one: 32 hexadecimal digits.
  public var run: RunName?
  public var from: UInt64
  public var to: UInt64
  /// How many records: fewer than numbers where the stream would not have had all.
  public var count: UInt64

  public init(
    _ reason: Reason, stream: Int?, run: RunName? = nil, from: UInt64, to: UInt64, count: UInt64
  ) {
    (self.reason, self.stream, self.run) = (reason, stream, run)
    (self.from, self.to, self.count) = (from, to, count)
  }
}

/// 128 bits that name a run.
public struct RunName: Equatable, Sendable {
  public var high: UInt64
  public var low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// 32 hexadecimal digits, else nil.
  public init?(_ text: borrowing Span<UInt8>) {
    guard text.count == 32 else { return nil }
    (high, low) = (0, 0)
    for place in 0..<32 {
      guard let digit = text[place].hexadecimalDigit else { return nil }
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
    }
  }

  public init?(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let range = line.text(.run) else { return nil }
    self.init(text.extracting(range))
  }
}

extension ByteWriter {
  public mutating func append(_ run: RunName) {
    append(hex: run.high, digits: 16)
    append(hex: run.low, digits: 16)
  }

  /// A `drop` record of a service.
  /// - Parameter stream: the name of `drop.stream`
  public mutating func json(_ drop: StreamDrop, stream: [UInt8]?, _ header: Header, _ origin: Origin) {
    begin("drop", header, origin)
    if let stream { member("stream") { $0.append(stream) } }
    member("reason", word: drop.reason.name)
    if let run = drop.run { member("of_run") { $0.append(run) } }
    member("from_seq", drop.from)
    member("to_seq", drop.to)
    member("count", drop.count)
    endRecord()
  }

  /// A `mark` record: what somebody wanted to be found again in every stream.
  public mutating func json(mark text: [UInt8], _ header: Header, _ origin: Origin) {
    begin("mark", header, origin)
    member("text") { $0.append(text) }
    endRecord()
  }
}
