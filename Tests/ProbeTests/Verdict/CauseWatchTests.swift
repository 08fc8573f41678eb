import Foundation
import Testing

@testable import Probe

/// Exchanges of a path with exponential queues, each as the band of a quiet path would judge it.
private struct Path {
  var watch: CauseWatch
  var events: [LocalEvent] = []
  private var random: SplitMix
  private(set) var now: Int64 = 1_000_000_000_000
  private var query: UInt64 = 0
  var server = Fixture.server

  init(references: Int = 1, seed: UInt64 = 1) {
    watch = CauseWatch(references: references)
    random = SplitMix(seed: seed)
  }

  private mutating func queue(_ mean: Double) -> Int64 {
    Int64(-mean * log(Double.random(in: 1e-9..<1, using: &random)))
  }

  struct Delay {
    var localTransmit: Int64 = 0
    var out: Int64 = 0
    var server: Int64 = 0
    var back: Int64 = 0
    var localReceive: Int64 = 0
  }

  mutating func exchange(
    _ delay: Delay = Delay(), reference: Int = 0, after: Int64 = 62_500_000, jump: BandJump? = nil,
    raised: Int64 = 0
  ) {
    now += after
    query += 1
    let reading = reading
    var exchange = Fixture.exchange()
    exchange.query = query
    exchange.sent = reading
    exchange.received = reading
    exchange.server = server
    var passage = Passage(exchange, Bound(exchange), before: nil, after: (.zero, .zero))
    passage.from = Instant(nanoseconds: now)
    passage.arrived = Instant(nanoseconds: now + 200_000)
    passage.to = Instant(nanoseconds: now + 230_000 + delay.localReceive)
    passage.localTransmit = Nanoseconds(5000 + queue(1000) + delay.localTransmit)
    passage.out = jump == nil ? Nanoseconds(queue(20_000) - 5000 + delay.out) : nil
    passage.server = Nanoseconds(9000 + queue(1000) + delay.server)
    passage.back = jump == nil ? Nanoseconds(queue(20_000) - 5000 + delay.back) : nil
    passage.localReceive = Nanoseconds(20_000 + queue(3000) + delay.localReceive)
    passage.raised = Nanoseconds(raised)
    passage.width = .microseconds(100)
    watch.add(reference, exchange, passage, jump: jump) { events.append($0) }
  }

  private var reading: LocalReading {
    LocalReading(
      rawBefore: Instant(nanoseconds: now), realtime: Instant(nanoseconds: now + 1_795_000_000_000_000_000),
      monotonic: Instant(nanoseconds: now), rawAfter: Instant(nanoseconds: now + 100))
  }

  /// A query whose end is told `timeout` after it was sent.
  mutating func loss(_ reason: LossReason, foreign: UInt32 = 0) -> Loss {
    now += 62_500_000
    query += 1
    return Loss(
      query: query, reason: reason, sent: reading,
      ended: Instant(nanoseconds: now + (reason == .timeout ? Self.timeout : 1_000_000)),
      rejected: CheckCounts(), foreign: foreign)
  }

  static let timeout: Int64 = 500_000_000

  mutating func end(_ loss: Loss) { watch.add(0, loss) { events.append($0) } }

  mutating func exchanges(_ count: Int, _ delay: Delay = Delay(), references: Int = 1) {
    for _ in 0..<count {
      for reference in 0..<references { exchange(delay, reference: reference) }
    }
  }

  mutating func stall(_ length: Int64) { _ = local(.guestStall, length) }

  mutating func local(_ cause: Cause, _ length: Int64, from: Int64 = 0) -> LocalEvent {
    watch.add(
      local: LocalEvent(
        cause, .proven, from: Instant(nanoseconds: now - from), to: Instant(nanoseconds: now + length),
        known: reading))
  }
}

@Suite("Evidence to cause") struct CauseWatchTests {
  private static func jump(_ size: Int64, width: Int64 = 100_000) -> BandJump {
    BandJump(
      before: (Nanoseconds(-width), Nanoseconds(width)),
      after: (Nanoseconds(size - width), Nanoseconds(size + width)))
  }

  @Test("queues as usual are no event", arguments: 0..<20 as Range<UInt64>) func quiet(seed: UInt64) {
    var path = Path(seed: seed)
    path.exchanges(5000)
    #expect(path.events.isEmpty)
  }

  @Test(
    arguments: [
      (Path.Delay(localTransmit: 5_000_000), Cause.localTransmit, 0),
      (Path.Delay(out: 5_000_000), .pathOut, 2_500_000),
      (Path.Delay(back: 5_000_000), .pathBack, -2_500_000),
      (Path.Delay(out: 5_000_000, back: 5_000_000), .pathBoth, 0),
      (Path.Delay(server: 5_000_000), .reference, 0),
      (Path.Delay(localReceive: 2_000_000), .localReceive, 0),
    ] as [(Path.Delay, Cause, Int64)])
  private func oneSlowStage(delay: Path.Delay, cause: Cause, size: Int64) throws {
    var path = Path()
    path.exchanges(100)
    path.exchange(delay)
    path.exchanges(100)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == cause)
    #expect(path.events[0].certainty == .proven)
    #expect(path.events[0].also.isEmpty)
    #expect(path.events[0].reference == 0)
    #expect(((path.events[0].size ?? .zero) - Nanoseconds(size)).magnitude < .microseconds(200))
  }

  @Test("a leg that stays longer has another floor, once") func route() throws {
    var path = Path()
    path.exchanges(100)
    path.exchanges(500, Path.Delay(out: 3_000_000))
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == .routeChange)
    #expect(path.events[0].certainty == .indicated)
    #expect(path.events[0].also.contains(.reference) && path.events[0].also.contains(.guestPause))
  }

  @Test("a way out that raised the other bound may have been S") func raised() throws {
    var path = Path()
    path.exchanges(100)
    path.exchange(Path.Delay(out: 5_000_000), raised: 4_900_000)
    path.exchanges(20)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == .pathOut && path.events[0].certainty == .indicated)
  }

  @Test("a stall of this process explains a late receive") func stall() {
    var path = Path()
    path.exchanges(100)
    path.stall(100_000_000)
    path.exchange(Path.Delay(localReceive: 20_000_000), after: 1_000_000)
    path.exchanges(20)
    #expect(path.events.isEmpty)
  }

  @Test(
    "with one reference a pause and a step of the reference look alike",
    arguments: [4_000_000, -4_000_000] as [Int64])
  func oneJump(size: Int64) throws {
    var path = Path()
    path.exchanges(50)
    path.exchange(jump: Self.jump(size))
    path.exchanges(50)
    try #require(path.events.count == 1)
    let event = path.events[0]
    #expect(event.cause == (size > 0 ? .guestPause : .reference))
    #expect(event.certainty == .indicated)
    #expect(event.also.contains(.reference) == (size > 0))
    #expect(event.size == Nanoseconds(size))
  }

  @Test func twoReferencesOfWhichOneSteps() throws {
    var path = Path(references: 2)
    path.exchanges(50, references: 2)
    path.exchange(reference: 1, jump: Self.jump(4_000_000))
    path.exchanges(50, references: 2)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == .reference && path.events[0].certainty == .proven)
    #expect(path.events[0].reference == 1)
    #expect(path.events[0].evidence.held == 1)
  }

  @Test("a reference in this guest neither holds nor jumps with others") func noWitness() throws {
    for place in [CauseWatch.Place.thisGuest, .thisProcess] {
      var path = Path(references: 2)
      path.watch.place(1, place)
      path.exchanges(50, references: 2)
      path.exchange(reference: 0, jump: Self.jump(4_000_000))
      path.exchanges(200, references: 2)
      try #require(path.events.count == 1)
      #expect(path.events[0].cause == .guestPause && path.events[0].certainty == .indicated)
      #expect(path.events[0].also == [.reference] && path.events[0].evidence.held == 0)
    }
  }

  @Test("a bend on two references is no pause") func bends() throws {
    var bend = Self.jump(150_000, width: 50_000)
    bend.isBend = true
    for references in 1...2 {
      var path = Path(references: references)
      path.exchanges(50, references: references)
      for reference in 0..<references { path.exchange(reference: reference, jump: bend) }
      path.exchanges(300, references: references)
      try #require(path.events.count == 1)
      let event = path.events[0]
      #expect(event.certainty == .indicated && event.evidence.isBend)
      #expect(event.cause == (references == 1 ? .reference : .clocksourceChange))
      #expect(
        event.also == (references == 1 ? [.clocksourceChange, .guestPause] : [.guestPause, .reference]))
    }
  }

  @Test("references that a step of C is shown to have no part in") func steps() throws {
    var path = Path(references: 2)
    path.exchanges(50, references: 2)
    var step = path.local(.clockStep, 1000)
    #expect(path.watch.held(step) == 0)
    // Wider than the path's band, and narrower.
    step.size = Nanoseconds(-2_500_000)
    step.from = Instant(nanoseconds: path.now)
    step.to = step.from + Nanoseconds(1000)
    _ = path.watch.add(local: step)
    var small = step
    small.from = step.from + Nanoseconds(1)
    small.size = Nanoseconds(10)
    _ = path.watch.add(local: small)
    path.exchanges(2, references: 2)
    #expect(path.watch.held(step) == 0)
    path.exchanges(20, references: 2)
    #expect(path.watch.held(step) == 2 && path.watch.held(small) == 0)
  }

  @Test func aReferenceThatMovedWithTheClock() {
    var path = Path()
    path.exchanges(50)
    var step = path.local(.clockStep, 1000)
    step.size = Nanoseconds(-4_000_000)
    step.from = step.from + Nanoseconds(1)
    _ = path.watch.add(local: step)
    path.exchange(jump: Self.jump(4_000_000))
    path.exchanges(50)
    #expect(path.watch.held(step) == 0)
  }

  @Test func aPauseThatTwoReferencesSaw() throws {
    var path = Path(references: 2)
    path.exchanges(50, references: 2)
    path.exchange(reference: 0, jump: Self.jump(4_000_000))
    path.exchange(reference: 1, jump: Self.jump(4_050_000))
    path.exchanges(50, references: 2)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == .guestPause && path.events[0].certainty == .proven)
    #expect(path.events[0].reference == nil)
  }

  @Test("a single reply with wrong times is the reference's") func glitch() throws {
    var path = Path()
    path.exchanges(50)
    path.exchange(jump: Self.jump(4_000_000))
    path.exchange(jump: Self.jump(-4_000_000))
    path.exchanges(50)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == .reference)
  }

  @Test func aServerThatSaysSo() throws {
    var path = Path()
    path.exchanges(50)
    path.server.stratum = 3
    path.exchanges(50)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == .reference && path.events[0].certainty == .proven)
    #expect(path.events[0].evidence.server?.stratum == 3)
  }

  @Test(
    arguments: [
      (LossReason.timeout, 3, Cause.loss, Certainty.indicated), (.rateLimited, 1, .rateLimited, .proven),
      (.rejected, 1, .rejected, .proven),
    ] as [(LossReason, Int, Cause, Certainty)])
  func withoutASample(reason: LossReason, count: Int, cause: Cause, certainty: Certainty) throws {
    var path = Path()
    path.exchanges(50)
    for _ in 0..<count { path.end(path.loss(reason)) }
    #expect(path.events.isEmpty)
    path.exchanges(12)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == cause && path.events[0].certainty == certainty)
    #expect(path.events[0].evidence.exchanges == UInt64(count))
  }

  @Test("a run of losses is told although replies to later queries come sooner than their timeouts")
  func lossBetweenReplies() throws {
    var path = Path()
    path.exchanges(50)
    let losses = (0..<6).map { _ in path.loss(.timeout) }
    // The timeout is eight intervals.
    path.exchanges(3)
    for loss in losses {
      path.end(loss)
      path.exchanges(1)
    }
    #expect(path.events.isEmpty)
    path.exchanges(20)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == .loss && path.events[0].evidence.exchanges == 6)
    #expect(path.events[0].from == losses[0].sent.rawBefore && path.events[0].to == losses[5].ended)
  }

  @Test("losses far from each other are no run") func scatteredLosses() {
    var path = Path()
    for _ in 0..<20 {
      path.exchanges(10)
      let loss = path.loss(.timeout)
      path.exchanges(8)
      path.end(loss)
    }
    path.exchanges(20)
    #expect(path.events.isEmpty)
  }

  @Test("replies with a wrong origin in the wait for each that is missing") func foreignReplies() throws {
    for foreign in [1, 0] as [UInt32] {
      var path = Path()
      path.exchanges(50)
      for number in 0..<5 { path.end(path.loss(.timeout, foreign: number == 2 ? foreign : 1)) }
      path.exchanges(20)
      try #require(path.events.count == 1)
      let event = path.events[0]
      #expect(event.cause == (foreign > 0 ? .rejected : .loss) && event.certainty == .indicated)
      #expect(event.also.contains(.loss) == (foreign > 0))
      #expect(event.evidence.check == (foreign > 0 ? .origin : nil))
    }
  }

  @Test("a leg that had become longer is shorter again", arguments: [1_000_000, 40_000_000] as [Int64])
  func routeAndBack(size: Int64) throws {
    for isOut in [true, false] {
      var path = Path()
      path.exchanges(100)
      path.exchanges(300, isOut ? Path.Delay(out: size) : Path.Delay(back: size))
      path.exchanges(300)
      try #require(path.events.count == 2)
      let event = path.events[1]
      #expect(event.cause == .routeChange && event.certainty == .indicated && event.also.contains(.reference))
      let stage = isOut ? Stage.out : .back
      #expect(((event.evidence.slow?[stage] ?? .zero) + Nanoseconds(size)).magnitude < .microseconds(200))
    }
  }

  @Test("two routes one after the other, and both back") func twoRoutes() {
    var path = Path()
    for delay in [0, 3_000_000, 8_000_000, 3_000_000, 0] as [Int64] {
      path.exchanges(200, Path.Delay(out: delay))
    }
    #expect(path.events.map(\.cause) == [.routeChange, .routeChange, .routeChange, .routeChange])
    let sizes = path.events.map { ($0.size ?? .zero).count / 100_000 }
    for (size, wanted) in zip(sizes, [15, 25, -25, -15] as [Int64]) { #expect(abs(size - wanted) <= 1) }
  }

  @Test("what the exchanges around it were like as well is not proven to be the way") func noisyAround()
    throws
  {
    var path = Path()
    path.exchanges(100)
    // Below what is out of the rule, and S may have moved by it.
    path.exchanges(2, Path.Delay(out: 300_000))
    for _ in 0..<20 { path.exchange(Path.Delay(out: 350_000)) }
    path.exchange(Path.Delay(out: 1_200_000))
    for _ in 0..<20 { path.exchange(Path.Delay(out: 350_000)) }
    let event = try #require(path.events.first { ($0.evidence.slow?[.out] ?? .zero) > .milliseconds(1) })
    #expect(event.certainty == .indicated && event.also.contains(.reference))
  }

  @Test("a pause that the hypervisor tells of later is told once, with its length") func pauseTold() throws {
    for references in 1...2 {
      var path = Path(references: references)
      path.exchanges(50, references: references)
      for reference in 0..<references {
        path.exchange(reference: reference, after: 8_000_000, jump: Self.jump(4_000_000))
      }
      for _ in 0..<4 {
        for reference in 0..<references { path.exchange(reference: reference, after: 4_000_000) }
      }
      #expect(path.events.isEmpty)
      let told = path.local(.guestPause, 0, from: 250_000_000)
      #expect(told.cause == .guestPause && told.certainty == .proven && told.size == Nanoseconds(4_000_000))
      #expect(told.to - told.from < .milliseconds(100) && told.evidence.jumped == UInt8(references))
      for reference in 0..<references { path.watch.reopen(reference) { path.events.append($0) } }
      path.exchanges(50, references: references)
      #expect(path.events.isEmpty)
    }
  }

  @Test("a jump up of before a suspend stays what it was") func jumpBeforeSuspend() {
    var path = Path()
    path.exchanges(50)
    path.exchange(jump: Self.jump(4_000_000))
    path.exchanges(3)
    _ = path.local(.guestSuspend, 1000)
    path.exchanges(50)
    #expect(path.events.map(\.cause) == [.guestPause])
  }

  @Test("an exchange that lay across a pause jumps by a part of it, and the next by the rest") func across()
    throws
  {
    var path = Path()
    path.exchanges(50)
    path.exchange(jump: Self.jump(300_000))
    path.exchange(jump: Self.jump(3_700_000))
    path.exchanges(50)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == .guestPause && path.events[0].size == Nanoseconds(4_000_000))
  }

  @Test("a leap second of the reference", arguments: [true, false]) func leap(isAnnounced: Bool) throws {
    var path = Path()
    path.server.leap = isAnnounced ? 1 : 0
    path.exchanges(50)
    path.exchange(jump: Self.jump(-1_000_000_000))
    path.exchanges(50)
    try #require(path.events.count == 1)
    #expect(path.events[0].cause == (isAnnounced ? .leapSecond : .reference))
    #expect(path.events[0].reference == 0)
  }
}
