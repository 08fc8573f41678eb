import Foundation
import Synchronization

/// A GPS receiver as gpsd presents it: NTP's shared memory segment, fed from a thread with CLOCK_REALTIME,
/// so that a server with `refclock SHM` becomes a stratum 1 whose truth is known.
///
/// The segment is System V memory with the key 0x4e545030 ("NTP0") + unit; the layout is ntpd's `struct
/// shmTime` on a 64-bit machine (ntpd/refclock_shm.c). Mode 1: the reader takes a sample whose count did not
/// change.
final class SharedClock: @unchecked Sendable {
  /// High, so that it meets no real receiver's, and of this process alone.
  let unit: Int32

  private let segment: Int32
  private let memory: UnsafeMutableRawPointer
  private let stopping = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let isDown = Atomic<Bool>(false)

  private static let baseKey: Int32 = 0x4e54_5030
  private static let size = 96

  init(every interval: Duration = .milliseconds(50)) throws {
    unit = 0x10_0000 + (getpid() & 0xfffff) << 6 + Int32(Scratch.nextNumber() & 63)
    segment = shmget(Self.baseKey + unit, Self.size, IPC_CREAT | IPC_EXCL | 0o600)
    guard segment >= 0 else { throw LabFailure(call: "shmget", errno: errno) }
    guard let memory = shmat(segment, nil, 0), Int(bitPattern: memory) != -1 else {
      let code = errno
      shmctl(segment, IPC_RMID, nil)
      throw LabFailure(call: "shmat", errno: code)
    }
    self.memory = memory
    let feeder = Feeder(memory: memory)
    let (stopping, ended) = (stopping, ended)
    // It must not hold this object, whose `deinit` ends it.
    let thread = Thread {
      repeat {
        feeder.feed()
      } while stopping.wait(timeout: .now() + .nanoseconds(Int(interval.nanoseconds))) == .timedOut
      ended.signal()
    }
    thread.start()
  }

  deinit { stop() }

  /// To be called once the reader has attached: the segment then vanishes with its last user, also where this
  /// process is killed.
  func unlink() { shmctl(segment, IPC_RMID, nil) }

  /// Idempotent; the segment is gone once the server has ended too.
  func stop() {
    guard !isDown.exchange(true, ordering: .relaxed) else { return }
    stopping.signal()
    ended.wait()
    unlink()
    shmdt(memory)
  }
}

/// Writes samples into a segment.
private struct Feeder: @unchecked Sendable {
  let memory: UnsafeMutableRawPointer

  /// Byte offsets in `struct shmTime`; seconds are 8 bytes, all else is 4.
  private enum Offset {
    static let mode = 0
    static let count = 4
    static let clockSeconds = 8
    static let clockMicroseconds = 16
    static let receiveSeconds = 24
    static let receiveMicroseconds = 32
    static let leap = 36
    static let precision = 40
    static let samples = 44
    static let valid = 48
    static let clockNanoseconds = 52
    static let receiveNanoseconds = 56
  }

  func feed() {
    let now = nanoseconds(of: CLOCK_REALTIME)
    bumpCount()
    store(Int32(1), Offset.mode)
    store(now / 1_000_000_000, Offset.clockSeconds)
    store(Int32(now % 1_000_000_000 / 1000), Offset.clockMicroseconds)
    store(Int32(now % 1_000_000_000), Offset.clockNanoseconds)
    store(now / 1_000_000_000, Offset.receiveSeconds)
    store(Int32(now % 1_000_000_000 / 1000), Offset.receiveMicroseconds)
    store(Int32(now % 1_000_000_000), Offset.receiveNanoseconds)
    store(Int32(0), Offset.leap)
    store(Int32(-23), Offset.precision)
    bumpCount()
    store(Int32(1), Offset.valid)
  }

  /// The reader compares the count before and after; the fences keep the stores between the two bumps.
  private func bumpCount() {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    let count = memory.load(fromByteOffset: Offset.count, as: Int32.self)
    store(count &+ 1, Offset.count)
    atomicMemoryFence(ordering: .sequentiallyConsistent)
  }

  private func store<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
    memory.storeBytes(of: value, toByteOffset: offset, as: T.self)
  }
}
