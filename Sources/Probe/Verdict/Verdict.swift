/// The verdict of DESIGN section 5.
public enum Verdict: UInt8, Sendable {
  case ok = 0
  case warning = 1
  case critical = 2
  case unknown = 3

  public var name: StaticString {
    switch self {
    case .ok: "ok"
    case .warning: "warning"
    case .critical: "critical"
    case .unknown: "unknown"
    }
  }
}

extension Verdict {
  /// 2 before 1 before 3 before 0.
  var severity: Int {
    switch self {
    case .critical: 3
    case .warning: 2
    case .unknown: 1
    case .ok: 0
    }
  }

  /// Of several references the worst counts; of none nothing is known.
  public static func worst(of verdicts: [Verdict]) -> Verdict {
    guard var worst = verdicts.first else { return .unknown }
    for verdict in verdicts where verdict.severity > worst.severity { worst = verdict }
    return worst
  }
}
