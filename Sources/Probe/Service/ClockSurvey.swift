/// `timeprobe --clocks`: every clock of this guest, under the clocksource in force.
public struct ClockSurvey {
  let settings: ClocksSettings
  let paths: ClockPaths
  private let random = RandomNumbers()

  /// After the end: a clock that has not answered by then is not waited for.
  static let grace = Nanoseconds.seconds(1)
  /// PTP clocks and RTCs beyond these numbers are not looked for.
  static let devices = 32

  public init(_ settings: ClocksSettings, paths: ClockPaths = ClockPaths()) {
    self.settings = settings
    self.paths = paths
  }

  /// One table, of the clocksource that is in force.
  public func run() -> ClockReport {
    var report = begin()
    survey(&report)
    return report
  }

  /// What does not change with the clocksource.
  public func begin() -> ClockReport {
    let origin = Origin(probe: Host.name, run: (random.next(), random.next()))
    let start = LocalReading.now()
    let hello = Hello(
      header: Header(seq: 1, time: start.realtime, raw: start.raw), version: Version.text, host: Host.name,
      kernel: Host.kernel, clocksource: clocksource, references: [],
      interval: settings.burst.effectiveInterval, timeout: settings.burst.timeout,
      warning: settings.burst.effectiveWarning, critical: settings.burst.critical)
    var report = ClockReport(origin: origin, hello: hello, duration: settings.duration)
    do throws(SystemError) {
      let text = try TextFile.read(folder + "/available_clocksource", limit: 4096)
      report.available = Self.words(text)
    } catch {
      report.availableReason = .call(error.call, error.code)
    }
    if let text = try? TextFile.read(paths.proc + "/cpuinfo", limit: 16384) {
      report.flags = ProcessorText.flags(text.span)
    }
    return report
  }

  /// Reads every clock for the duration and adds a table. Once for each clocksource.
  public func survey(_ report: inout ClockReport) {
    var table = ClockTable()
    table.clocksource = clocksource ?? ""
    let span = max(Nanoseconds(settings.duration.count / 64), .microseconds(100))
    var references = ClockReferences(settings.burst, duration: settings.duration, span: span)
    if report.tables.isEmpty { report.hello.references = references.infos }

    let plan = SurveyPlan(start: LocalReading.now().raw, duration: settings.duration, paths: paths)
    let guest = report.tables.isEmpty ? GuestSurvey(references.questions) : nil
    guard let crew = Crew(plan, withSkew: report.tables.isEmpty) else {
      report.tables.append(table)
      return
    }
    references.run()
    crew.wait()
    report.wasInterrupted = Host.wasInterrupted
    crew.conclude(&table, &report)
    if let guest { report.hello.add(guest.wait()) }
    table.references = references.results()
    for (index, known) in report.hello.references.enumerated() where index < table.references.count {
      table.references[index].info.link = known.link
    }
    table.rateAgainstReferences()
    if let now = clocksource, !now.utf8.elementsEqual(table.clocksource.utf8) { table.changedTo = now }
    report.tables.append(table)
  }

  private var folder: String { paths.sys + "/devices/system/clocksource/clocksource0" }

  private var clocksource: String? {
    TextFile.line(folder + "/current_clocksource").map { String(decoding: $0, as: UTF8.self) }
  }

  private static func words(_ text: [UInt8]) -> [String] {
    text.split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The threads of one survey.
private final class Crew {
  private let plan: SurveyPlan
  private let stop: Event
  private let local: LocalClocks
  private let skews: CounterSkews?
  private var workers: [ClockWorker] = []
  /// What no thread could be had for, and what is not there.
  private var others: [ClockEntry] = []

  /// nil: no descriptor can be had, or no thread.
  init?(_ plan: SurveyPlan, withSkew: Bool) {
    self.plan = plan
    guard let stop = try? Event(), let local = try? LocalClocks(plan, stop: stop, entries: []),
      (try? Thread.start(local)) != nil
    else { return nil }
    self.stop = stop
    self.local = local
    skews = withSkew ? try? CounterSkews(plan, stop: stop) : nil
    if let skews { try? Thread.start(skews) }
    startDevices()
  }

  private func startDevices() {
    let found = numbers(of: "ptp")
    for number in found {
      start("ptp" + String(number)) { () throws(SystemError) in try PTPClocks(plan, stop: stop, number) }
    }
    if found.isEmpty { miss("PTP", "PTP hardware clocks", "there is no /dev/ptpN") }
    start("vmclock0") { () throws(SystemError) in try VMClocks(plan, stop: stop) }
    #if arch(x86_64)
      start("HPET") { () throws(SystemError) in try HPETClocks(plan, stop: stop) }
    #endif
    let clocks = numbers(of: "rtc")
    for number in clocks {
      start("rtc" + String(number)) { () throws(SystemError) in try RTCClocks(plan, stop: stop, number) }
    }
    if clocks.isEmpty { miss("RTC", "the battery's clock", "there is no /dev/rtcN") }
  }

  private func start(_ name: String, _ make: () throws(SystemError) -> ClockWorker) {
    do throws(SystemError) {
      let worker = try make()
      try Thread.start(worker)
      workers.append(worker)
    } catch {
      var entry = ClockEntry(name: name, what: "a clock")
      entry.state = .unreadable
      entry.reason = .call(error.call, error.code)
      others.append(entry)
    }
  }

  private func miss(_ name: String, _ what: StaticString, _ why: StaticString) {
    var entry = ClockEntry(name: name, what: what)
    entry.state = .absent
    entry.reason = .words(why)
    others.append(entry)
  }

  /// A container may hide the device and show its folder in /sys.
  private func numbers(of kind: String) -> [Int] {
    var numbers: [Int] = []
    for number in 0..<ClockSurvey.devices {
      let name = kind + String(number)
      if Device.isThere(plan.paths.dev + "/" + name)
        || Device.isThere(plan.paths.sys + "/class/" + kind + "/" + name)
      {
        numbers.append(number)
      }
    }
    return numbers
  }

  /// Until the survey's end, or a signal.
  func wait() {
    let poller = Poller()
    var waiting = poller
    while !Host.wasInterrupted {
      let left = plan.end - LocalReading.now().raw
      guard left > .zero else { break }
      _ = try? waiting.wait(left)
    }
    if Host.wasInterrupted { stop.post() }
  }

  func conclude(_ table: inout ClockTable, _ report: inout ClockReport) {
    let deadline = LocalReading.now().raw + ClockSurvey.grace
    table.clocks = local.result(by: deadline)
    if table.clocks.isEmpty { return }
    table.mode = local.mode
    table.cost = local.monotonic
    table.systemCall = local.systemCall
    table.combined = local.combined
    var frequency: Double?
    for clock in table.clocks where clock.frequency != nil { frequency = clock.frequency }
    for worker in workers { table.clocks += worker.result(by: deadline) }
    table.clocks += others
    guard let skews else { return }
    // It has no entry that could be marked: what it found so far is not looked at before it is done.
    guard skews.isDone(by: deadline) else {
      report.skewReason = .words("the other processors did not answer in time")
      return
    }
    report.baseProcessor = skews.base
    report.skewReason = skews.reason
    report.skews = skews.concluded(frequency: frequency)
  }
}

extension ClockTable {
  /// A clock's rate against each reference's own.
  mutating func rateAgainstReferences() {
    guard !references.isEmpty else { return }
    for index in clocks.indices {
      clocks[index].against = references.map { reference in
        guard let rate = clocks[index].rate, let other = reference.rate else { return nil }
        return rate.against(other)
      }
    }
  }
}
