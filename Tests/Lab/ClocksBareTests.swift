import Foundation
import Testing

/// `--clocks` where a guest lies, or tells nothing: each clock has a line, and no number that is not known.
///
/// The whole system is a folder (chroot), so that this machine's processors and devices are left alone.
@Suite(.needsRoot, .needsTimeprobe) struct ClocksBareTests {
  private let binary = try! PublicBinary()

  private func place(_ path: String, _ text: String) throws {
    let file = binary.folder.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private func place(_ path: String, by command: [String]) throws {
    let file = binary.folder.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Child.check([command[0]] + [file.path] + command.dropFirst())
  }

  /// The report of a run that ended well and said nothing else.
  private func survey(user: String? = nil) throws -> JSONObject {
    let outcome = try ClockTurn.measuring {
      try Child.run(binary.alone(["--clocks", "-d", "200ms", "--json"], user: user))
    }
    #expect(outcome.status == 0 && outcome.stderr == "", "\(outcome)")
    try Schema.expect(outcome.stdout)
    let objects = try Timeprobe.parse(lines: outcome.stdout)
    #expect(objects.count == 1)
    return try #require(objects.first)
  }

  private func clocks(_ report: JSONObject) throws -> [String: JSONObject] {
    let table = try #require(report.array("tables")?.first)
    let clocks = try #require(table.array("clocks"))
    for clock in clocks { try expectHonest(clock) }
    return Dictionary(
      uniqueKeysWithValues: clocks.compactMap { clock in
        clock.string("clock").map { ($0, clock) }
      })
  }

  /// What is not well has a reason and no figures; what is has figures that fit.
  private func expectHonest(_ clock: JSONObject) throws {
    let context: Comment = "\(clock.fields)"
    guard clock.string("state") == "ok" else {
      #expect(clock.string("why") != nil || clock.string("state") == "implausible", context)
      for key in ["rate_ppm", "offset_ns", "frequency_hz"] { #expect(clock.fields[key] == nil, context) }
      return
    }
    #expect(clock.int("backward") == 0, context)
    if let rate = clock.double("rate_ppm") {
      let (low, high) = (
        try #require(clock.double("rate_low_ppm")), try #require(clock.double("rate_high_ppm"))
      )
      #expect(low <= rate && rate <= high, context)
    }
  }

  /// The kernel's own clocks need no file.
  private func expectSystemClocks(_ clocks: [String: JSONObject]) {
    for name in ["REALTIME", "TAI", "MONOTONIC", "MONOTONIC_RAW", "BOOTTIME"] {
      #expect(clocks[name]?.string("state") == "ok", "\(name)")
    }
  }

  @Test(arguments: [nil, "65534:65534"]) func `where there is nothing at all`(user: String?) throws {
    let report = try survey(user: user)
    let clocks = try clocks(report)
    expectSystemClocks(clocks)
    #expect(report.array("tables")?.first?.fields["clocksource"] == nil)
    #expect(report.fields["available"] == nil && report.fields["tsc_flags"] == nil)
    for name in ["PTP", "RTC", "HPET", "vmclock0"] {
      #expect(clocks[name]?.string("state") == "absent", "\(name)")
    }
    let missing = (report.array("missing") ?? []).compactMap { $0.string("what") }
    #expect(Set(missing).isSuperset(of: ["/proc", "/sys"]) && missing.count == Set(missing).count)
  }

  @Test func `the file of the clocksource is not there, and a processor is offline`() throws {
    let count = try #require(Right.processors.last) + 1
    try place("sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc hpet \n")
    try place("sys/class/empty", "")
    // One more than there are: it is there, and not to be run on.
    for name in ["possible", "present"] { try place("sys/devices/system/cpu/\(name)", "0-\(count)\n") }
    try place("sys/devices/system/cpu/online", "0-\(count - 1)\n")
    let report = try survey()
    expectSystemClocks(try clocks(report))
    #expect(report.fields["available"] as? [String] == ["tsc", "hpet"])
    #expect(report.array("tables")?.first?.fields["clocksource"] == nil)
    let missing = (report.array("missing") ?? []).compactMap { $0.string("what") }
    #expect(missing.filter { $0 == "current_clocksource" }.count == 1, "\(missing)")
    let skews = try #require(report.array("skews"))
    let offline = skews.filter { $0.string("state") == "offline" }
    #expect(offline.map { $0.int("cpu") } == [Int64(count)])
    #expect(offline.allSatisfy { $0.fields["skew_low_ns"] == nil })
  }

  /// The kernel may take a processor away at any moment: it is then not in its list, and still in the mask.
  @Test func `no processor but the first is online`() throws {
    for name in ["possible", "present"] {
      try place("sys/devices/system/cpu/\(name)", "0-\(Right.processors.last ?? 0)\n")
    }
    try place("sys/devices/system/cpu/online", "\(Right.processors.first ?? 0)\n")
    let report = try survey()
    expectSystemClocks(try clocks(report))
    let skews = report.array("skews") ?? []
    #expect(skews.count >= Right.processors.count - 1)
    for skew in skews {
      #expect(skew.string("state") == "offline" && skew.fields["skew_low_ns"] == nil, "\(skew.fields)")
    }
  }

  @Test func `devices that are something else, and files of nonsense`() throws {
    // Character devices that answer every read, and no question.
    for name in ["ptp0", "rtc0", "hpet", "vmclock0"] {
      try place("dev/\(name)", by: ["mknod", "c", "1", "5"])
    }
    try place("sys/devices/system/clocksource/clocksource0/current_clocksource", "\u{1}\u{1b}[31m\n")
    try place("sys/devices/system/clocksource/clocksource0/available_clocksource", "")
    for name in ["possible", "present", "online"] {
      try place("sys/devices/system/cpu/\(name)", "9999999999999999999-3,-,a")
    }
    try place("proc/self/maps", "7fff0000-7fff1000 r--p 00000000 00:00 0 [vvar_vclock]\n")
    try place("proc/cpuinfo", String(repeating: "flags\t\t:", count: 4000))
    let clocks = try clocks(survey())
    expectSystemClocks(clocks)
    for name in ["ptp0", "rtc0", "HPET"] { #expect(clocks[name]?.string("state") == "unreadable", "\(name)") }
    #expect(clocks["vmclock0"]?.string("state") == "implausible")
    #expect(clocks["pvclock"]?.string("state") != "ok")
    let screen = try ClockTurn.measuring { try Child.run(binary.alone(["--clocks", "-d", "50ms"])) }
    #expect(screen.status == 0 && !screen.stdout.contains("\u{1b}"), "\(screen)")
  }

  /// A mapping beyond the end of a file gives SIGBUS, and a pipe without a writer blocks who opens it.
  @Test func `devices that would kill or hold whoever trusts them`() throws {
    for name in ["hpet", "vmclock0"] { try place("dev/\(name)", "") }
    for name in ["ptp0", "rtc0"] { try place("dev/\(name)", by: ["mkfifo"]) }
    try FileManager.default.createSymbolicLink(
      atPath: binary.folder.appendingPathComponent("dev/ptp1").path, withDestinationPath: "ptp1")
    let clocks = try clocks(survey())
    expectSystemClocks(clocks)
    for name in ["ptp0", "rtc0", "HPET", "vmclock0"] {
      #expect(clocks[name]?.string("state") != "ok", "\(name)")
    }
  }
}
