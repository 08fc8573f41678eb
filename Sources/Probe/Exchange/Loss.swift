/// Why a query ended without a sample.
public enum LossReason: Equatable, Sendable {
  /// Nothing that answers it came within the timeout.
  case timeout
  /// Replies came, and every one of them failed a check.
  case rejected
  /// Kiss code RATE.
  case rateLimited
  /// Kiss code DENY or RSTR.
  case denied
  /// An ICMP error came back; the name of RFC 792 / RFC 4443.
  case icmp(StaticString)
  /// The kernel refused the send, again and again; errno.
  case sendFailed(Int32)
  /// The measurement ended before the timeout did.
  case abandoned

  public var name: StaticString {
    switch self {
    case .timeout: "timeout"
    case .rejected: "rejected"
    case .rateLimited: "rate-limited"
    case .denied: "denied"
    case .icmp: "icmp"
    case .sendFailed: "send-failed"
    case .abandoned: "abandoned"
    }
  }

  public static func == (a: LossReason, b: LossReason) -> Bool {
    switch (a, b) {
    case (.icmp(let x), .icmp(let y)): x.utf8Start == y.utf8Start
    case (.sendFailed(let x), .sendFailed(let y)): x == y
    case (.timeout, .timeout), (.rejected, .rejected), (.rateLimited, .rateLimited), (.denied, .denied),
      (.abandoned, .abandoned):
      true
    default: false
    }
  }
}

/// A query that ended without a sample.
public struct Loss: Sendable {
  /// Counts the queries of one reference, from 1.
  public var query: UInt64
  public var reason: LossReason
  /// Read just before the send.
  public var sent: LocalReading
  /// When it was given up.
  public var ended: Instant<Raw>
  /// The replies to this query that failed a check.
  public var rejected: CheckCounts
  /// Replies with an origin that is no open query's, which came while it was open.
  public var foreign: UInt32

  public init(
    query: UInt64, reason: LossReason, sent: LocalReading, ended: Instant<Raw>, rejected: CheckCounts,
    foreign: UInt32 = 0
  ) {
    self.foreign = foreign
    self.query = query
    self.reason = reason
    self.sent = sent
    self.ended = ended
    self.rejected = rejected
  }
}
