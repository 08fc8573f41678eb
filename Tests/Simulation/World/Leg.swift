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

  /// How long a packet takes that departs at a moment.
  func transit(_ departure: Moment, _ dice: inout Dice) -> Nanoseconds {
    var length = floor
    if let change = routeChange, departure >= .beginning + change.at { length += change.by }
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
      if !dice.chance(loss) { arriving.append(copy) }
    }
    return arriving
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
