/// What |S - C| is judged by.
public struct Limits: Equatable, Sendable {
  public var warning: Nanoseconds
  public var critical: Nanoseconds

  public init(warning: Nanoseconds, critical: Nanoseconds) {
    self.warning = warning
    self.critical = critical
  }
}
