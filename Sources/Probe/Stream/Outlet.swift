/// How far into the records something has got: behind this line.
public struct RecordMark: Equatable, Sendable {
  /// The place of the next line in the spool.
  public var place: UInt64
  public var run: RunName
  public var seq: UInt64

  public init(place: UInt64, run: RunName, seq: UInt64) {
    (self.place, self.run, self.seq) = (place, run, seq)
  }
}

/// Where a stream's bytes go.
public protocol Outlet: AnyObject {
  /// Has room for a line.
  var isReady: Bool { get }
  /// A text of whole lines in the stream's format, or none, and the record that it is up to.
  func put(_ text: borrowing Span<UInt8>, _ mark: RecordMark)
  /// Opens, connects, sends what waits.
  func step(_ world: StreamWorld)
  /// What need not be sent again; nil: nothing was put yet.
  var confirmed: RecordMark? { get }
  /// Since it was last asked, something was lost that can be sent again: from behind this record on.
  func takeRewind() -> RecordMark?
  /// Since it was last asked, lines were lost that cannot be sent again.
  func takeDrop() -> OutletDrop?
  /// The descriptor that it waits for, and whether for room to write.
  var wait: (number: Int32, writes: Bool)? { get }
  /// When it has something to do, whatever happens; nil: nothing.
  var wake: Instant<Boottime>? { get }
  var state: OutletState { get }
  /// Whoever asks has moved the file away (SIGHUP).
  func reopen()
}

public struct OutletDrop: Equatable, Sendable {
  public var reason: StreamDrop.Reason
  public var run: RunName
  public var from: UInt64
  public var to: UInt64
  public var count: UInt64

  /// Adds what is of the same run and for the same reason. False: it is not.
  mutating func merge(_ other: OutletDrop) -> Bool {
    guard reason == other.reason, run == other.run else { return false }
    (from, to) = (min(from, other.from), max(to, other.to))
    count += other.count
    return true
  }
}

/// For --status.
public struct OutletState: Equatable, Sendable {
  public enum Word: UInt8, Sendable {
    case open, waiting, resolving, connecting, failed

    public var name: StaticString {
      switch self {
      case .open: "open"
      case .waiting: "waiting"
      case .resolving: "resolving"
      case .connecting: "connecting"
      case .failed: "failed"
      }
    }
  }

  public var word: Word
  /// The last failure, also while it is mended; nil: there was none.
  public var failure: SystemError?
  /// How often it was opened or connected.
  public var opened: UInt64
}
