/// Who took a time stamp. From the worst to the best.
public enum StampSource: UInt8, CaseIterable, Comparable, Sendable {
  /// Nobody wrote it down: the exchange is from another program's log.
  case unknown
  /// This process, around its system call.
  case user
  /// The kernel, when the driver was handed the packet or handed it up (SOF_TIMESTAMPING_*_SOFTWARE).
  case kernel
  /// The network card.
  case hardware

  public var name: StaticString {
    switch self {
    case .unknown: "unknown"
    case .user: "user"
    case .kernel: "kernel"
    case .hardware: "hardware"
    }
  }

  public static func < (a: StampSource, b: StampSource) -> Bool { a.rawValue < b.rawValue }
}

/// A moment of a packet on the clock under test.
public struct Stamp: Equatable, Sendable {
  public var at: Instant<Realtime>
  public var source: StampSource

  public init(at: Instant<Realtime>, source: StampSource) {
    self.at = at
    self.source = source
  }
}
