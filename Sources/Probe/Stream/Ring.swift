import Synchronization

/// Lines on their way from one thread to one other, in bounded memory; neither ever waits. Each has two numbers with it.
///
/// An entry is its length, the numbers and the bytes, in one piece: where it does not fit before the memory's end, the
/// rest there is left out. Both places only grow; what is between them is full.
public final class Ring: @unchecked Sendable {
  private let memory: UnsafeMutableRawPointer
  public let capacity: Int
  /// Read up to here; moved by the reader alone.
  private let head = Atomic<Int>(0)
  /// Written up to here; moved by the writer alone.
  private let tail = Atomic<Int>(0)

  /// The place of the memory's first byte. Moved by the writer, and only while the ring is empty: the reader looks at it
  /// after it has seen a `tail` that was stored after it.
  private let origin = Atomic<Int>(0)

  private static let header = 24
  /// Instead of a length: the next entry is at the memory's beginning.
  private static let skip = Int64(-1)

  /// - Parameter capacity: in bytes; rounded up to a power of two
  public init(capacity: Int) {
    var size = 4096
    while size < capacity { size *= 2 }
    self.capacity = size
    memory = .allocate(byteCount: size, alignment: 16)
  }

  deinit { memory.deallocate() }

  private static func room(_ count: Int) -> Int { header + (count + 7) & ~7 }

  /// Bytes in it, of lines and of what goes with them.
  public var used: Int { tail.load(ordering: .acquiring) - head.load(ordering: .acquiring) }
  public var isEmpty: Bool { used == 0 }

  /// By the writer. False: it has no room.
  public func push(_ line: borrowing Span<UInt8>, _ first: Int64 = 0, _ second: UInt64 = 0) -> Bool {
    let end = tail.load(ordering: .relaxed)
    let read = head.load(ordering: .acquiring)
    // Where the reader keeps up, most of the memory is never touched.
    if end == read { origin.store(end, ordering: .relaxed) }
    let base = origin.load(ordering: .relaxed)
    let place = (end - base) & (capacity - 1)
    let need = Self.room(line.count)
    // An entry never wraps; each place is a multiple of 8, so a length always fits.
    let skipped = capacity - place < need ? capacity - place : 0
    guard end + skipped + need - read <= capacity else { return false }
    if skipped > 0 { memory.storeBytes(of: Self.skip, toByteOffset: place, as: Int64.self) }
    let start = memory + ((place + skipped) & (capacity - 1))
    start.storeBytes(of: Int64(line.count), as: Int64.self)
    start.storeBytes(of: first, toByteOffset: 8, as: Int64.self)
    start.storeBytes(of: second, toByteOffset: 16, as: UInt64.self)
    line.withUnsafeBytes { source in
      if let bytes = source.baseAddress {
        (start + Self.header).copyMemory(from: bytes, byteCount: source.count)
      }
    }
    tail.store(end + skipped + need, ordering: .releasing)
    return true
  }

  /// By the reader: the oldest line and its numbers, and it is gone. nil: there is none.
  public func pop<Result>(_ body: (borrowing Span<UInt8>, Int64, UInt64) -> Result) -> Result? {
    var place = head.load(ordering: .relaxed)
    guard place != tail.load(ordering: .acquiring) else { return nil }
    let base = origin.load(ordering: .relaxed)
    let offset = (place - base) & (capacity - 1)
    if memory.load(fromByteOffset: offset, as: Int64.self) == Self.skip { place += capacity - offset }
    let start = memory + ((place - base) & (capacity - 1))
    let count = Int(start.load(as: Int64.self))
    let bytes = UnsafeRawBufferPointer(start: start + Self.header, count: count)
    let result = body(
      Span<UInt8>(_unsafeBytes: bytes), start.load(fromByteOffset: 8, as: Int64.self),
      start.load(fromByteOffset: 16, as: UInt64.self))
    head.store(place + Self.room(count), ordering: .releasing)
    return result
  }
}
