/// Names what was slow: the stages of an exchange that took longer than they do as a rule.
///
/// A leg outside of the guest is judged against the band: g cannot have moved that far, so the packet was slow. Where the
/// leg stays longer the floor has moved, and one leg alone does not tell that from a step of S.
struct ExcursionWatch {
  private var usual = InlineArray<5, Usual>(repeating: Usual())
  private var floors = InlineArray<5, RecentFloor>(repeating: RecentFloor())
  private var shiftOut = LegShift()
  private var shiftBack = LegShift()
  /// The excess of the legs of the last exchanges that were not slow.
  private var calmOut = NearFloor()
  private var calmBack = NearFloor()
  private var open: Excursion?
  /// One after which something else was slow, before it was known to be over.
  private var closing: Excursion?

  /// An excursion is over after as many exchanges without one.
  static let calm = 8
  /// A leg that was longer in as many exchanges one after the other has another floor.
  static let staying: UInt64 = 32
  static let stayingTime = Nanoseconds.seconds(1)
  /// One that goes on for as long is told, and what it is like becomes the rule.
  static let longest = Nanoseconds.seconds(10)
  /// So many exchanges in a row that say nothing of its legs are as good as calm.
  static let unclear = 32

  private struct Excursion {
    var stages: Stages
    var largest = InlineArray<5, Nanoseconds>(repeating: .zero)
    /// Of all its exchanges together, where the stage was slow.
    var total = InlineArray<5, Nanoseconds>(repeating: .zero)
    /// The least excess of the legs, of all its exchanges.
    var leastOut = Nanoseconds.max
    var leastBack = Nanoseconds.max
    /// What the band moved inwards meanwhile: by as much S may have moved instead.
    var raised = Nanoseconds.zero
    var lowered = Nanoseconds.zero
    /// The legs of the exchanges just before, and since the last that was slow.
    var beforeOut: Nanoseconds?
    var beforeBack: Nanoseconds?
    var afterOut = NearFloor()
    var afterBack = NearFloor()
    var from: Instant<Raw>
    var to: Instant<Raw>
    var known: LocalReading
    var count: UInt64 = 0
    /// Exchanges since the last that was slow.
    var calm = 0
    /// And such as do not tell whether it was.
    var unclear = 0

    /// After an exchange that was not slow in its stages.
    mutating func rest(_ excess: Excess, _ passage: Passage) {
      if let out = excess[.out], let back = excess[.back] {
        afterOut.add(out + passage.outSlack)
        afterBack.add(back + passage.backSlack)
      }
      raised = raised + passage.raised
      lowered = lowered + passage.lowered
      calm += 1
    }
  }

  /// By how much each stage was longer than its floor, and of which that is known.
  private struct Excess {
    var values = InlineArray<5, Nanoseconds>(repeating: .zero)
    var known: Stages = []

    subscript(stage: Stage) -> Nanoseconds? { known.contains(Stages(stage)) ? values[stage.rawValue] : nil }

    @inline(__always)
    mutating func set(_ stage: Stage, _ value: Nanoseconds) {
      values[stage.rawValue] = value
      known.insert(Stages(stage))
    }
  }

  /// - Parameter explained: stages of which something else is known to have happened
  @_optimize(speed)
  mutating func add(_ passage: Passage, explained: Stages) -> LocalEvent? {
    let excess = excess(of: passage)
    var slow: Stages = []
    for index in 0..<5 {
      let bit = Stages(rawValue: 1 << UInt8(index))
      guard !excess.known.isDisjoint(with: bit) else { continue }
      let value = excess.values[index]
      if usual[index].isOut(value) {
        slow.insert(bit)
      } else {
        // The band's bound may be wider than the floor of these days; what is usual is counted from that.
        if index == Stage.out.rawValue {
          learn(index, value + passage.outSlack, shiftOut.by)
        } else if index == Stage.back.rawValue {
          learn(index, value + passage.backSlack, shiftBack.by)
        } else {
          usual[index].add(value)
        }
      }
    }
    if slow.isEmpty, open == nil, closing == nil, shiftOut.by == .zero, shiftBack.by == .zero {
      if let out = excess[.out], let back = excess[.back] {
        calmOut.add(out + passage.outSlack)
        calmBack.add(back + passage.backSlack)
      }
      return nil
    }
    return judge(slow.subtracting(explained), excess, passage)
  }

  /// A leg whose floor had moved and that is much shorter again has another floor, of which nothing is usual yet.
  @inline(__always)
  private mutating func learn(_ index: Int, _ value: Nanoseconds, _ shift: Nanoseconds) {
    if shift == .zero || value > -Usual.least { usual[index].add(floors[index].excess(value)) }
  }

  @inline(never)
  private mutating func judge(_ slow: Stages, _ excess: Excess, _ passage: Passage) -> LocalEvent? {
    let returned = follow(excess, passage)
    let told = slow.isEmpty ? rest(excess, passage) : extend(slow, excess, passage)
    let closed = settle(slow, excess, passage, isTold: (returned ?? told) != nil)
    return returned ?? told ?? closed
  }

  /// What is closing rests as well, until it is known to be over.
  private mutating func settle(
    _ slow: Stages, _ excess: Excess, _ passage: Passage, isTold: Bool
  ) -> LocalEvent? {
    guard var now = closing else { return nil }
    let isAgain = !now.stages.isDisjoint(with: slow)
    if !isAgain { now.rest(excess, passage) }
    closing = now
    guard !isTold, isAgain || now.calm >= Self.calm else { return nil }
    closing = nil
    return Self.event(now, isOver: now.calm > 0)
  }

  /// What is still open, at the end or when the band's base is gone: one after the other.
  mutating func close() -> LocalEvent? {
    guard let last = closing ?? open else { return nil }
    if closing == nil { open = nil }
    closing = nil
    return Self.event(last, isOver: last.calm > 0)
  }

  /// The band began anew: legs are measured from another base.
  mutating func reopen() {
    (shiftOut, shiftBack) = (LegShift(), LegShift())
    (calmOut, calmBack) = (NearFloor(), NearFloor())
  }

  @inline(__always)
  private mutating func excess(of passage: Passage) -> Excess {
    var excess = Excess()
    if let length = passage.localTransmit { excess.set(.localTransmit, floors[0].excess(length)) }
    if let out = passage.out { excess.set(.out, out - shiftOut.by) }
    excess.set(.server, floors[2].excess(passage.server))
    if let back = passage.back { excess.set(.back, back - shiftBack.by) }
    if let length = passage.localReceive { excess.set(.localReceive, floors[4].excess(length)) }
    return excess
  }

  private mutating func extend(
    _ slow: Stages, _ excess: Excess, _ passage: Passage
  ) -> LocalEvent? {
    var told: LocalEvent?
    // Of an exchange that was overtaken the legs are not known: it does not end what is slow there.
    if let old = open, old.stages.isDisjoint(with: slow), !old.stages.isDisjoint(with: excess.known) {
      told = closing.map { Self.event($0, isOver: $0.calm > 0) }
      closing = old
      open = nil
    }
    var now = open ?? begin(slow, passage)
    now.stages.formUnion(slow)
    for index in 0..<5 {
      now.largest[index] = max(now.largest[index], excess.values[index])
      if slow.contains(Stages(rawValue: 1 << UInt8(index))) {
        now.total[index] = now.total[index] + excess.values[index]
      }
    }
    if let out = excess[.out] { now.leastOut = min(now.leastOut, out + passage.outSlack) }
    if let back = excess[.back] { now.leastBack = min(now.leastBack, back + passage.backSlack) }
    now.raised = now.raised + passage.raised
    now.lowered = now.lowered + passage.lowered
    now.to = passage.to
    now.known = passage.known
    now.count += 1
    now.unclear = 0
    if now.calm > 0 { (now.leastOut, now.leastBack, now.calm) = (.zero, .zero, 0) }
    (now.afterOut, now.afterBack) = (NearFloor(), NearFloor())
    open = now
    return told ?? ripen(now)
  }

  private func begin(_ slow: Stages, _ passage: Passage) -> Excursion {
    var new = Excursion(stages: slow, from: passage.from, to: passage.to, known: passage.known)
    (new.beforeOut, new.beforeBack) = (calmOut.least, calmBack.least)
    return new
  }

  /// What has lasted long enough to be something else than a slow packet.
  private mutating func ripen(_ now: Excursion) -> LocalEvent? {
    let length = now.to - now.from
    if now.count >= Self.staying, length >= Self.stayingTime {
      let isOut = now.leastOut > Usual.least && now.stages.contains(Stages(.out))
      let isBack = now.leastBack > Usual.least && now.stages.contains(Stages(.back))
      if isOut || isBack {
        if isOut { shiftOut.grow(by: now.leastOut) }
        if isBack { shiftBack.grow(by: now.leastBack) }
        open = nil
        return Self.route(now, isOut ? now.leastOut : .zero, isBack ? now.leastBack : .zero)
      }
    }
    guard length >= Self.longest else { return nil }
    open = nil
    for stage in Stage.allCases where now.stages.contains(Stages(stage)) { usual[stage.rawValue] = Usual() }
    return Self.event(now, isOver: false)
  }

  private mutating func rest(_ excess: Excess, _ passage: Passage) -> LocalEvent? {
    if let open, isUnclear(open.stages, excess, passage), open.unclear < Self.unclear {
      self.open?.unclear += 1
      return nil
    }
    if let out = excess[.out], let back = excess[.back] {
      calmOut.add(out + passage.outSlack)
      calmBack.add(back + passage.backSlack)
    }
    guard var now = open else { return nil }
    now.rest(excess, passage)
    open = now
    // The earlier is told first.
    guard now.calm >= Self.calm, closing == nil else { return nil }
    open = nil
    return Self.event(now, isOver: true)
  }

  /// The legs that were slow may be so still: a stamp was laid onto R from too far to tell, or the exchange was overtaken.
  private func isUnclear(_ stages: Stages, _ excess: Excess, _ passage: Passage) -> Bool {
    guard stages.isSubset(of: [Stages(.out), Stages(.back)]) else { return false }
    guard let out = excess[.out], let back = excess[.back] else { return true }
    return stages.contains(Stages(.out))
      && usual[Stage.out.rawValue].isOut(out + passage.outSlack.scaled(by: 2))
      || stages.contains(Stages(.back))
        && usual[Stage.back.rawValue].isOut(back + passage.backSlack.scaled(by: 2))
  }
}

// MARK: Back again

extension ExcursionWatch {
  /// A leg that had become longer for good, and is shorter again.
  private mutating func follow(_ excess: Excess, _ passage: Passage) -> LocalEvent? {
    guard var out = excess[.out], var back = excess[.back] else { return nil }
    out = out + passage.outSlack.scaled(by: 2)
    back = back + passage.backSlack.scaled(by: 2)
    if let returned = shiftOut.follow(out, outwards: passage.loosenedHigh - passage.lowered, passage) {
      return Self.route(returned, passage, out: -returned.length, back: .zero)
    }
    if let returned = shiftBack.follow(back, outwards: passage.loosenedLow - passage.raised, passage) {
      return Self.route(returned, passage, out: .zero, back: -returned.length)
    }
    return nil
  }

  private static func route(
    _ returned: LegShift.Return, _ passage: Passage, out: Nanoseconds, back: Nanoseconds
  ) -> LocalEvent {
    var event = LocalEvent(
      .routeChange, .indicated, from: returned.from, to: passage.to, known: passage.known)
    event.size = (out - back).half
    event.also = back < .zero ? [.guestPause, .reference] : [.reference]
    event.evidence.exchanges = UInt64(LegShift.returning)
    var slow = SlowStages()
    slow[.out] = out
    slow[.back] = back
    event.evidence.slow = slow
    return event
  }
}

// MARK: What is told

extension ExcursionWatch {
  /// The stages that made most of it; a leg that was not out of its rule as well, where it was half as long.
  private static func main(_ excursion: Excursion) -> Stages {
    var most = Nanoseconds.zero
    for stage in Stage.allCases where excursion.stages.contains(Stages(stage)) {
      most = max(most, excursion.largest[stage.rawValue])
    }
    var main: Stages = []
    for stage in Stage.allCases where excursion.stages.contains(Stages(stage)) {
      if excursion.largest[stage.rawValue] >= Nanoseconds(most.count / 4) { main.insert(Stages(stage)) }
    }
    for leg in [Stage.out, .back] where !main.isDisjoint(with: [Stages(.out), Stages(.back)]) {
      if excursion.largest[leg.rawValue] >= most.half { main.insert(Stages(leg)) }
    }
    return main
  }

  /// - Parameter isOver: what came after it was as before it
  private static func event(_ excursion: Excursion, isOver: Bool) -> LocalEvent {
    let main = main(excursion)
    var (causes, first, most): (CauseSet, Cause?, Nanoseconds) = ([], nil, .zero)
    for stage in Stage.allCases where main.contains(Stages(stage)) {
      let cause = cause(stage, main)
      causes.insert(cause)
      // One packet that waited here among many that waited there is not the cause of them.
      let total = excursion.total[stage.rawValue]
      if first == nil || total > most { (first, most) = (cause, total) }
    }
    if let first { causes.remove(first) }
    let out = main.contains(Stages(.out)) ? excursion.largest[Stage.out.rawValue] : .zero
    let back = main.contains(Stages(.back)) ? excursion.largest[Stage.back.rawValue] : .zero
    // S up and down again looks like a slow way out, where it raised the lower bound meanwhile; and the other way
    // round. And what the exchanges before and after it were like as well is no excursion.
    let isHeld =
      (out == .zero || Self.isHeld(out, excursion.raised, excursion.beforeOut, excursion.afterOut.least))
      && (back == .zero
        || Self.isHeld(back, excursion.lowered, excursion.beforeBack, excursion.afterBack.least))
    let isPath = !main.isDisjoint(with: [Stages(.out), Stages(.back)])
    var event = LocalEvent(
      first ?? .reference, !isPath || isOver && isHeld ? .proven : .indicated,
      from: excursion.from, to: excursion.to,
      known: excursion.known)
    event.also = causes
    if isPath && !isHeld { event.also.insert(.reference) }
    event.size = Nanoseconds((out - back).count / 2)
    event.evidence.exchanges = excursion.count
    event.evidence.slow = slow(excursion, main)
    return event
  }

  private static func cause(_ stage: Stage, _ main: Stages) -> Cause {
    switch stage {
    case .localTransmit: .localTransmit
    case .localReceive: .localReceive
    case .server: .reference
    case .out: main.contains(Stages(.back)) ? .pathBoth : .pathOut
    case .back: main.contains(Stages(.out)) ? .pathBoth : .pathBack
    }
  }

  /// Nothing else than the way explains most of a leg's excess.
  private static func isHeld(
    _ largest: Nanoseconds, _ moved: Nanoseconds, _ before: Nanoseconds?, _ after: Nanoseconds?
  ) -> Bool {
    guard let before, let after else { return false }
    return max(moved, before, after) <= Nanoseconds(largest.count / 4)
  }

  private static func slow(_ excursion: Excursion, _ main: Stages) -> SlowStages {
    var slow = SlowStages()
    for stage in Stage.allCases where main.contains(Stages(stage)) {
      slow[stage] = excursion.largest[stage.rawValue]
    }
    return slow
  }

  /// One leg has become longer and stays so.
  private static func route(_ excursion: Excursion, _ out: Nanoseconds, _ back: Nanoseconds) -> LocalEvent {
    var event = LocalEvent(
      .routeChange, .indicated, from: excursion.from, to: excursion.to, known: excursion.known)
    event.size = Nanoseconds((out - back).count / 2)
    if out == .zero || back == .zero {
      // S up, or R lost time: the way out looks longer and the way back shorter. S down: the other way round.
      event.also = out > .zero ? [.guestPause, .reference] : [.reference]
    }
    event.evidence.exchanges = excursion.count
    var slow = SlowStages()
    if out > .zero { slow[.out] = out }
    if back > .zero { slow[.back] = back }
    event.evidence.slow = slow
    return event
  }
}
