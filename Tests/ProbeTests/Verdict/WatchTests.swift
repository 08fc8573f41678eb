import Testing

@testable import Probe

/// A guest's clocks with a known course, read with a known bracket.
private struct Clocks {
  var raw: Int64 = 1_000_000_000_000
  var monotonic: Double = 900_000_000_000
  var realtime: Double = 1_795_000_000_000_000_000 - 900_000_000_000
  var rate = 0.0
  var boottime = Nanoseconds.zero

  /// Runs for a while, then reads.
  mutating func read(after length: Int64, bracket: Int64 = 160) -> LocalReading {
    raw += length
    monotonic += Double(length) * (1 + rate)
    let before = raw
    raw += bracket
    // M is read at the middle of the bracket, C a little earlier.
    let m = Int64(monotonic + Double(bracket / 2))
    monotonic += Double(bracket) * (1 + rate)
    return LocalReading(
      rawBefore: Instant(nanoseconds: before),
      realtime: Instant(nanoseconds: m + Int64(realtime) - bracket / 4),
      monotonic: Instant(nanoseconds: m), rawAfter: Instant(nanoseconds: raw))
  }
}

@Suite("The local watch") struct WatchTests {
  private var clocks = Clocks()
  private var events = EventBuffer()
  private var watch: Watch
  private var kernel: KernelClock? = KernelClock(rate: Rate(partsPerTrillion: 0))

  init() {
    let reading = clocks.read(after: 0)
    watch = Watch(reading, Look(kernel: kernel), CounterLook())
  }

  private mutating func turn(_ length: Int64 = 8_000_000, bracket: Int64 = 160, wasSet: Bool = false) {
    let reading = clocks.read(after: length, bracket: bracket)
    var tick = Tick(reading, due: reading.rawBefore)
    tick.wasSet = wasSet
    watch.add(tick, into: &events) { Look(kernel: kernel, suspended: clocks.boottime) }
  }

  private mutating func turns(_ count: Int, bracket: Int64 = 160) {
    for _ in 0..<count { turn(bracket: bracket) }
  }

  @Test("nothing happens: no event, whatever the brackets") mutating func quiet() {
    for index in 0..<5000 as Range<Int64> { turn(8_000_000, bracket: 100 + index * 7919 % 40_000) }
    #expect(events.isEmpty)
  }

  @Test(
    "a step is told with its size and sign", arguments: [20_000, -20_000, 300, -1_000_000_000] as [Int64])
  mutating func step(size: Int64) throws {
    turns(50)
    clocks.realtime += Double(size)
    turn(wasSet: true)
    turns(50)
    #expect(events.events.count == 1)
    let event = try #require(events.events.first)
    #expect(event.cause == .clockStep && event.certainty == .proven && event.evidence.timer)
    // Set forward is negative.
    #expect(try (#require(event.size) + Nanoseconds(size)).magnitude <= event.error)
    #expect(event.error <= Nanoseconds(200))
  }

  @Test("a step that was read before the kernel's word for it came is told once", arguments: [1, 20])
  mutating func lateWord(after count: Int) {
    turns(50)
    clocks.realtime += 50_000
    turns(count)
    turn(wasSet: true)
    turns(10)
    #expect(events.events.map(\.cause) == [.clockStep])
    #expect(watch.takeUnseen().isLost == false)
  }

  @Test("one word is for one step, and not for ever", arguments: [false, true])
  mutating func secondWord(isMissing: Bool) {
    turns(50)
    clocks.realtime += 50_000
    turns(2)
    if isMissing { turns(40) } else { turn(wasSet: true) }
    turn(wasSet: true)
    #expect(events.events.map(\.certainty) == [.proven, .indicated])
    #expect(watch.takeUnseen().isLost)
  }

  @Test("a step forth and back has no size, and the time is unproven") mutating func undone() throws {
    turns(50)
    turn(wasSet: true)
    let event = try #require(events.events.first)
    #expect(events.events.count == 1)
    #expect(event.cause == .clockStep && event.certainty == .indicated && event.size == nil)
    #expect(watch.takeUnseen().isLost)
    #expect(watch.takeUnseen().isLost == false)
  }

  @Test(
    "a slew that adjtimex tells is proven by the readings", arguments: [5, -5, 2, 500, -100_000] as [Double])
  mutating func slew(ppm: Double) throws {
    turns(100)
    clocks.rate = ppm * 1e-6
    kernel?.rate = Rate(partsPerTrillion: Int64(ppm * 1e6))
    turns(25)
    #expect(events.events.count == 1)
    let event = try #require(events.events.first)
    #expect(event.cause == .clockSlew && event.certainty == .proven)
    #expect(event.evidence.rate == kernel?.rate && event.evidence.isKernelRate)
    turns(500)
    #expect(events.events.count == 1)
  }

  @Test("a slew that nobody tells is measured", arguments: [5, -20, 500] as [Double])
  mutating func measured(ppm: Double) throws {
    turns(100)
    clocks.rate = ppm * 1e-6
    turns(40)
    let event = try #require(events.events.first)
    #expect(events.events.count == 1)
    #expect(event.cause == .clockSlew && !event.evidence.isKernelRate)
    let (rate, error) = (try #require(event.evidence.rate), try #require(event.evidence.rateError))
    #expect((rate - Rate(partsPerTrillion: Int64(ppm * 1e6))).magnitude <= error)
    clocks.rate = 0
    turns(40)
    #expect(events.events.count == 2)
  }

  /// Such as a second change of adjtimex between a reading and the look after it.
  @Test("a reading off the line whose rate is not known to differ is no slew") mutating func unclear() {
    turns(100)
    clocks.monotonic += 1500
    turns(25)
    // Kept from running while it read: the middle is wrong by 60 us, and the bracket says so.
    clocks.monotonic += 60_000
    turn(bracket: 166_000)
    clocks.monotonic -= 60_000
    turns(400)
    #expect(events.isEmpty)
  }

  @Test("without adjtimex the rate is learned, and a change of it found") mutating func unprivileged() throws
  {
    kernel = nil
    clocks.rate = 37e-6
    watch = Watch(clocks.read(after: 8_000_000), Look(), CounterLook())
    turns(500)
    #expect(events.isEmpty)
    clocks.rate = 42e-6
    turns(60)
    #expect(events.events.map(\.cause) == [.clockSlew])
    let rate = try #require(events.events.first?.evidence.rate)
    #expect((rate - .partsPerMillion(42)).magnitude < .partsPerMillion(1))
  }

  @Test("a change of less than 1 ppm is no event") mutating func small() {
    for round in 0..<20 {
      let ppm = round % 2 == 0 ? 0.8 : 0
      clocks.rate = ppm * 1e-6
      kernel?.rate = Rate(partsPerTrillion: Int64(ppm * 1e6))
      turns(100)
    }
    #expect(events.isEmpty)
  }

  @Test("a suspend explains the jump of C") mutating func suspend() {
    turns(50)
    clocks.boottime += .seconds(30)
    clocks.realtime += 30e9
    turn(wasSet: true)
    turns(10)
    #expect(events.events.map(\.cause) == [.guestSuspend])
    #expect(events.events.first?.length == .seconds(30))
  }

  @Test("an announced second is a leap second, an unannounced one a step", arguments: [true, false])
  mutating func leap(isAnnounced: Bool) {
    if isAnnounced { kernel?.leap = .insert }
    turns(50)
    clocks.realtime -= 1e9
    if isAnnounced { kernel?.leap = .inProgress }
    turn(wasSet: true)
    #expect(events.events.map(\.cause) == [isAnnounced ? .leapSecond : .clockStep])
    #expect((events.events[0].size ?? .zero) - .seconds(1) <= Nanoseconds(200))
  }

  @Test("another clocksource is told with both words") mutating func clocksource() {
    let words = ["tsc", "kvm-clock"].map { Word(Array("\($0)\n".utf8).span) }
    let now = clocks.read(after: 8_000_000)
    watch.add(CounterLook(clocksource: words[0]), now, into: &events)
    watch.add(CounterLook(clocksource: nil), now, into: &events)
    watch.add(CounterLook(clocksource: words[0]), now, into: &events)
    #expect(events.isEmpty)
    watch.add(CounterLook(clocksource: words[1]), now, into: &events)
    #expect(events.events.map(\.cause) == [.clocksourceChange])
    #expect(events.events[0].evidence.clocksource?.text == "kvm-clock")
  }

  @Test("the hypervisor's word for a pause counts once") mutating func pause() {
    func page(_ flags: UInt8) -> PvclockFields {
      PvclockFields(version: 2, tscTimestamp: 0, systemTime: 0, mul: 1 << 31, shift: 0, flags: flags)
    }
    var now = clocks.read(after: 8_000_000)
    func look(_ look: CounterLook) -> [Cause] {
      now = clocks.read(after: 250_000_000)
      watch.add(look, now, into: &events)
      var causes: [Cause] = []
      events.drain { causes.append($0.cause) }
      return causes
    }
    #expect(look(CounterLook(pvclock: page(0), marker: 7)) == [])
    #expect(look(CounterLook(pvclock: page(PvclockFields.guestStopped), marker: 7)) == [.guestPause])
    #expect(look(CounterLook(pvclock: page(PvclockFields.guestStopped), marker: 7)) == [])
    #expect(look(CounterLook(pvclock: page(0), marker: nil)) == [])
    #expect(look(CounterLook(pvclock: page(0), marker: 8)) == [.guestPause])
  }

  @Test("what may hide between two readings") mutating func unseen() {
    turns(100)
    _ = watch.takeUnseen()
    turn()
    let unseen = watch.takeUnseen()
    // 100 500 ppm for half of 8 ms; and a knee of two rates known to 0.3 ppm each, where the kernel was asked.
    #expect(unseen.most >= Nanoseconds(402_000) && unseen.most < Nanoseconds(402_100))
    let bracket = Nanoseconds(160)
    #expect(unseen.once >= bracket && unseen.once <= bracket + Nanoseconds(3))
    var least = unseen.once
    for _ in 0..<8 {
      turn()
      least = min(least, watch.takeUnseen().once)
    }
    #expect(least <= Nanoseconds(3))
  }
}

@Suite("Who took the time of a stall") struct StallTests {
  private func taker(_ growth: LoadCounters, isStop: Bool = false) -> Taker {
    Stall(
      from: Instant(nanoseconds: 0), to: Instant(nanoseconds: 20_000_000), isStop: isStop
    ).taker(growth)
  }

  @Test func order() {
    let long = Nanoseconds.milliseconds(19)
    #expect(taker(LoadCounters()) == .unknown)
    #expect(taker(LoadCounters(runDelay: long, throttled: long, steal: long), isStop: true) == .stopped)
    #expect(taker(LoadCounters(runDelay: long, throttled: long, steal: long)) == .throttled)
    #expect(taker(LoadCounters(runDelay: long, throttled: .zero, steal: long)) == .preempted)
    #expect(taker(LoadCounters(runDelay: .milliseconds(1), steal: .milliseconds(20))) == .stolen)
    #expect(taker(LoadCounters(runDelay: .milliseconds(9))) == .unknown)
  }

  @Test func files() {
    #expect(LoadText.runDelay(Array("1582659 94592 27\n".utf8).span) == Nanoseconds(94592))
    #expect(LoadText.runDelay(Array("1582659".utf8).span) == nil)
    let first = "nr_periods 3\nnr_throttled 3\nthrottled_time 303756495\nnr_bursts 0\n"
    #expect(LoadText.throttled(Array(first.utf8).span) == Nanoseconds(303_756_495))
    #expect(LoadText.throttled(Array("usage_usec 5\nthrottled_usec 12\n".utf8).span) == .microseconds(12))
    #expect(LoadText.throttled(Array("throttled_timer 5\n".utf8).span) == nil)
    #expect(LoadText.throttled(Array("throttled_time 99999999999999999999\n".utf8).span) == nil)
    #expect(LoadText.steal(Array("cpu  1 2 3 4 5 6 7 567 0 0\n".utf8).span) == .milliseconds(5670))
    #expect(LoadText.steal(Array("cpu0 1 2 3 4 5 6 7 567\n".utf8).span) == nil)
  }

  @Test func kernelRate() {
    #expect(KernelClock.rate(tick: 10_000, frequency: 65536) == .partsPerMillion(1))
    #expect(KernelClock.rate(tick: 10_001, frequency: -65536) == .partsPerMillion(99))
    #expect(KernelClock.rate(tick: 9_000, frequency: 0) == .partsPerMillion(-100_000))
  }
}
