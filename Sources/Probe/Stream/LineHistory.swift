/// The last samples and losses of a stream that wants those around events, as many as fit.
public final class LineHistory {
  private let ring: Ring
  /// Lines that had to make room: one every so often, and the last.
  private var marks: [(raw: Instant<Raw>, seq: UInt64)] = []
  private var last: (raw: Instant<Raw>, seq: UInt64)?
  /// Between two marks at least.
  private let spacing: Nanoseconds
  public private(set) var lines = 0

  static let most = 64

  /// - Parameter length: how far back an event asks; of events that are told later than eight times that, fewer lines
  ///   may be named as missing than are
  public init(capacity: Int, length: Nanoseconds) {
    spacing = max(Nanoseconds(1), Nanoseconds(length.count / 8))
    ring = Ring(capacity: capacity)
    marks.reserveCapacity(Self.most)
  }

  public func push(_ line: borrowing Span<UInt8>, _ raw: Instant<Raw>, _ seq: UInt64) {
    while !ring.push(line, raw.nanoseconds, seq) {
      guard let (raw, seq) = ring.pop({ _, raw, seq in (raw, seq) }) else { return lose(raw, seq) }
      lines -= 1
      lose(Instant(nanoseconds: raw), seq)
    }
    lines += 1
  }

  private func lose(_ raw: Instant<Raw>, _ seq: UInt64) {
    last = (raw, seq)
    if let mark = marks.last, raw >= mark.raw, raw - mark.raw < spacing { return }
    if marks.count == Self.most { marks.removeFirst() }
    marks.append((raw, seq))
  }

  private func pop(_ since: Instant<Raw>, _ body: (borrowing Span<UInt8>) -> Void) -> Bool {
    ring.pop { line, raw, _ in
      if raw >= since.nanoseconds { body(line) }
      return true
    } ?? false
  }

  public func removeAll() {
    while ring.pop({ _, _, _ in true }) != nil {}
    lines = 0
    forget()
  }

  private func forget() {
    marks.removeAll(keepingCapacity: true)
    last = nil
  }

  /// Gives those at or after this moment to `body`, and forgets all.
  /// - Returns: the numbers among which are the lines that are missing, both included; nil: none is
  public func drain(
    since: Instant<Raw>, _ body: (borrowing Span<UInt8>) -> Void
  ) -> (from: UInt64, to: UInt64)? {
    while pop(since, body) {}
    lines = 0
    defer { forget() }
    guard let last, last.raw >= since, let first = marks.first else { return nil }
    var from = first.seq
    for mark in marks where mark.raw < since { from = mark.seq + 1 }
    return (min(from, last.seq), last.seq)
  }
}
