/// Steps of C that references were seen to have no part in: exchanges from before and after a step agree on one g, and its
/// band is narrower than the step is long.
struct HeldWatch: Sendable {
  private struct Step {
    var from = Instant<Raw>(nanoseconds: .max)
    var to = Instant<Raw>(nanoseconds: .max)
    var length = Nanoseconds.zero
    /// Exchanges of the first references since; 255: it is counted in `held`.
    var agreed = InlineArray<8, UInt8>(repeating: 0)
    var held: UInt8 = 0
  }

  private var steps = InlineArray<8, Step>(repeating: Step())
  private var count = 0
  /// Nothing is looked for after this moment.
  private var until = Instant<Raw>(nanoseconds: .min)

  /// After that long another step of the reference may hide in what drift allows.
  static let patience = Nanoseconds.seconds(2)

  mutating func add(_ event: LocalEvent) {
    guard event.cause == .clockStep || event.cause == .leapSecond, count < 8, let size = event.size else {
      return
    }
    steps[count] = Step(from: event.from, to: event.to, length: size.magnitude)
    count += 1
    until = event.to + Self.patience
  }

  @inline(__always)
  func isOver(_ now: Instant<Raw>) -> Bool { now > until }

  /// - Parameter agreed: since when all exchanges of this reference agreed
  @inline(never)
  mutating func add(_ index: Int, _ passage: Passage, agreed: Instant<Raw>) {
    guard index < 8 else { return }
    for place in 0..<count
    where passage.from >= steps[place].to && passage.to <= steps[place].to + Self.patience {
      let seen = steps[place].agreed[index]
      guard seen != 255 else { continue }
      // One from before the step is among those that agree.
      if agreed > steps[place].from {
        steps[place].agreed[index] = 0
      } else if seen + 1 < JumpWatch.lasting || passage.width >= steps[place].length {
        steps[place].agreed[index] = min(seen + 1, 200)
      } else {
        steps[place].agreed[index] = 255
        steps[place].held += 1
      }
    }
  }

  /// How many references did not move with it.
  func held(_ event: LocalEvent) -> UInt8 {
    guard event.cause == .clockStep || event.cause == .leapSecond else { return 0 }
    for place in 0..<count where steps[place].from == event.from && steps[place].to == event.to {
      return steps[place].held
    }
    return 0
  }
}
