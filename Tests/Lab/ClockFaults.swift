import Foundation

/// Faults of this machine's clock, of at most 1 ms and 5 ppm. All are undone at the end, however that comes.
///
/// Alone: nobody else measures this clock meanwhile (`ClockTurn`).
final class ClockFaults {
  /// In microseconds; what is still to be taken back.
  private var stepped = 0
  private let frequency: Int
  /// The one in use, and all, the best first; none where /sys does not tell.
  let clocksource: String?
  let clocksources: [String]

  private static let folder = "/sys/devices/system/clocksource/clocksource0/"

  static func with<T>(_ body: (ClockFaults) throws -> T) throws -> T {
    try ClockTurn.stepping {
      let faults = try ClockFaults()
      let result = Result { try body(faults) }
      try faults.undo()
      return try result.get()
    }
  }

  private init() throws {
    frequency = try GNU.clockFrequency()
    clocksource = Self.words("current_clocksource").first
    clocksources = Self.words("available_clocksource")
  }

  private static func words(_ name: String) -> [String] {
    let text = try? String(contentsOfFile: folder + name, encoding: .utf8)
    return text?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
  }

  /// Each is tried, whatever becomes of the others.
  private func undo() throws {
    let all = [
      Result { try GNU.setClockFrequency(frequency) },
      Result { if stepped != 0 { try GNU.stepClock(byMicroseconds: -stepped) } },
      Result { if let clocksource { try Self.choose(clocksource) } },
    ]
    for one in all { try one.get() }
  }

  /// In ppb, as the kernel was told before anything was done to it; positive = faster than the oscillator.
  var rate: Double { Double(frequency) * 1000 / 65536 }

  /// Sets the clock forward by `size` microseconds. R before and after the call.
  @discardableResult
  func step(_ size: Int) throws -> ClosedRange<Int64> {
    try timed {
      try GNU.stepClock(byMicroseconds: size)
      stepped += size
    }
  }

  /// Forward and back again at once.
  func jerk(_ size: Int) throws -> ClosedRange<Int64> {
    try timed {
      try step(size)
      try step(-size)
    }
  }

  /// Runs the clock faster by `ppm` than it ran before the first fault.
  func slew(_ ppm: Int) throws -> ClosedRange<Int64> {
    try timed { try GNU.setClockFrequency(frequency + ppm * 65536) }
  }

  func switchClocksource(to name: String) throws -> ClosedRange<Int64> { try timed { try Self.choose(name) } }

  private static func choose(_ name: String) throws {
    guard words("current_clocksource") != [name] else { return }
    let path = folder + "current_clocksource"
    guard let file = FileHandle(forWritingAtPath: path) else { throw LabFailure("\(path) cannot be written") }
    try file.write(contentsOf: Data(name.utf8))
    try file.close()
    guard words("current_clocksource") == [name] else { throw LabFailure("no switch to \(name)") }
  }

  private func timed(_ body: () throws -> Void) throws -> ClosedRange<Int64> {
    let start = nanoseconds(of: CLOCK_MONOTONIC_RAW)
    try body()
    return start...nanoseconds(of: CLOCK_MONOTONIC_RAW)
  }
}
