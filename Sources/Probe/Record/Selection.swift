/// Which records a stream gets.
public struct Selection: Sendable {
  private let kinds: RecordKinds
  private let every: UInt64
  private let around: Nanoseconds?
  private let references: [[UInt8]]
  private let format: StreamFormat
  /// All samples up to here go out, because an event is near.
  private var open: Instant<Raw>?

  /// What becomes of a record.
  public enum Choice: Equatable, Sendable {
    case leave
    case send
    /// Kept: an event may come for which it is wanted.
    case hold
    /// An event: first those that were held, as far back as this, then itself.
    case sendWithHeld(since: Instant<Raw>)
  }

  public init(_ plan: StreamPlan) {
    kinds = plan.kinds
    every = UInt64(max(1, plan.every))
    around = plan.around
    references = plan.references
    format = plan.format
  }

  /// Samples and losses are held.
  public var holds: Bool { around != nil }
  public var length: Nanoseconds { around ?? .zero }

  /// Of a stream that goes on elsewhere in the records.
  public mutating func restart() { open = nil }

  public mutating func choose(
    _ kind: RecordKind, _ line: borrowing RecordLine, _ text: borrowing Span<UInt8>
  ) -> Choice {
    guard isFrom(line, text) else { return .leave }
    switch kind {
    case .hello, .mark, .drop:
      // A new run has a time line of its own.
      if kind == .hello { open = nil }
      return format == .rawstats || format == .csv ? .leave : .send
    case .window: return kinds.contains(.windows) ? .send : .leave
    case .event: return event(line)
    case .sample, .loss: return query(kind, line)
    }
  }

  /// Of a known reference, or of none.
  private func isFrom(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) -> Bool {
    guard !references.isEmpty, let range = line.text(.reference) else { return true }
    let name = JSONScanner.text(range, of: text)
    for one in references where one == name { return true }
    return false
  }

  private mutating func event(_ line: borrowing RecordLine) -> Choice {
    guard let around else { return kinds.contains(.events) ? .send : .leave }
    guard let known = line.instant(.raw, Raw.self) else { return .send }
    var (from, to) = (known, known)
    if let begun = line.instant(.from, Raw.self) { from = begun }
    if let ended = line.instant(.to, Raw.self) { to = ended }
    open = max(open ?? (to + around), to + around)
    return .sendWithHeld(since: from - around)
  }

  /// Of each reference's samples the first of every so many, by their numbers, so that it is the same ones whenever
  /// they are fed.
  private func query(_ kind: RecordKind, _ line: borrowing RecordLine) -> Choice {
    if kinds.contains(.samples) {
      guard kind == .sample, every > 1, let query = line[.query], query > 0 else { return .send }
      if UInt64(query - 1) % every == 0 { return .send }
    }
    guard around != nil else { return .leave }
    // A loss of a format without words for it is held for nothing.
    if kind == .loss, format == .rawstats || format == .csv { return .leave }
    guard let open, let raw = line.instant(.raw, Raw.self) else { return .hold }
    return raw <= open ? .send : .hold
  }
}
