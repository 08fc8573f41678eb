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
  /// Lines that found no room, or that came after the failure.
  public private(set) var dropped: UInt64 = 0

  static let capacity = 256 * 1024

  public init(_ file: OutputFile) { self.file = file }

  public var isEmpty: Bool { head == pending.count }
  public var count: Int { pending.count - head }

  /// Takes whole lines. False: there was no room.
  @discardableResult
  public func push(_ text: ByteWriter, lines: UInt64 = 1) -> Bool {
    guard failure == nil, count + text.count <= Self.capacity else {
      dropped += lines
      return false
    }
    if head > Self.capacity {
      pending.removeFirst(head)
      head = 0
    }
    pending.append(contentsOf: text.bytes)
    return true
  }

  /// What the reader takes at once.
  public func flush() { write(waiting: false) }

  /// All of it, however long it takes.
  public func finish() { write(waiting: true) }

  private func write(waiting: Bool) {
    guard failure == nil, !isEmpty else { return }
    var result = 0
    var error: SystemError?
    pending.withUnsafeBytes { buffer in
      do throws(SystemError) {
        result = try file.write(UnsafeRawBufferPointer(rebasing: buffer[head...]), waiting: waiting)
      } catch { error = $0 }
    }
    for byte in pending[head..<head + result] where byte == 10 { written += 1 }
    head += result
    if isEmpty {
      pending.removeAll(keepingCapacity: true)
      head = 0
    }
    if let error { fail(error) }
  }

  private func fail(_ error: SystemError) {
    failure = error
    for byte in pending[head...] where byte == 10 { dropped += 1 }
    pending.removeAll()
    head = 0
  }
}
