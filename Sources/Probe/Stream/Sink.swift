/// Lines on their way to a file, pipe or terminal. Never waits while the measurement runs: what a reader
/// has no room for stays here, and what does not fit here is dropped and counted.
public final class Sink {
  private let file: OutputFile
  private var pending: [UInt8] = []
  private var head = 0
  /// The first failure; nothing is written after it.
  public private(set) var failure: SystemError?
  /// Lines that went out whole.
  public private(set) var written: UInt64 = 0
  /// Lines that are still here, at least in part.
  private var accepted: UInt64 = 0
  /// Lines that were to go out.
  public private(set) var offered: UInt64 = 0

  static let capacity = 256 * 1024

  public init(_ file: OutputFile) { self.file = file }

  public var isEmpty: Bool { head == pending.count }
  public var count: Int { pending.count - head }

  /// Room for this many bytes more.
  public var room: Int { Self.capacity - count }

  /// Takes one line. False: there was no room, and it is gone.
  public func push(_ line: ByteWriter) -> Bool {
    offered += 1
    guard failure == nil, line.count <= room else { return false }
    if head > Self.capacity {
      pending.removeFirst(head)
      head = 0
    }
    pending.append(copying: line.bytes)
    accepted += 1
    return true
  }

  /// Counts a line that is not even tried: there is no room, or one before it is still to be told of.
  public func refuse() { offered += 1 }

  /// What the reader takes at once.
  public func flush() { write(waiting: false) }

  /// All of it, however long it takes.
  public func finish() { write(waiting: true) }

  private func write(waiting: Bool) {
    guard failure == nil, !isEmpty else { return }
    var result = 0
    var failure: SystemError?
    pending.withUnsafeBytes { (buffer: UnsafeRawBufferPointer) in
      do throws(SystemError) {
        try file.write(UnsafeRawBufferPointer(rebasing: buffer[head...]), waiting: waiting, written: &result)
      } catch {
        failure = error
      }
    }
    if result == count {
      // The usual case: all of it, and nothing to look through.
      written += accepted
      accepted = 0
    } else {
      var lines: UInt64 = 0
      for byte in pending[head..<head + result] where byte == 10 { lines += 1 }
      written += lines
      accepted -= min(lines, accepted)
    }
    head += result
    if isEmpty {
      pending.removeAll(keepingCapacity: true)
      head = 0
    }
    if let failure { fail(failure) }
  }

  private func fail(_ error: SystemError) {
    failure = error
    pending.removeAll()
    accepted = 0
    head = 0
  }
}
