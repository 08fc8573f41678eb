/// How long a stage takes beyond its floor, as a rule; and what is out of the rule.
///
/// Waiting in a queue is about exponential, which 20 means are past in no exchange of a year.
struct Usual {
  /// ns.
  private var mean: Int64 = 0
  private var count: Int64 = 0

  /// As many are needed to know a rule, and they fade after as many.
  static let memory: Int64 = 128
  static let factor: Int64 = 20
  /// An excess below this is nobody's trouble.
  static let least = Nanoseconds.microseconds(100)

  var isKnown: Bool { count >= Self.memory / 8 }

  /// What is longer than this is out of the rule.
  var limit: Nanoseconds { max(Self.least, Nanoseconds(mean).scaled(by: Self.factor)) }

  func isOut(_ excess: Nanoseconds) -> Bool { isKnown && excess > limit }

  /// What is longer than this many means, as one in 50 is by an exponential rule, counts as this many: a queue that
  /// fills slowly is not to make its own rule.
  static let most: Int64 = 4

  /// Of an excess that is not out of the rule; before there is a rule, of any.
  mutating func add(_ excess: Nanoseconds) {
    var value = max(excess, .zero).count
    if isKnown { value = min(value, max(Self.most * mean, Self.least.count / Self.factor)) }
    count = min(count + 1, Self.memory)
    // A division takes longer than all else here.
    mean += count == Self.memory ? (value - mean) >> 7 : (value - mean) / count
  }
}

/// The least of the last values: between one and two blocks of them.
struct RecentFloor {
  private var now = Nanoseconds.max
  private var before = Nanoseconds.max
  private var count = 0

  static let block = 128

  /// How far a value is above the floor, itself included.
  mutating func excess(_ value: Nanoseconds) -> Nanoseconds {
    if count == Self.block { (before, now, count) = (now, .max, 0) }
    count += 1
    now = min(now, value)
    return value - min(now, before)
  }
}

/// The least of about the last eight values; nil: there are none.
struct NearFloor {
  private var floor = (now: Nanoseconds.max, before: Nanoseconds.max)
  private var count = 0

  static let block = 8

  var least: Nanoseconds? {
    let least = min(floor.now, floor.before)
    return least == .max ? nil : least
  }

  mutating func add(_ value: Nanoseconds) {
    if count == Self.block { (floor, count) = ((.max, floor.now), 0) }
    count += 1
    floor.now = min(floor.now, value)
  }
}
