/// How far C may have gone from what was read of it, between readings.
public struct Unseen: Equatable, Sendable {
  /// If the rate changed at most once between two readings.
  public var once = Nanoseconds.zero
  /// By anything that the kernel lets somebody do and undo.
  public var most = Nanoseconds.zero
  /// C was set and the size of that is not known.
  public var isLost = false

  public init() {}

  public mutating func add(_ other: Unseen) {
    once = max(once, other.once)
    most = max(most, other.most)
    isLost = isLost || other.isLost
  }
}

/// Between two readings C went along a line. A change of its rate and back is not announced by anybody: what it
/// can have moved C by is bounded by the time between the readings, and by the rates at both ends where the rate
/// changed no more than once.
struct UnseenWatch {
  private var last: Instant<Raw>
  private var bracket: Nanoseconds
  private var rate: (rate: Rate, error: Rate)?
  private var collected = Unseen()

  init(_ reading: LocalReading) {
    last = reading.rawBefore
    bracket = reading.bracket
  }

  /// - Parameters:
  ///   - now: the rate of M against R, as it is taken to be in force now, and how far it may be from that
  ///   - isAsked: the kernel was asked for it now; else it may have changed by as much as the two readings leave room for
  ///   - departure: how far M is from the line of the rate before, where it is not on it
  mutating func add(
    _ reading: LocalReading, rate now: (rate: Rate, error: Rate), isAsked: Bool, departure: Nanoseconds?
  ) {
    let length = reading.rawAfter - last
    var unseen = Unseen()
    // There and back at the largest rate: the most is half way.
    unseen.most = Assumption.largestSlew.over(length.half)
    // A knee of two lines is off its chord by at most (difference of the slopes) x length / 4, in the middle.
    let before = rate ?? now
    let knee = (now.rate - before.rate).magnitude + now.error + before.error
    let room = isAsked ? .zero : (bracket + reading.bracket).half
    unseen.once = min(knee.over(Nanoseconds(length.count / 4 + 1)) + room, unseen.most)
    // From the knee on it left the old line for as far as it is from it now: it was no farther off the chord.
    if let departure { unseen.once = min(departure, unseen.most) }
    collected.add(unseen)
    last = reading.rawBefore
    bracket = reading.bracket
    rate = now
  }

  /// C was set, nobody knows by how much.
  mutating func lose() { collected.isLost = true }

  mutating func take() -> Unseen {
    defer { collected = Unseen() }
    return collected
  }
}
