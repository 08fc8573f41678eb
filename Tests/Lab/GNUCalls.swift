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
    typealias Adjtimex = @convention(c) (UnsafeMutableRawPointer) -> Int32
    guard let symbol = dlsym(nil, "adjtimex") else { throw LabFailure("no adjtimex") }
    // struct timex on a 64-bit machine, linux/timex.h: 208 bytes, `modes` at 0, `time` at 72. The fraction
    // counts up from the whole seconds below.
    var change = [UInt64](repeating: 0, count: 26)
    change[0] = 0x0100  // ADJ_SETOFFSET
    change[9] = UInt64(bitPattern: size < 0 ? -1 : 0)
    change[10] = UInt64(size < 0 ? size + 1_000_000 : size)
    let result = change.withUnsafeMutableBytes { bytes in
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
