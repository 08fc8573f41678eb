/// How a clock's value moves from one reading to the next, in its own unit.
public struct StepStatistics: Sendable {
  /// The smallest forward step; nil: it never moved forward.
  public private(set) var finest: Int64?
  /// What all steps are multiples of; nil: it never moved.
  public private(set) var grid: Int64?
  public private(set) var forward: UInt64 = 0
  /// Readings that were as the one before.
  public private(set) var equal: UInt64 = 0
  public private(set) var backward: UInt64 = 0
  /// The largest step back, as a length.
  public private(set) var furthestBack: Int64 = 0
  private var last: Int64?

  public init() {}

  public var readings: UInt64 { last == nil ? 0 : forward + equal + backward + 1 }

  /// Two readings of which the second was taken after the first; others may lie in between.
  @inline(__always)
  public mutating func add(_ value: Int64) {
    if let last { step(value.subtractingReportingOverflow(last).partialValue) }
    last = value
  }

  private mutating func step(_ step: Int64) {
    if step == 0 {
      equal += 1
      return
    }
    if step > 0 {
      forward += 1
      finest = Swift.min(finest ?? step, step)
    } else {
      backward += 1
      furthestBack = Swift.max(furthestBack, step == .min ? .max : -step)
    }
    if grid != 1 { grid = Self.divisor(UInt64(grid ?? 0), step.magnitude) }
  }

  /// The greatest common divisor.
  private static func divisor(_ a: UInt64, _ b: UInt64) -> Int64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return Int64(clamping: a)
  }
}
