/// What a signal did over a time of unknown length, in a fixed number of columns: the least and the
/// greatest value in each. When the time outgrows the columns, neighbours are merged and each spans twice
/// as long, so that a spike of a single sample is never lost.
public struct Envelope: Sendable {
  public struct Column: Sendable {
    public var low: Nanoseconds
    public var high: Nanoseconds
    public var isEmpty: Bool { low > high }

    static let empty = Column(low: .max, high: .min)

    mutating func add(_ other: Column) {
      low = Swift.min(low, other.low)
      high = Swift.max(high, other.high)
    }
  }

  public private(set) var columns: [Column]
  public private(set) var start: Instant<Raw>?
  /// What one column spans now.
  public private(set) var span: Nanoseconds
  /// Columns in use, counted from the first.
  public private(set) var used = 0

  public static let width = 128

  public init(span: Nanoseconds) {
    columns = Array(repeating: .empty, count: Self.width)
    self.span = Swift.max(span, Nanoseconds(1))
  }

  /// A value before the first one's moment counts into the first column.
  @_optimize(speed)
  public mutating func add(_ value: Nanoseconds, at moment: Instant<Raw>) {
    let origin = start ?? moment
    start = origin
    let elapsed = Swift.max(moment - origin, .zero)
    while elapsed.count / span.count >= Int64(Self.width) { double() }
    let index = Int(elapsed.count / span.count)
    columns[index].add(Column(low: value, high: value))
    used = Swift.max(used, index + 1)
  }

  private mutating func double() {
    for index in 0..<Self.width {
      var merged = Column.empty
      if 2 * index + 1 < Self.width {
        merged = columns[2 * index]
        merged.add(columns[2 * index + 1])
      }
      columns[index] = merged
    }
    used = (used + 1) / 2
    span = span.scaled(by: 2)
  }
}
