/// What a record is, by its `kind`.
public enum RecordKind: UInt8, CaseIterable, Sendable {
  case hello, sample, loss, event, window, mark, drop

  public var name: StaticString {
    switch self {
    case .hello: "hello"
    case .sample: "sample"
    case .loss: "loss"
    case .event: "event"
    case .window: "window"
    case .mark: "mark"
    case .drop: "drop"
    }
  }

  /// nil: no record of a stream, or one of a later version.
  public init?(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let place = line.text(.kind) else { return nil }
    let word = text.extracting(place)
    for kind in Self.allCases where word.is(kind.name) {
      self = kind
      return
    }
    return nil
  }
}

extension RecordLine {
  /// By the local clock.
  public func time(_ text: borrowing Span<UInt8>) -> Instant<Realtime>? {
    self.text(.time).flatMap { Instant<Realtime>(rfc3339: text.extracting($0)) }
  }
}
