@testable import Probe

/// One direction of the path. Packets overtake each other where their queueing differs.
struct Leg {
  /// What no packet is faster than.
  var floor = Nanoseconds.microseconds(90)
  /// Exponential queueing, mean in ns.
  var queueing = 20_000.0
  /// That a packet meets a heavy-tailed queue; and its scale in ns.
  var tail = 0.0
  var tailScale = 500_000.0
  var loss = 0.0
  var duplication = 0.0
  /// That a few bits flip; a checksum does not see it.
  var corruption = 0.0
  /// The floor moves by this much from then on.
  var routeChange: (at: Nanoseconds, by: Nanoseconds)?
  /// Other traffic fills a queue, and it drains again.
  var surge: Surge?
  /// Nothing arrives that departs in this time.
  var cut: (from: Nanoseconds, to: Nanoseconds)?

  /// How long a packet takes that departs at a moment.
  func transit(_ departure: Moment, _ dice: inout Dice) -> Nanoseconds {
    var length = floor
    if let change = routeChange, departure >= .beginning + change.at { length += change.by }
    length += surge?.length(departure) ?? .zero
    var extra = queueing > 0 ? dice.exponential(mean: queueing) : 0
    if tail > 0, dice.chance(tail) { extra += dice.pareto(scale: tailScale) }
    return length + Nanoseconds(Int64(min(extra, 1e12)))
  }

  /// Every copy that arrives: when, and whether its bits are what they were.
  func carry(_ bytes: [UInt8], _ departure: Moment, _ dice: inout Dice) -> [Copy] {
    let copies = 1 + (dice.chance(duplication) ? 1 : 0)
    var arriving: [Copy] = []
    for _ in 0..<copies {
      let transit = transit(departure, &dice)
      var copy = Copy(bytes: bytes, at: departure + transit, isCorrupted: false)
      if dice.chance(corruption) { copy.corrupt(&dice) }
      let elapsed = departure - .beginning
      let isCut = cut.map { $0.from <= elapsed && elapsed < $0.to } ?? false
      if !dice.chance(loss) && !isCut { arriving.append(copy) }
    }
    return arriving
  }
}

/// A queue that fills to `by` and drains again, or one that is there for all of its time.
struct Surge {
  var from: Nanoseconds
  var to: Nanoseconds
  var by: Nanoseconds
  var isLevel = false

  func length(_ departure: Moment) -> Nanoseconds {
    let elapsed = departure - .beginning
    guard from <= elapsed, elapsed < to else { return .zero }
    if isLevel { return by }
    let middle = (to - from).half
    let share = 1 - Double((elapsed - from - middle).magnitude.count) / Double(max(middle.count, 1))
    return Nanoseconds(Int64(Double(by.count) * share))
  }
}

/// A packet as it arrives.
struct Copy {
  var bytes: [UInt8]
  var at: Moment
  var isCorrupted: Bool

  mutating func corrupt(_ dice: inout Dice) {
    isCorrupted = true
    for _ in 0..<dice.pick(1...4) {
      bytes[Int(dice.pick(0...Int64(bytes.count - 1)))] ^= 1 << UInt8(dice.pick(0...7))
    }
    if dice.chance(0.1) { bytes.removeLast(Int(dice.pick(1...Int64(bytes.count - 1)))) }
  }
}
