/// How much of a window's time is not proven to be within a limit, and the longest of it on end.
struct Share: Sendable {
  private(set) var unproven = Nanoseconds.zero
  private(set) var longestGap = Nanoseconds.zero
  /// Not proven from the window's beginning on, and up to now.
  private var lead = Nanoseconds.zero
  private var gap = Nanoseconds.zero
  private var hasProof = false

  @inline(__always)
  mutating func prove() {
    hasProof = true
    gap = .zero
  }

  mutating func leave(_ length: Nanoseconds) {
    guard length > .zero else { return }
    unproven += length
    gap += length
    longestGap = max(longestGap, gap)
    if !hasProof { lead += length }
  }

  /// The time after this one's.
  mutating func append(_ other: Share) {
    longestGap = max(longestGap, other.longestGap, gap + other.lead)
    if !hasProof { lead += other.lead }
    gap = other.hasProof ? other.gap : gap + other.gap
    hasProof = hasProof || other.hasProof
    unproven += other.unproven
  }

  mutating func add(_ stretch: ProofStretch, limit: Nanoseconds) {
    let length = stretch.length
    let (forward, backward) = stretch.reach(limit)
    switch stretch.joint {
    case .line, .either:
      if forward > .zero { prove() }
      leave(length - forward - backward)
      if backward > .zero { prove() }
    case .both:
      let proven = forward + backward - length
      guard proven > .zero else { return leave(length) }
      leave(length - backward)
      prove()
      leave(length - forward)
    }
  }
}
