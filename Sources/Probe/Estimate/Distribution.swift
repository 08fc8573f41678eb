/// A distribution in nanoseconds: least and greatest exact, quantiles as its maker states.
public struct Distribution: Equatable, Sendable {
  public var min: Nanoseconds
  public var median: Nanoseconds
  public var p99: Nanoseconds
  public var max: Nanoseconds

  public init(min: Nanoseconds, median: Nanoseconds, p99: Nanoseconds, max: Nanoseconds) {
    self.min = min
    self.median = median
    self.p99 = p99
    self.max = max
  }
}
