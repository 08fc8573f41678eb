/// The records on their way to disk and to the streams: one long text of lines, each known by the place of its first byte
/// since the spool's beginning. Its end is in memory, what is before that in segments, files of whole lines named by
/// the place of their first byte and by the time; the last line of one may be torn. Nothing but places is kept of a
/// segment, and a line is never in two.
public final class Spool {
  /// nil: in memory alone.
  private let store: (any SpoolStore)?
  private let limits: SpoolLimits
  public private(set) var segments: [SpoolSegment] = []
  private var isOpen = false
  /// The bytes from `tailStart` on are in memory, behind the first `head` of these.
  private var tail: [UInt8] = []
  private var head = 0
  private var tailStart: UInt64
  /// Up to here they are in a segment.
  public private(set) var written: UInt64
  private var scratch: UnsafeMutableRawBufferPointer
  private var flushed: Instant<Boottime>?
  /// The last failure of the disk; nil: it takes what it is given.
  public private(set) var failure: SystemError?
  private var retry: Instant<Boottime>?

  /// What the runs before left.
  public let found: SpoolFound

  public init(
    _ store: (any SpoolStore)?, _ limits: SpoolLimits, realtime: Instant<Realtime>,
    boottime: Instant<Boottime>
  ) {
    self.store = store
    self.limits = limits
    scratch = .allocate(byteCount: SpoolLimits.longestLine, alignment: 16)
    var found = SpoolFound()
    if let store { segments = found.look(in: store, scratch, realtime, boottime) }
    self.found = found
    written = found.end
    tailStart = found.end
    tail.reserveCapacity(SpoolLimits.batch + 16384)
  }

  deinit { scratch.deallocate() }

  /// Behind the last line.
  public var end: UInt64 { tailStart + UInt64(tail.count - head) }
  public var isOnDisk: Bool { store != nil && failure == nil }
  /// Behind the last line that is in a segment, or was given up.
  public var bytesOnDisk: UInt64 { segments.reduce(0) { $0 + $1.size } }

  /// Takes a line with its line feed. False: it is longer than any record of ours.
  public func append(_ line: borrowing Span<UInt8>) -> Bool {
    let count = line.count
    guard count <= SpoolLimits.longestLine, count > 0, line[count - 1] == 10 else { return false }
    line.withUnsafeBytes { source in
      tail.append(atMost: count) {
        UnsafeMutableRawPointer($0).copyMemory(from: source.baseAddress!, byteCount: count)
        return count
      }
    }
    return true
  }

  // MARK: To disk

  /// When `flush` has something to do next; nil: as soon as a line comes.
  public var due: Instant<Boottime>? {
    guard store != nil, written < end else { return nil }
    return retry ?? flushed.map { $0 + SpoolLimits.patience }
  }

  /// Writes what is due: once a second, or 64 KiB.
  /// - Parameter isLast: all of it, now
  public func flush(_ now: Instant<Boottime>, _ realtime: Instant<Realtime>, isLast: Bool = false) {
    guard let store, written < end else { return }
    if let retry, now < retry, !isLast { return }
    let count = Int(end - max(written, tailStart))
    if !isLast, let flushed, now - flushed < SpoolLimits.patience, count < SpoolLimits.batch { return }
    flushed = now
    do throws(SystemError) {
      try write(store, now, realtime)
      (failure, retry) = (nil, nil)
    } catch {
      failure = error
      retry = now + SpoolLimits.patience
    }
    trimWritten()
  }

  private func write(
    _ store: any SpoolStore, _ now: Instant<Boottime>, _ realtime: Instant<Realtime>
  ) throws(SystemError) {
    if written < tailStart {
      // What was between has been given up: a line may be torn there, and this begins anew.
      written = tailStart
      isOpen = false
    }
    while written < end {
      let isFull = segments.last.map { $0.size >= limits.segment } ?? true
      if !isOpen || isFull && isAtLine(written) { try begin(store, now, realtime) }
      let start = head + Int(written - tailStart)
      var taken = 0
      var failure: SystemError?
      tail.withUnsafeBytes { bytes in
        do throws(SystemError) {
          taken = try store.append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        } catch {
          failure = error
        }
      }
      written += UInt64(taken)
      segments[segments.count - 1].size += UInt64(taken)
      segments[segments.count - 1].last = now
      if let failure { throw failure }
      if taken == 0 { throw SystemError("write", SystemError.noSpace) }
    }
  }

  private func isAtLine(_ place: UInt64) -> Bool {
    let index = head + Int(place - tailStart)
    return index == 0 || tail[index - 1] == 10
  }

  private func begin(
    _ store: any SpoolStore, _ now: Instant<Boottime>, _ realtime: Instant<Realtime>
  ) throws(SystemError) {
    let name = SpoolSegment.name(written, realtime)
    isOpen = false
    // One that stands in its way is of a run that wrote nothing, or whose positions went with its cursors.
    if segments.last?.base == written, segments.last?.size == 0 {
      store.remove(segments.removeLast().name)
    }
    try store.begin(name)
    segments.append(SpoolSegment(name: name, base: written, size: 0, last: now))
    isOpen = true
  }

  /// Drops from memory the lines that a segment has whole.
  private func trimWritten() {
    guard written > tailStart else { return }
    var index = head + Int(written - tailStart)
    while index > head, tail[index - 1] != 10 { index -= 1 }
    tailStart += UInt64(index - head)
    head = index
    compact()
  }

  private func compact() {
    if head == tail.count {
      tail.removeAll(keepingCapacity: true)
      head = 0
    } else if head > SpoolLimits.batch {
      tail.removeFirst(head)
      head = 0
    }
  }

  // MARK: Too much

  /// Where nothing takes it, memory holds so much and no more: gives up whole lines, the oldest first.
  /// - Parameter lost: is given each of them and its place
  public func trimMemory(_ lost: (borrowing Span<UInt8>, UInt64) -> Void) {
    while tail.count - head > limits.memory {
      let rest = tail.count - head
      var length = 0
      tail.withUnsafeBytes { bytes in
        let line = UnsafeRawBufferPointer(rebasing: bytes[head...])
        length = (ByteSearch.first(10, in: line) ?? rest - 1) + 1
        lost(Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: line[..<length])), tailStart)
      }
      head += length
      tailStart += UInt64(length)
      compact()
    }
    if written < tailStart { isOpen = false }
  }

  /// The oldest segment where it has to go: too many bytes in all, or too old. The one that is written to stays.
  public func overdue(_ now: Instant<Boottime>) -> SpoolSegment? {
    guard segments.count > 1 || !isOpen, let first = segments.first else { return nil }
    if bytesOnDisk > limits.size { return first }
    if let age = limits.age, now - first.last > age { return first }
    return nil
  }

  public func removeFirst() {
    guard let store, !segments.isEmpty else { return }
    store.remove(segments.removeFirst().name)
  }

  // MARK: Reading

  public enum Reading: Equatable, Sendable {
    /// So many bytes were used: whole lines.
    case used(Int)
    case atEnd
    /// There is nothing here any more, or only a torn line: go on there.
    case moved(UInt64)
  }

  /// Gives whole lines from this place on to `body`, which says how many of their bytes it used.
  public func read(at place: UInt64, _ body: (borrowing Span<UInt8>) -> Int) -> Reading {
    if place >= end { return place == end ? .atEnd : .moved(end) }
    if place >= tailStart {
      var used = 0
      tail.withUnsafeBytes { bytes in
        let lines = UnsafeRawBufferPointer(rebasing: bytes[(head + Int(place - tailStart))...])
        used = body(Span<UInt8>(_unsafeBytes: lines))
      }
      return .used(used)
    }
    guard let store, let index = segments.firstIndex(where: { place < $0.base + $0.size }) else {
      return .moved(tailStart)
    }
    let segment = segments[index]
    guard place >= segment.base else { return .moved(segment.base) }
    let next = index + 1 < segments.count ? segments[index + 1].base : max(tailStart, segment.end)
    let left = Int(min(segment.end - place, UInt64(scratch.count)))
    var count = 0
    do throws(SystemError) {
      count = try store.read(
        segment.name, at: place - segment.base,
        into: UnsafeMutableRawBufferPointer(rebasing: scratch[..<left]))
    } catch {
      return .moved(next)
    }
    var whole = count
    while whole > 0, scratch[whole - 1] != 10 { whole -= 1 }
    // No line of ours is as long as the scratch: this is the torn end of a segment, or the file is shorter than it was.
    guard whole > 0 else { return .moved(next) }
    let lines = UnsafeRawBufferPointer(rebasing: scratch[..<whole])
    return .used(body(Span<UInt8>(_unsafeBytes: lines)))
  }

  /// Where the run that this place belongs to begins, as far as it is there: each run begins a segment.
  public func beginning(ofRunAt place: UInt64) -> UInt64 {
    if place >= found.end { return found.end }
    for segment in segments.reversed() where segment.base <= place {
      var isHello = false
      _ = read(at: segment.base) { lines in
        var record = RecordLine()
        let end = lines.withUnsafeBytes { ByteSearch.first(10, in: $0) } ?? 0
        let line = lines.extracting(0..<end)
        isHello = record.read(line) == nil && RecordKind(record, line) == .hello
        return 0
      }
      if isHello { return segment.base }
    }
    return place
  }

  /// The beginning of what there is.
  public var start: UInt64 { segments.first?.base ?? tailStart }

  // MARK: Small files

  public func load(_ name: [UInt8]) -> [UInt8]? { store?.load(name) }

  public func replace(_ name: [UInt8], with bytes: [UInt8]) -> Bool {
    guard let store else { return false }
    do throws(SystemError) {
      try store.replace(name, with: bytes)
      return true
    } catch {
      return false
    }
  }
}
