/// The exit statuses of DESIGN section 5; the numbers from 64 on are those of sysexits.h.
public enum ExitStatus: Int32, CaseIterable, Sendable {
  case ok = 0
  case warning = 1
  case critical = 2
  case unknown = 3
  case usage = 64
  case badInput = 65
  case output = 74
  case permission = 77
  case configuration = 78

  public init(_ verdict: Verdict) {
    switch verdict {
    case .ok: self = .ok
    case .warning: self = .warning
    case .critical: self = .critical
    case .unknown: self = .unknown
    }
  }

  /// What a monitoring plugin ends with: it knows 0 to 3 only.
  public var asPlugin: ExitStatus { rawValue > Self.unknown.rawValue ? .unknown : self }

  /// For `--help`.
  var meaning: StaticString {
    switch self {
    case .ok: "OK"
    case .warning: "proven past warning at some moment, or the best estimate past critical"
    case .critical: "proven past critical at some moment"
    case .unknown: "unknown: no usable reply, or under 99 % of the time proven"
    case .usage: "usage"
    case .badInput: "bad lines in an input"
    case .output: "output failed"
    case .permission: "a right is missing"
    case .configuration: "configuration"
    }
  }
}
