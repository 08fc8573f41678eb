/// What can be wrong with a recorded line or file. The names are for ever.
public enum LineProblem: UInt8, CaseIterable, Error, Sendable {
  /// Ends before its form does.
  case truncated
  /// Of a known kind by its beginning, and not of that kind's form.
  case malformed
  /// Its own numbers contradict each other, or nothing of them can be.
  case implausible
  /// Has a zero byte.
  case binary
  /// Longer than any line of a recorded stream.
  case tooLong
  /// Of no known kind.
  case unknown
  /// The sequence number, or the whole exchange, was there before.
  case duplicate
  /// Earlier than what stood before it.
  case backwards
  /// More references than are followed.
  case tooMany
  /// The file cannot be opened or read.
  case unreadable
  /// The file has no line at all.
  case empty
  /// The file has no line of a recorded stream.
  case otherFile

  public var name: StaticString {
    switch self {
    case .truncated: "truncated"
    case .malformed: "malformed"
    case .implausible: "implausible"
    case .binary: "binary"
    case .tooLong: "too-long"
    case .unknown: "unknown"
    case .duplicate: "duplicate"
    case .backwards: "backwards"
    case .tooMany: "too-many"
    case .unreadable: "unreadable"
    case .empty: "empty"
    case .otherFile: "other-file"
    }
  }
}

/// What a line is by its first bytes, whatever its file is called.
public enum LineKind: Equatable, Sendable {
  case record
  case rawstats
  case chrony
  /// A heading, a comment, or nothing.
  case idle
  case unknown

  public init(_ text: borrowing Span<UInt8>) {
    var scanner = LineScanner(text)
    scanner.skipBlanks(text)
    let rest = scanner.end - scanner.place
    guard rest > 0 else {
      self = .idle
      return
    }
    let start = scanner.place
    switch text[start] {
    case UInt8(ascii: "{"): self = .record
    case UInt8(ascii: "#"), UInt8(ascii: "="): self = .idle
    // chronyd's heading: "   Date (UTC) Time     IP Address   L St ...".
    case UInt8(ascii: "D"):
      self = rest > 10 && text[start + 5] == UInt8(ascii: "(") ? .idle : .unknown
    case 0x30...0x39:
      if rest > 10, text[start + 4] == UInt8(ascii: "-"), text[start + 7] == UInt8(ascii: "-") {
        self = .chrony
      } else if rest > 6, text[start + 5] == 0x20 {
        self = .rawstats
      } else {
        self = .unknown
      }
    default: self = .unknown
    }
  }
}
