/// C - M: changes when somebody sets C, when the guest was suspended, and at a leap second; never by slewing.
struct StepWatch {
  private var known: Interval
  private var last: LocalReading

  struct Jump: Equatable {
    /// Positive = C was set back.
    var size: Nanoseconds
    var error: Nanoseconds
    var from: Instant<Raw>
    var to: Instant<Raw>
  }

  init(_ reading: LocalReading) {
    known = .realtimeOverMonotonic(reading)
    last = reading
  }

  /// The last reading before which nothing happened that this has not told of.
  var from: Instant<Raw> { last.rawBefore }

  mutating func add(_ reading: LocalReading) -> Jump? {
    let seen = Interval.realtimeOverMonotonic(reading)
    let from = last.rawBefore
    last = reading
    if known.narrow(seen) { return nil }
    let jump = Jump(
      size: known.middle - seen.middle, error: (known.width + seen.width).half + Nanoseconds(1), from: from,
      to: reading.rawAfter)
    known = seen
    return jump
  }
}
