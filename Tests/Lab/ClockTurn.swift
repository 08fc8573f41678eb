import Foundation

/// Who may have the machine's clock: many that measure it, or the one test that steps, slews or switches it.
///
/// flock(2) on two folders that every machine has, so that test processes of other checkouts keep out as well
/// and nothing is left behind. A waiting step holds the gate, and no new measurement passes it: measurements
/// without end cannot starve it. Not to be taken within itself: the gate may be shut by then.
enum ClockTurn {
  static func measuring<T>(_ body: () throws -> T) throws -> T { try take(LOCK_SH, body) }

  static func stepping<T>(_ body: () throws -> T) throws -> T { try take(LOCK_EX, body) }

  private static func take<T>(_ kind: Int32, _ body: () throws -> T) throws -> T {
    let gate = try open("/tmp")
    defer { close(gate) }
    let room = try open("/")
    defer { close(room) }
    try lock(gate, kind)
    try lock(room, kind)
    if kind == LOCK_SH { flock(gate, LOCK_UN) }
    return try body()
  }

  private static func open(_ path: String) throws -> Int32 {
    let fd = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard fd >= 0 else { throw LabFailure(call: "open \(path)", errno: errno) }
    return fd
  }

  private static func lock(_ fd: Int32, _ kind: Int32) throws {
    while flock(fd, kind) != 0 {
      guard errno == EINTR else { throw LabFailure(call: "flock", errno: errno) }
    }
  }
}
