import Glibc

/// Functions of libc that Swift's Glibc module does not show, because it is built without _GNU_SOURCE.
enum GNU {
  private typealias SetNS = @convention(c) (Int32, Int32) -> Int32
  private typealias PPoll =
    @convention(c) (
      UnsafeMutablePointer<pollfd>, nfds_t, UnsafePointer<timespec>?, UnsafePointer<sigset_t>?
    ) -> Int32

  private typealias Prctl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

  private static let setns = dlsym(nil, "setns").map { unsafeBitCast($0, to: SetNS.self) }
  private static let ppoll = dlsym(nil, "ppoll").map { unsafeBitCast($0, to: PPoll.self) }

  /// Moves the calling thread, and no other, into the network namespace behind `fd`.
  static func enterNetwork(_ fd: Int32) -> Bool {
    // CLONE_NEWNET, linux/sched.h
    setns?(fd, 0x4000_0000) == 0
  }

  /// From then on this process is the parent of its descendants' orphans and can reap them: in a container
  /// nobody else may.
  static func becomeSubreaper() {
    guard let symbol = dlsym(nil, "prctl") else { return }
    // PR_SET_CHILD_SUBREAPER, linux/prctl.h
    _ = unsafeBitCast(symbol, to: Prctl.self)(36, 1, 0, 0, 0)
  }

  /// Adds to CLOCK_REALTIME; needs CAP_SYS_TIME. In microseconds, because ADJ_NANO would change the kernel's mode.
  static func stepClock(byMicroseconds size: Int) throws {
    var change = KernelTime()
    change.modes = 0x0100  // ADJ_SETOFFSET
    // The fraction counts up from the whole seconds below.
    change.seconds = size < 0 ? -1 : 0
    change.fraction = size < 0 ? size + 1_000_000 : size
    try adjust(&change)
  }

  /// By how much the kernel was told to run the clock faster than its oscillator: 65536 = 1 ppm.
  static func clockFrequency() throws -> Int {
    var state = KernelTime()
    try adjust(&state)
    return state.frequency
  }

  static func setClockFrequency(_ frequency: Int) throws {
    var change = KernelTime()
    change.modes = 0x0002  // ADJ_FREQUENCY
    change.frequency = frequency
    try adjust(&change)
  }

  /// struct timex on a 64-bit machine, linux/timex.h: 208 bytes.
  private struct KernelTime {
    var words = [Int](repeating: 0, count: 26)
    var modes: Int {
      get { words[0] }
      set { words[0] = newValue }
    }
    var frequency: Int {
      get { words[2] }
      set { words[2] = newValue }
    }
    var seconds: Int {
      get { words[9] }
      set { words[9] = newValue }
    }
    var fraction: Int {
      get { words[10] }
      set { words[10] = newValue }
    }
  }

  private static func adjust(_ time: inout KernelTime) throws {
    typealias Adjtimex = @convention(c) (UnsafeMutableRawPointer) -> Int32
    guard let symbol = dlsym(nil, "adjtimex") else { throw LabFailure("no adjtimex") }
    let result = time.words.withUnsafeMutableBytes { bytes in
      bytes.baseAddress.map { unsafeBitCast(symbol, to: Adjtimex.self)($0) } ?? -1
    }
    guard result >= 0 else { throw LabFailure(call: "adjtimex", errno: errno) }
  }

  /// Waits for one of `descriptors` or for `timeout` in nanoseconds, for ever where that is nil. poll's
  /// milliseconds are too coarse for the delays of a network.
  static func wait(_ descriptors: inout [pollfd], _ timeout: Int64?) {
    let count = nfds_t(descriptors.count)
    guard let timeout else {
      _ = ppoll?(&descriptors, count, nil, nil)
      return
    }
    let left = max(timeout, 0)
    var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
    _ = ppoll?(&descriptors, count, &time, nil)
  }
}
