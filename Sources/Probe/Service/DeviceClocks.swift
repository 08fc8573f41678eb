/// /dev/ptpN, ten readings a second at most: some devices allow 125 and then refuse.
final class PTPClocks: ClockWorker, @unchecked Sendable {
  private let path: String
  private var track: ClockTrack
  private var entry: ClockEntry

  /// Readings at a time, of which the tightest counts.
  static let burst = 4
  /// Failures in a row after which it is left alone.
  static let patience = 3
  /// What PTP_SYS_OFFSET_PRECISE may be older than the call: some drivers answer from a little earlier.
  static let slack = Nanoseconds.milliseconds(10)
  /// Both values of a precise pair are cut to 1 ns.
  static let rounding = Nanoseconds(2)

  init(_ plan: SurveyPlan, stop: Event, _ number: Int) throws(SystemError) {
    let name = "ptp" + String(number)
    path = plan.paths.dev + "/" + name
    entry = ClockEntry(name: name, what: "a PTP hardware clock")
    let folder = plan.paths.sys + "/class/ptp/" + name
    entry.label = TextFile.line(folder + "/clock_name").map { String(decoding: $0, as: UTF8.self) } ?? ""
    entry.driver = Link.name(folder + "/device/driver") ?? ""
    track = ClockTrack(span: plan.slowSpan)
    try super.init(plan, stop: stop, entries: [entry])
  }

  override func measure() {
    do throws(SystemError) {
      let clock = try PTPClock(path: path)
      try observe(clock)
      entry.via = clock.way.name
    } catch {
      entry.refuse(error)
    }
    if track.readings > 0 {
      // A clock of whole steps; what is finer than the readings are apart shows as their common divisor.
      track.line.grain = Double(track.steps.grid ?? 0)
      let reason = entry.reason
      track.conclude(&entry)
      entry.step = track.steps.grid.map { Nanoseconds($0) }
      if isLying {
        entry.state = .implausible
        entry.reason = .words("its readings are not between ours")
        entry.rate = nil
      } else {
        entry.reason = reason
      }
    }
    entries = [entry]
  }

  private var isLying = false

  private func observe(_ clock: PTPClock) throws(SystemError) {
    var moment = plan.start
    var failures = 0
    while sleep(until: moment) {
      for _ in 0..<Self.burst {
        do throws(SystemError) {
          try read(clock)
          failures = 0
        } catch {
          failures += 1
          entry.reason = .call(error.call, error.code)
          if track.readings == 0 || failures >= Self.patience { throw error }
        }
      }
      moment = max(moment + plan.slowSpan, LocalReading.now().raw)
    }
    try read(clock)
  }

  private func read(_ clock: PTPClock) throws(SystemError) {
    let before = LocalReading.now()
    let stamp = try clock.read()
    let after = LocalReading.now()
    let (device, from, to): (Int64, Instant<Raw>, Instant<Raw>)
    switch stamp {
    case .precise(let value, let realtime, let raw):
      (device, from, to) = (value, raw - Self.rounding, raw + Self.rounding)
      if raw < before.rawBefore - Self.slack || raw > after.rawAfter { isLying = true }
      let offset = Nanoseconds(value) - Nanoseconds(realtime.nanoseconds)
      track.add(offset: offset - Self.rounding, offset + Self.rounding, from: "REALTIME")
    case .raw(let first, let value, let last):
      (device, from, to) = (value, first, last)
      if first < before.rawBefore || last > after.rawAfter || last < first { isLying = true }
      track.addOffset(value, before, after)
    case .realtime(let first, let value, let last):
      guard after.step(since: before) == .zero else { return }
      if first < before.realtime || last > after.realtime || last < first { isLying = true }
      (device, from, to) = (value, Self.lay(first, from: before), Self.lay(last, back: after))
      let here = Nanoseconds(value)
      track.add(
        offset: here - Nanoseconds(last.nanoseconds), here - Nanoseconds(first.nanoseconds), from: "REALTIME")
    }
    track.add(CrossReading(before: from, value: device, after: to))
    track.add(cost: after.rawBefore - before.rawAfter)
  }

  /// The earliest R at which C can have reached a moment after a reading, and the latest for one before: C is slewed
  /// by at most `largestSlew`.
  private static func lay(_ moment: Instant<Realtime>, from reading: LocalReading) -> Instant<Raw> {
    let elapsed = moment - reading.realtime
    return reading.rawBefore + elapsed - Assumption.largestSlew.over(elapsed)
  }

  private static func lay(_ moment: Instant<Realtime>, back reading: LocalReading) -> Instant<Raw> {
    let elapsed = reading.realtime - moment
    return reading.rawAfter - elapsed + Assumption.largestSlew.over(elapsed)
  }
}

/// The battery's clock, read at its second's edge.
final class RTCClocks: ClockWorker, @unchecked Sendable {
  private let number: String
  private var track: ClockTrack
  private var entry: ClockEntry

  /// Between two looks near an edge, and how long before the next edge one begins to look.
  static let pause = Nanoseconds.microseconds(500)
  static let early = Nanoseconds.milliseconds(60)

  init(_ plan: SurveyPlan, stop: Event, _ number: Int) throws(SystemError) {
    self.number = String(number)
    entry = ClockEntry(name: "rtc" + self.number, what: "the battery's clock, in whole seconds")
    entry.label =
      TextFile.line(plan.paths.sys + "/class/rtc/rtc" + self.number + "/name").map {
        String(decoding: $0, as: UTF8.self)
      } ?? ""
    track = ClockTrack(span: .seconds(1))
    try super.init(plan, stop: stop, entries: [entry])
  }

  override func measure() {
    do throws(SystemError) {
      let clock = try RealTimeClock(
        device: plan.paths.dev + "/rtc" + number,
        sinceEpoch: plan.paths.sys + "/class/rtc/rtc" + number + "/since_epoch")
      entry.via = clock.isDevice ? "RTC_RD_TIME" : "since_epoch in /sys"
      try observe(clock)
    } catch {
      entry.refuse(error)
    }
    let (state, reason) = (entry.state, entry.reason)
    track.conclude(&entry)
    if state != .ok { (entry.state, entry.reason) = (state, reason) }
    if track.readings > 0 { entry.step = .seconds(1) }
    if state == .ok, track.readings == 0 { explainSilence() }
    entries = [entry]
  }

  private func explainSilence() {
    if plan.duration >= .milliseconds(2200) {
      entry.state = .frozen
    } else {
      entry.reason = .words("its second did not end in this time; take a longer -d")
    }
  }

  private func observe(_ clock: RealTimeClock) throws(SystemError) {
    var before = LocalReading.now()
    var last = try clock.read()
    var moment = plan.start
    while sleep(until: moment) {
      let start = LocalReading.now()
      let value = try clock.read()
      let after = LocalReading.now()
      track.add(cost: after.rawBefore - start.rawAfter)
      moment = after.rawAfter + Self.pause
      if value != last {
        take(value, before, after)
        moment = after.rawAfter + .seconds(1) - Self.early
        _ = sleep(until: moment)
        before = LocalReading.now()
        last = try clock.read()
        continue
      }
      before = start
    }
  }

  /// The second began between two looks.
  private func take(_ seconds: Int64, _ before: LocalReading, _ after: LocalReading) {
    let value = Nanoseconds.seconds(seconds).count
    track.add(CrossReading(before: before.rawBefore, value: value, after: after.rawAfter))
    track.addOffset(value, before, after)
  }
}

/// The HPET's main counter.
final class HPETClocks: ClockWorker, @unchecked Sendable {
  private var track: ClockTrack
  private var entry = ClockEntry(name: "HPET", what: "the high precision event timer")

  init(_ plan: SurveyPlan, stop: Event) throws(SystemError) {
    track = ClockTrack(span: plan.span)
    try super.init(plan, stop: stop, entries: [entry])
  }

  override func measure() {
    entry.via = "mapped /dev/hpet"
    do throws(SystemError) {
      let clock = try HPET(path: plan.paths.dev + "/hpet")
      observe(clock)
      let nominal = 1e15 / Double(clock.period)
      track.line.scale(by: nominal, grain: 1)
      track.conclude(&entry)
      entry.step = track.steps.grid.map { track.length($0) }
      if entry.state == .frozen, !clock.isRunning { entry.reason = .words("it is switched off") }
      entry.tell(track.line, nominal)
    } catch {
      entry.refuse(error)
    }
    entries = [entry]
  }

  private func observe(_ clock: HPET) {
    var moment = plan.start
    var last = clock.read()
    // A counter of 32 bits goes on in 64.
    var total = Int64(truncatingIfNeeded: last)
    func next() -> Int64 {
      let now = clock.read()
      total &+=
        clock.isWide
        ? Int64(bitPattern: now &- last) : Int64(UInt32(truncatingIfNeeded: now &- last))
      last = now
      return total
    }
    while sleep(until: moment) {
      for _ in 0..<4 {
        let before = LocalReading.now()
        let value = next()
        let after = LocalReading.now()
        track.add(CrossReading(before: before.rawAfter, value: value, after: after.rawBefore))
        track.add(cost: after.rawBefore - before.rawAfter)
      }
      moment = max(moment + plan.span, LocalReading.now().raw)
    }
  }
}

/// What a VMCLOCK page says of real time.
final class VMClocks: ClockWorker, @unchecked Sendable {
  private var track: ClockTrack
  private var entry = ClockEntry(name: "vmclock0", what: "real time by the hypervisor's page")

  init(_ plan: SurveyPlan, stop: Event) throws(SystemError) {
    track = ClockTrack(span: plan.span)
    try super.init(plan, stop: stop, entries: [entry])
  }

  override func measure() {
    entry.via = "the page and the counter"
    do throws(SystemError) {
      let page = try VmclockPage(path: plan.paths.dev + "/vmclock0")
      observe(page)
      track.line.grain = Double(track.steps.grid ?? 0)
      track.conclude(&entry)
      entry.step = track.steps.grid.map { Nanoseconds($0) }
      if track.readings == 0, entry.reason == nil {
        entry.reason = .words("it tells of disruptions only, and no time")
      }
    } catch {
      entry.refuse(error)
      if error.code == 22 {
        entry.state = .implausible
        entry.reason = .words("what the page holds is no VMCLOCK")
      }
    }
    entries = [entry]
  }

  private func observe(_ page: VmclockPage) {
    guard Counter.state == .readable else {
      entry.reason = .words("the counter that it is of cannot be read")
      return
    }
    var moment = plan.start
    while sleep(until: moment) {
      if let fields = page.read(), Self.isOurs(fields) {
        let before = LocalReading.now()
        let value = fields.time(at: Counter.read())
        let after = LocalReading.now()
        if let value, page.read() == fields {
          track.add(CrossReading(before: before.rawAfter, value: value, after: after.rawBefore))
          track.add(cost: after.rawBefore - before.rawAfter)
          if fields.timeType != VmclockFields.TimeType.monotonic { track.addOffset(value, before, after) }
        }
      }
      moment = max(moment + plan.span, LocalReading.now().raw)
    }
  }

  /// Of the counter that this machine has.
  private static func isOurs(_ fields: VmclockFields) -> Bool {
    #if arch(arm64)
      fields.counterID == VmclockFields.Counter.arm
    #else
      fields.counterID == VmclockFields.Counter.tsc
    #endif
  }
}
