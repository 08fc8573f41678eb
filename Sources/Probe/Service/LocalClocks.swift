/// The clocks that need no device: the kernel's, the processor's counter, the pvclock page.
final class LocalClocks: ClockWorker, @unchecked Sendable {
  private enum Kind {
    case system(SystemClock)
    case counter
    case pvclock(PvclockFields)
  }

  private struct Clock {
    var kind: Kind
    var track: ClockTrack
    var entry: ClockEntry
    /// Moves in long steps, and stands for the time of the last.
    var isCoarse = false
  }

  private var clocks: [Clock] = []
  private var values = [Int64](repeating: 0, count: LocalClocks.longestRun)
  private var page: PvclockPage?
  private var pvclock: PvclockFields?
  private(set) var mode: ReadingMode?
  private(set) var monotonic: Spread?
  private(set) var systemCall: Spread?
  private(set) var combined: Spread?
  private var systemCalls: [Nanoseconds] = []
  private var combinations: [Nanoseconds] = []

  static let longestRun = 64
  /// A reading that costs more is repeated less.
  static let cheap = Nanoseconds(500)
  /// How often, and how long at most, one waits for a coarse clock to move: a tick is 10 ms at most (HZ 100).
  static let hunts = 8
  static let longestHunt = Nanoseconds.milliseconds(11)

  override func measure() {
    prepare()
    let block = plan.span
    var moment = plan.start
    var number = 0
    while sleep(until: moment) {
      // After a sleep the caches are cold: the first readings cost more than others.
      for _ in 0..<4 { _ = LocalReading.now() }
      for index in clocks.indices { observe(&clocks[index]) }
      price()
      if number % (64 / Self.hunts) == 0 {
        for index in clocks.indices where clocks[index].isCoarse { hunt(&clocks[index]) }
      }
      number += 1
      // After a hunt or a preemption the next block is the next that is still to come.
      moment = max(moment + block, LocalReading.now().raw)
    }
    for index in clocks.indices { observe(&clocks[index]) }
    conclude()
  }

  // MARK: Which there are

  private func prepare() {
    let known: [(SystemClock, StaticString, Bool)] = [
      (.realtime, "the clock under test", false), (.tai, "REALTIME with the leap seconds put back", false),
      (.monotonic, "slewed with REALTIME, never stepped", false),
      (.raw, "R, the time line of this table", false),
      (.boottime, "MONOTONIC and the time suspended", false),
      (.realtimeCoarse, "REALTIME at the last tick", true),
      (.monotonicCoarse, "MONOTONIC at the last tick", true),
    ]
    for (clock, what, isCoarse) in known { add(clock, what, isCoarse) }
    addAuxiliary()
    addCounter()
    addPvclock()
  }

  private func add(_ clock: SystemClock, _ what: StaticString, _ isCoarse: Bool) {
    var entry = ClockEntry(name: clock.name.words, what: what)
    do throws(SystemError) {
      _ = try clock.read()
      clocks.append(
        Clock(kind: .system(clock), track: ClockTrack(span: plan.span), entry: entry, isCoarse: isCoarse))
    } catch {
      entry.refuse(error)
      entries.append(entry)
    }
  }

  /// Before Linux 6.17 there are none: EINVAL for each.
  private func addAuxiliary() {
    var isThere = false
    for clock in SystemClock.auxiliary {
      do throws(SystemError) { _ = try clock.read() } catch {
        if error.code == 22 { continue }
      }
      isThere = true
      add(clock, "an auxiliary clock", false)
    }
    guard !isThere else { return }
    var entry = ClockEntry(name: "AUX", what: "the auxiliary clocks")
    entry.state = .absent
    entry.reason = .words("this kernel has no CLOCK_AUX")
    entries.append(entry)
  }

  private func addCounter() {
    var entry = ClockEntry(name: Self.counterName.words, what: "the processor's counter")
    entry.via = Self.counterVia
    switch Counter.state {
    case .readable:
      clocks.append(Clock(kind: .counter, track: ClockTrack(span: plan.span), entry: entry))
      return
    case .absent: entry.state = .absent
    case .forbidden:
      entry.state = .unreadable
      entry.reason = .words("prctl(PR_SET_TSC) forbids it to this process")
    }
    entries.append(entry)
  }

  #if arch(arm64)
    static let counterName: StaticString = "CNTVCT"
    static let counterVia: StaticString = "cntvct_el0"
  #else
    static let counterName: StaticString = "TSC"
    static let counterVia: StaticString = "rdtsc"
  #endif

  private func addPvclock() {
    #if arch(x86_64)
      var entry = ClockEntry(name: "pvclock", what: "the hypervisor's time by the guest's page")
      entry.via = "the vDSO's page"
      do throws(SystemError) {
        let page = try PvclockPage(maps: plan.paths.proc + "/self/maps")
        self.page = page
        pvclock = page.read()
        if let pvclock {
          clocks.append(Clock(kind: .pvclock(pvclock), track: ClockTrack(span: plan.span), entry: entry))
          return
        }
        entry.state = .implausible
        entry.reason = .words("the page is being written all the time")
      } catch {
        switch error.code {
        case 2 where error.call.words == "pvclock", 14:
          entry.state = .absent
          entry.reason = .words("the kernel has not used one")
        case 22:
          entry.state = .implausible
          entry.reason = .words("what the page holds is no pvclock")
        default: entry.refuse(error)
        }
      }
      entries.append(entry)
    #endif
  }

  // MARK: Readings

  private func observe(_ clock: inout Clock) {
    if case .pvclock = clock.kind {
      // The readings between two equal pages are that page's.
      guard let before = page?.read() else { return }
      clock.kind = .pvclock(before)
      var trial = clock
      observeOnce(&trial)
      if page?.read() == before { clock = trial }
      return
    }
    observeOnce(&clock)
  }

  private func observeOnce(_ clock: inout Clock) {
    let isCheap = (clock.entry.cost?.min ?? .zero) <= Self.cheap
    run(&clock, count: isCheap ? Self.longestRun : 8)
    for _ in 0..<(isCheap ? 4 : 2) {
      let before = LocalReading.now()
      guard let value = Self.read(clock.kind) else { return }
      let after = LocalReading.now()
      clock.track.add(CrossReading(before: before.rawAfter, value: value, after: after.rawBefore))
      compare(&clock, value, before, after)
    }
  }

  private func compare(_ clock: inout Clock, _ value: Int64, _ before: LocalReading, _ after: LocalReading) {
    guard case .system(let system) = clock.kind else { return }
    switch system.id {
    case SystemClock.tai.id, 16...23: clock.track.addOffset(value, before, after)
    case SystemClock.realtimeCoarse.id:
      clock.track.addLag(value, before.realtime.nanoseconds, after.realtime.nanoseconds, of: "REALTIME")
    case SystemClock.monotonicCoarse.id:
      clock.track.addLag(value, before.monotonic.nanoseconds, after.monotonic.nanoseconds, of: "MONOTONIC")
    case SystemClock.boottime.id:
      let here = Nanoseconds(value)
      clock.track.add(
        offset: here - Nanoseconds(after.monotonic.nanoseconds),
        here - Nanoseconds(before.monotonic.nanoseconds), from: "MONOTONIC")
    default: break
    }
  }

  @inline(__always)
  private static func read(_ kind: Kind) -> Int64? {
    switch kind {
    case .system(let clock): try? clock.read()
    case .counter: Int64(truncatingIfNeeded: Counter.read())
    case .pvclock(let fields): fields.time(at: Counter.read())
    }
  }

  /// Readings with nothing in between: what one costs, and how the clock moves.
  private func run(_ clock: inout Clock, count: Int) {
    let before = LocalReading.now().rawAfter
    switch clock.kind {
    case .system(let system): for index in 0..<count { values[index] = (try? system.read()) ?? 0 }
    case .counter: for index in 0..<count { values[index] = Int64(truncatingIfNeeded: Counter.read()) }
    case .pvclock(let fields): for index in 0..<count { values[index] = fields.time(at: Counter.read()) ?? 0 }
    }
    let after = LocalReading.now().rawBefore
    let cost = Nanoseconds((after - before).count / Int64(count))
    clock.track.add(run: values[..<count])
    clock.track.add(cost: cost)
    if clock.entry.cost == nil { clock.entry.cost = Spread(min: cost, median: cost) }
  }

  /// What MONOTONIC costs by a system call, and what the four clocks cost together.
  private func price() {
    var before = LocalReading.now().rawAfter
    for _ in 0..<16 { _ = try? SystemClock.monotonic.readSlowly() }
    var after = LocalReading.now().rawBefore
    systemCalls.append(Nanoseconds((after - before).count / 16))
    before = LocalReading.now().rawAfter
    for _ in 0..<16 { _ = LocalReading.now() }
    after = LocalReading.now().rawBefore
    combinations.append(Nanoseconds((after - before).count / 16))
    if systemCalls.count > ClockTrack.kept {
      systemCalls.removeFirst()
      combinations.removeFirst()
    }
  }

  /// Waits for a coarse clock to move: one of its steps is seen whole.
  private func hunt(_ clock: inout Clock) {
    guard case .system(let system) = clock.kind, var last = try? system.read() else { return }
    let deadline = LocalReading.now().rawBefore + Self.longestHunt
    while LocalReading.now().rawBefore < deadline {
      guard let value = try? system.read() else { return }
      if value != last { return clock.track.add(run: [last, value]) }
      last = value
    }
  }

  // MARK: What they come to

  private func conclude() {
    monotonic = nil
    systemCall = Spread(systemCalls)
    combined = Spread(combinations)
    let rawGrain = grainOfRaw
    var concluded: [ClockEntry] = []
    for clock in clocks { concluded.append(conclude(clock, rawGrain)) }
    entries = concluded + entries
    if let monotonic, let systemCall { mode = ReadingMode(cost: monotonic.min, systemCall: systemCall.min) }
  }

  private var grainOfRaw: Nanoseconds {
    for clock in clocks {
      if case .system(let system) = clock.kind, system.id == SystemClock.raw.id {
        return Nanoseconds(clock.track.steps.finest ?? 0)
      }
    }
    return .zero
  }

  private func conclude(_ clock: Clock, _ rawGrain: Nanoseconds) -> ClockEntry {
    var entry = clock.entry
    var track = clock.track
    track.line.rawGrain = rawGrain
    switch clock.kind {
    case .system(let system):
      // The finest step that is seen is never finer than the clock's own.
      track.line.grain = Double(track.steps.finest ?? 0)
      if clock.isCoarse, let lag = track.offset {
        // Its step may come late.
        track.line.grain = max(track.line.grain, Double((lag.high - lag.low).count))
      }
      entry.step = track.steps.finest.map { Nanoseconds($0) }
      if system.id == SystemClock.raw.id { track.line.grain = 0 }
    case .counter: track.line.scale(by: nominal, grain: track.steps.grid)
    case .pvclock: track.line.grain = Double(track.steps.grid ?? 0)
    }
    track.conclude(&entry, coarsest: clock.isCoarse ? .milliseconds(10) : .zero)
    if case .counter = clock.kind { entry.tell(track.line, nominal) }
    if case .system(let system) = clock.kind {
      if let cost = entry.cost, let systemCall {
        entry.via = ReadingMode(cost: cost.min, systemCall: systemCall.min) == .vdso ? "vDSO" : "system call"
      }
      if system.id == SystemClock.monotonic.id { monotonic = entry.cost }
    }
    if entry.step == nil { entry.step = track.steps.finest.map { track.length($0) } }
    if case .pvclock = clock.kind, entry.state == .fast || entry.state == .slow || entry.state == .reversed {
      entry.state = .implausible
      entry.reason = .words("its rate does not fit the counter's")
    }
    return entry
  }

  /// Ticks a second as somebody states them.
  private var nominal: Double? {
    if let stated = Counter.statedFrequency { return Double(stated) }
    return pvclock?.frequency
  }
}

extension ClockLine {
  /// Gives a counter its unit: by its nominal frequency, or by what it was seen to do.
  mutating func scale(by nominal: Double?, grain ticks: Int64?) {
    grain = Double(ticks ?? 0)
    unit = 1
    if let nominal {
      unit = 1e9 / nominal
    } else if let rate = rate() {
      let speed = 1 + Double(rate.best.partsPerTrillion) * 1e-12
      if speed > 0 { unit = 1 / speed }
    }
  }
}

extension ClockEntry {
  /// A counter's frequency. Its rate is against the nominal one, where there is such.
  mutating func tell(_ line: ClockLine, _ nominal: Double?) {
    guard let rate else { return }
    frequency = 1e9 / line.unit * (1 + Double(rate.best.partsPerTrillion) * 1e-12)
    frequencyError = rate.uncertainty
    if nominal == nil { self.rate = nil }
  }

  /// What a failed call means for a clock.
  mutating func refuse(_ error: SystemError) {
    reason = .call(error.call, error.code)
    state = [2, 6, 19].contains(error.code) ? .absent : .unreadable
    if error.code == SystemError.accessDenied || error.code == SystemError.notPermitted {
      reason = .right(error.call, error.code)
    }
  }
}

extension StaticString {
  var words: String {
    String(decoding: UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount), as: UTF8.self)
  }
}
