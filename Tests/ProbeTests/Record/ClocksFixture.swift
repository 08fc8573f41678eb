@testable import Probe

extension Fixture {
  /// `--clocks --switch` with a reference: the example of docs/records.md.
  static var clocks: ClockReport {
    var report = ClockReport(origin: origin, hello: hello, duration: .seconds(1))
    report.hello.references = [gps1]
    report.available = ["tsc", "kvm-clock"]
    // constant_tsc, nonstop_tsc, rdtscp
    report.flags = 0b001_0011
    report.baseProcessor = 0
    report.skews = [
      CounterSkew(
        processor: 1, outcome: .bounds(low: Nanoseconds(-46), high: Nanoseconds(75), rounds: 2000)),
      CounterSkew(processor: 2, outcome: .offline),
    ]
    var switching = ClockSwitching(first: Array("tsc".utf8))
    switching.failures = [ClockSwitching.Failure(Array("kvm-clock".utf8), .refused(22))]
    report.switching = switching
    report.tables = [table]
    return report
  }

  private static var table: ClockTable {
    var table = ClockTable()
    table.clocksource = "tsc"
    table.mode = .vdso
    table.cost = Spread(min: Nanoseconds(23), median: Nanoseconds(25))
    table.systemCall = Spread(min: Nanoseconds(185), median: Nanoseconds(288))
    table.combined = Spread(min: Nanoseconds(92), median: Nanoseconds(100))
    var reference = ClockReference(info: gps1)
    (reference.sent, reference.good) = (125, 125)
    reference.rate = rate(4_252_000, 39_166_000)
    table.references = [reference]
    table.clocks = [counter, device, battery]
    return table
  }

  private static func rate(_ best: Int64, _ reach: Int64) -> RateBound {
    RateBound(
      best: Rate(partsPerTrillion: best), low: Rate(partsPerTrillion: best - reach),
      high: Rate(partsPerTrillion: best + reach))
  }

  private static var counter: ClockEntry {
    var entry = ClockEntry(name: "TSC", what: "the processor's counter")
    entry.via = "rdtsc"
    entry.cost = Spread(min: Nanoseconds(17), median: Nanoseconds(18))
    entry.bracket = Spread(min: Nanoseconds(40), median: Nanoseconds(50))
    (entry.step, entry.readings) = (Nanoseconds(10), 9120)
    entry.rate = rate(-378_000, 66_000)
    entry.frequency = 2_596_096_018.691
    entry.frequencyError = Rate(partsPerTrillion: 66_000)
    entry.against = [rate(-4_630_000, 39_232_000)]
    return entry
  }

  /// Somebody sets it while it is read.
  private static var device: ClockEntry {
    var entry = ClockEntry(name: "ptp0", what: "a PTP hardware clock")
    (entry.label, entry.driver) = ("KVM virtual PTP", "ptp_kvm")
    entry.via = "PTP_SYS_OFFSET_PRECISE"
    entry.state = .stepped
    entry.cost = Spread(min: Nanoseconds(1820), median: Nanoseconds(2210))
    entry.bracket = Spread(min: Nanoseconds(4), median: Nanoseconds(4))
    (entry.step, entry.readings, entry.backward) = (Nanoseconds(1), 44, 1)
    entry.furthestBack = Nanoseconds(900_000)
    entry.offset = ClockOffset(low: Nanoseconds(-1_204), high: Nanoseconds(-1_200), from: "REALTIME")
    entry.jump = Nanoseconds(-1_000_000)
    return entry
  }

  private static var battery: ClockEntry {
    var entry = ClockEntry(name: "rtc0", what: "the battery's clock, in whole seconds")
    entry.state = .unreadable
    entry.reason = .right("open", 13)
    return entry
  }
}
