import Foundation
import Testing

/// The local watch where something of its evidence cannot be had: the rest goes on, and it is said what is missing.
@Suite(.serialized, .needsRoot, .needs(.setpriv), .needsTimeprobe) struct WatchBareTests {
  /// Where the program runs.
  enum Place: String, CaseIterable, CustomTestStringConvertible {
    /// A user without any right.
    case nobody
    /// A root file system that holds nothing else.
    case alone
    case nobodyAlone
    case withoutSys
    case withoutProc

    var testDescription: String { rawValue }

    /// What `missing` is to name, at least.
    var missing: Set<String> {
      switch self {
      case .nobody: []
      case .alone, .nobodyAlone: ["/proc", "/sys"]
      case .withoutSys: ["/sys"]
      case .withoutProc: ["/proc"]
      }
    }

    func command(_ arguments: [String], _ binary: PublicBinary) -> [String] {
      // Of a user that owns nothing, for good.
      let dropped =
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps", "-all"]
        + ["--bounding-set", "-all", "--no-new-privs"]
      func over(_ folder: String) -> [String] {
        ["unshare", "-m", "sh", "-c", "mount -t tmpfs none \(folder) && exec \"$@\"", "sh", binary.path]
          + arguments
      }
      return switch self {
      case .nobody: dropped + [binary.path] + arguments
      case .alone: binary.alone(arguments)
      case .nobodyAlone: binary.alone(arguments, user: "65534:65534")
      case .withoutSys: over("/sys")
      case .withoutProc: over("/proc")
      }
    }
  }

  @Test(arguments: Place.allCases) func `faults are told as far as anybody can`(place: Place) throws {
    let binary = try PublicBinary()
    let burst = try ClockFaults.with { faults in
      let watched = try WatchedBurst { place.command($0, binary) }
      for size in [20, -20] {
        let span = try faults.step(size)
        try watched.next("clock-step").expectStep(size, span)
        try watched.waitForSamples(3)
      }
      let slewed = try faults.slew(5)
      try watched.next("clock-slew").expectSlew(from: faults.rate, to: faults.rate + 5000, slewed)
      let ended = try faults.slew(0)
      try watched.next("clock-slew").expectSlew(from: faults.rate + 5000, to: faults.rate, ended)
      let stop = try watched.child.stopped(for: 20_000_000)
      let stall = try watched.next("guest-stall") { $0.string("taker") == "stopped" }
      try stall.expectHolds(stop.still...stop.resumed)
      if place == .nobody || place == .withoutProc, let first = faults.clocksource,
        let other = faults.clocksources.first(where: { $0 != first })
      {
        let span = try faults.switchClocksource(to: other)
        let event = try watched.next("clocksource-change") { $0.evidence.string("clocksource") != nil }
        #expect(event.evidence.string("clocksource") == other)
        try event.expectHolds(span)
      }
      try watched.waitForSamples(10)
      return try watched.end()
    }
    #expect(burst.clockEvents == ["clock-step", "clock-step", "clock-slew", "clock-slew"])
    #expect(burst.stderr == "timeprobe: self: the instrument's own floor; it judges no clock\n")
    try expectMissing(place, burst)
    let stalls = burst.events.filter { $0.string("cause") == "guest-stall" }
    if place.missing.contains("/proc") {
      // What only /proc tells is left out, and nobody is accused.
      #expect(Set(stalls.compactMap { $0.string("taker") }).isSubset(of: ["stopped", "unknown"]))
      #expect(stalls.allSatisfy { $0.evidence.fields.isEmpty })
    }
  }

  /// Each is named, and once.
  private func expectMissing(_ place: Place, _ burst: Burst) throws {
    let hello = try #require(burst.all("hello").first)
    let named = (hello.array("missing") ?? []).compactMap { $0.string("what") }
    #expect(place.missing.isSubset(of: named), "\(named)")
    #expect(named.count == Set(named).count, "\(named)")
    if place.missing.contains("/sys") { #expect(hello.fields["clocksource"] == nil) }
  }
}
