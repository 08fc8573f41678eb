/// S - R jumped: an exchange's bounds and the band of those before have nothing in common.
struct Jump: Equatable {
  /// Positive = S is ahead of where it was: S was set forward, or R lost time.
  var size: Nanoseconds
  var error: Nanoseconds
  /// It happened between the last exchange before and the first after.
  var from: Instant<Raw>
  var to: Instant<Raw>
  var known: LocalReading
  /// Whether it stayed, or was one exchange's alone.
  var isLasting = false
  /// The value fits a drift of 500 ppm; the rate does not hold.
  var isBend = false

  /// The same jump, seen through another reference.
  func isLike(_ other: Jump) -> Bool {
    from <= other.to && other.from <= to && (size > .zero) == (other.size > .zero)
      && (size - other.size).magnitude <= error + other.error
  }
}

/// Holds a jump until the next exchanges say whether it stays.
struct JumpWatch {
  private var pending: Jump?
  private var followed = 0
  /// When the last exchange before any jump ended.
  private var last: Instant<Raw>?

  var isPending: Bool { pending != nil }

  /// As many exchanges that agree with the new band show that it stayed.
  static let lasting = 3

  /// - Parameter contradiction: nil: the exchange agrees with the band
  mutating func add(_ passage: Passage, _ contradiction: BandJump?) -> Jump? {
    defer { last = passage.to }
    guard let contradiction else {
      guard pending != nil else { return nil }
      followed += 1
      guard followed >= Self.lasting else { return nil }
      return take(isLasting: true)
    }
    let now = Self.jump(contradiction, from: last ?? passage.from, passage)
    guard let old = pending else {
      (pending, followed) = (now, 0)
      return nil
    }
    guard followed > 0 else {
      // One exchange's bounds lay before and after it, or were wrong: what counts is how the next are to those before.
      let sum = Jump(
        size: old.size + now.size, error: old.error + now.error, from: old.from, to: now.to, known: now.known,
        isBend: old.isBend && now.isBend)
      if sum.size.magnitude > sum.error {
        pending = sum
        return nil
      }
      // There and back again.
      pending?.to = passage.to
      return take(isLasting: false)
    }
    let told = take(isLasting: true)
    (pending, followed) = (now, 0)
    return told
  }

  /// At the end, or when the band's base is gone.
  mutating func take(isLasting: Bool) -> Jump? {
    defer { pending = nil }
    pending?.isLasting = isLasting
    return pending
  }

  private static func jump(
    _ contradiction: BandJump, from: Instant<Raw>, _ passage: Passage
  ) -> Jump {
    let (before, after) = (contradiction.before, contradiction.after)
    let size = (after.low - before.low).half + (after.high - before.high).half
    let error = ((before.high - before.low) + (after.high - after.low)).half + Nanoseconds(2)
    // One that was overtaken, or that was under way meanwhile, has ends on both sides.
    return Jump(
      size: size, error: error, from: min(from, passage.from), to: passage.to, known: passage.known,
      isBend: contradiction.isBend)
  }
}
