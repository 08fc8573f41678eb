/// The last samples and losses of a stream that wants those around events, as many as fit.
public final class LineHistory {
  private let ring: Ring
  /// Lines that had to make room, coarsely: the numbers from which on they lay at or after a moment.
  private var marks: [(raw: Instant<Raw>, seq: UInt64)] = []
  private var lastLost: UInt64 = 0
  public private(set) var lines = 0

  static let most = 64

  public init(capacity: Int) {
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
    if marks.count == Self.most {
      // Every second one is enough: a range then begins a little early.
      var place = Self.most - 1
      while place > 0 {
        marks.remove(at: place)
        place -= 2
      }
    }
    marks.append((raw, seq))
    lastLost = seq
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
    marks.removeAll(keepingCapacity: true)
  }

  /// Gives those at or after this moment to `body`, and forgets all.
  /// - Returns: the numbers among which are the lines that are missing, both included; nil: none is
  public func drain(
    since: Instant<Raw>, _ body: (borrowing Span<UInt8>) -> Void
  ) -> (from: UInt64, to: UInt64)? {
    while pop(since, body) {}
    lines = 0
    defer { marks.removeAll(keepingCapacity: true) }
    guard let last = marks.last, last.raw >= since else { return nil }
    var from = marks[0].seq
    for mark in marks where mark.raw < since { from = mark.seq + 1 }
    return (min(from, lastLost), lastLost)
  }
}
