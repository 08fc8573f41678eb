/// Standard output or a file. Waits where it cannot be written, and goes on where it stopped: nothing is lost as long as the
/// spool holds it.
public final class FileOutlet: Outlet {
  private let path: [UInt8]?
  private let rotation: Rotation
  /// What a file of this format begins with.
  private let heading: [UInt8]
  private var output: OutputFile?
  private var file: AppendFile?
  private var name: [UInt8] = []
  private var begun = Instant<Boottime>(nanoseconds: 0)
  private var pending: [UInt8] = []
  /// Of `pending`: what went out.
  private var head = 0
  private var next: RecordMark?
  public private(set) var confirmed: RecordMark?
  private var backoff = Backoff()
  private var retry: Instant<Boottime>?
  private var failure: SystemError?
  private var opened: UInt64 = 0
  private var isBroken = false
  private var mustReopen = false

  static let room = 65536

  /// - Parameter path: nil: standard output
  public init(path: [UInt8]?, _ rotation: Rotation, heading: [UInt8]) {
    (self.path, self.rotation, self.heading) = (path, rotation, heading)
    if path == nil {
      output = OutputFile.standardOutput()
      opened = 1
      pending = heading
    }
  }

  public var isReady: Bool { !isBroken && retry == nil && pending.count - head < Self.room }

  public func put(_ text: borrowing Span<UInt8>, _ mark: RecordMark) {
    let count = text.count
    text.withUnsafeBytes { source in
      guard let base = source.baseAddress, count > 0 else { return }
      pending.append(atMost: count) {
        UnsafeMutableRawPointer($0).copyMemory(from: base, byteCount: count)
        return count
      }
    }
    next = mark
    if head == pending.count { confirmed = mark }
  }

  public func step(_ world: StreamWorld) {
    let now = world.now()
    if let retry {
      guard now >= retry else { return }
      self.retry = nil
    }
    guard !isBroken else { return }
    do throws(SystemError) {
      if let path { try ready(path, world, now) }
      try write()
      if head == pending.count, !pending.isEmpty || next != nil {
        pending.removeAll(keepingCapacity: true)
        head = 0
        confirmed = next
        backoff.reset()
      }
    } catch {
      fail(error, world, now)
    }
  }

  private func fail(_ error: SystemError, _ world: StreamWorld, _ now: Instant<Boottime>) {
    failure = error
    // Nobody reads standard output any more, and nobody else ever will.
    if path == nil, error.code != SystemError.noSpace {
      isBroken = true
      return
    }
    retry = now + max(Backoff.first, backoff.next(world.random()))
  }

  private func write() throws(SystemError) {
    var taken = 0
    var failure: SystemError?
    let (output, file, head) = (output, file, head)
    pending.withUnsafeBytes { bytes in
      let rest = UnsafeRawBufferPointer(rebasing: bytes[head...])
      do throws(SystemError) {
        if let output {
          try output.write(rest, waiting: false, written: &taken)
        } else if let file {
          while taken < rest.count {
            let count = try file.append(UnsafeRawBufferPointer(rebasing: rest[taken...]))
            if count == 0 { throw SystemError("write", SystemError.noSpace) }
            taken += count
          }
        }
      } catch {
        failure = error
      }
    }
    self.head += taken
    if let failure { throw failure }
  }

  // MARK: Which file

  private func ready(_ path: [UInt8], _ world: StreamWorld, _ now: Instant<Boottime>) throws(SystemError) {
    // A new file begins with a whole line.
    let isAtLine = head == 0 || pending[head - 1] == 10
    if let file, isAtLine {
      let isFull = rotation.size.map { file.size >= $0 } ?? false
      let isOld = rotation.age.map { now - begun >= $0 } ?? false
      let wanted = FileName.expand(path, world.realtime())
      if wanted != name || mustReopen {
        self.file = nil
      } else if isFull || isOld, file.size > 0, !FileName.hasDate(path) {
        self.file = nil
        try rotate(path)
      }
    }
    mustReopen = false
    guard file == nil else { return }
    name = FileName.expand(path, world.realtime())
    let new = try AppendFile(name)
    file = new
    begun = now
    opened += 1
    if new.size == 0, !heading.isEmpty {
      pending.removeFirst(head)
      head = 0
      pending.insert(contentsOf: heading, at: 0)
    }
  }

  /// FILE becomes FILE.1, FILE.1 becomes FILE.2; the last goes.
  private func rotate(_ path: [UInt8]) throws(SystemError) {
    let plain = FileName.expand(path, Instant(nanoseconds: 0))
    if rotation.keep == 0 {
      _ = FileNames.remove(plain)
      return
    }
    var number = rotation.keep
    _ = FileNames.remove(Self.numbered(plain, number))
    while number > 1 {
      try? FileNames.rename(Self.numbered(plain, number - 1), to: Self.numbered(plain, number))
      number -= 1
    }
    try FileNames.rename(plain, to: Self.numbered(plain, 1))
  }

  private static func numbered(_ path: [UInt8], _ number: UInt32) -> [UInt8] {
    var text = path
    text.append(UInt8(ascii: "."))
    text.append(decimal: number)
    return text
  }

  public func takeRewind() -> RecordMark? { nil }
  public func takeDrop() -> OutletDrop? { nil }
  /// A pipe whose reader is slow; a file is always ready.
  public var wait: (number: Int32, writes: Bool)? {
    guard let output, !isBroken, head < pending.count else { return nil }
    return (output.number, true)
  }
  public var wake: Instant<Boottime>? { isBroken ? nil : retry }
  public var state: OutletState {
    OutletState(word: isBroken ? .failed : retry == nil ? .open : .waiting, failure: failure, opened: opened)
  }
  public func reopen() {
    mustReopen = true
    retry = nil
  }
}

extension FileName {
  /// The name with its conversions replaced, in UTC.
  public static func expand(_ path: [UInt8], _ time: Instant<Realtime>) -> [UInt8] {
    guard path.contains(UInt8(ascii: "%")) else { return path }
    let civil = CivilTime(time)
    var text = ByteWriter(capacity: path.count + 16)
    var place = 0
    while place < path.count {
      guard path[place] == UInt8(ascii: "%"), place + 1 < path.count else {
        text.append(byte: path[place])
        place += 1
        continue
      }
      text.append(path[place + 1], of: civil)
      place += 2
    }
    return text.bytes
  }
}

extension ByteWriter {
  fileprivate mutating func append(_ letter: UInt8, of civil: CivilTime) {
    switch letter {
    case UInt8(ascii: "Y"): append(UInt64(clamping: civil.year), digits: 4)
    case UInt8(ascii: "m"): append(UInt64(clamping: civil.month), digits: 2)
    case UInt8(ascii: "d"): append(UInt64(clamping: civil.day), digits: 2)
    case UInt8(ascii: "H"): append(UInt64(clamping: civil.hour), digits: 2)
    case UInt8(ascii: "M"): append(UInt64(clamping: civil.minute), digits: 2)
    case UInt8(ascii: "S"): append(UInt64(clamping: civil.second), digits: 2)
    case UInt8(ascii: "j"):
      let first = CivilTime.seconds(year: civil.year, month: 1, day: 1, hour: 0, minute: 0, second: 0) ?? 0
      let day = CivilTime.seconds(
        year: civil.year, month: civil.month, day: civil.day, hour: 0, minute: 0, second: 0)
      append(UInt64(clamping: ((day ?? 0) - first) / 86400 + 1), digits: 3)
    case UInt8(ascii: "%"): append(byte: letter)
    default:
      append(byte: UInt8(ascii: "%"))
      append(byte: letter)
    }
  }
}
