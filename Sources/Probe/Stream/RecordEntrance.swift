/// The measuring thread's side of the streams: numbers each record, writes it once as its line, and gives it to the ring.
/// A record for which there is no room is refused and counted, and so are those after it until there is room for the
/// `drop` that names them all: they come back in order or not at all.
public struct RecordEntrance {
  public private(set) var origin: Origin
  private var ring: Ring
  private var notices: DropNotices
  private var streams: [[UInt8]]
  private var line = ByteWriter(capacity: 4096)
  public private(set) var seq: UInt64 = 0
  /// The first that was refused and is not told of yet.
  private var refusedFrom: UInt64?
  public private(set) var refused: UInt64 = 0

  /// Room that has to be there before a drop is told: for it and a record of usual length behind it.
  static let breath = 4096

  /// - Parameters:
  ///   - streams: their names, by their places in the configuration
  public init(_ origin: Origin, _ ring: Ring, _ notices: DropNotices, streams: [[UInt8]]) {
    (self.origin, self.ring, self.notices, self.streams) = (origin, ring, notices, streams)
  }

  /// The same run goes on, for other streams.
  public mutating func change(_ origin: Origin, _ ring: Ring, _ notices: DropNotices, streams: [[UInt8]]) {
    (self.origin, self.ring, self.notices, self.streams) = (origin, ring, notices, streams)
  }

  /// - Parameter body: writes the record that has this header
  @inline(__always)
  public mutating func write(
    _ time: Instant<Realtime>, _ raw: Instant<Raw>, _ body: (Header, Origin, inout ByteWriter) -> Void
  ) {
    if refusedFrom != nil { tellRefused(time, raw) }
    seq += 1
    guard refusedFrom == nil else {
      refused += 1
      return
    }
    line.removeAll()
    body(Header(seq: seq, time: time, raw: raw), origin, &line)
    guard ring.push(line.bytes.span) else {
      refusedFrom = seq
      refused += 1
      return
    }
  }

  /// At each turn: what was lost behind the ring, and what the ring refused, becomes a record as soon as it can.
  @inline(__always)
  public mutating func turn(_ time: Instant<Realtime>, _ raw: Instant<Raw>) {
    if refusedFrom != nil { tellRefused(time, raw) }
    while refusedFrom == nil, let drop = notices.pop() { tell(drop, time, raw) }
  }

  @inline(never)
  private mutating func tell(_ drop: StreamDrop, _ time: Instant<Realtime>, _ raw: Instant<Raw>) {
    let name: [UInt8]? =
      if let place = drop.stream {
        place < streams.count ? streams[place] : nil
      } else {
        drop.reason == .memory ? ("spool" as StaticString).ascii : nil
      }
    write(time, raw) { header, origin, line in line.json(drop, stream: name, header, origin) }
  }

  @inline(never)
  private mutating func tellRefused(_ time: Instant<Realtime>, _ raw: Instant<Raw>) {
    guard let from = refusedFrom, ring.capacity - ring.used >= Self.breath else { return }
    let header = Header(seq: seq + 1, time: time, raw: raw)
    line.removeAll()
    line.json(
      StreamDrop(.ring, stream: nil, from: from, to: seq, count: seq - from + 1), stream: nil, header, origin)
    guard ring.push(line.bytes.span) else { return }
    seq += 1
    refusedFrom = nil
  }
}
