/// UDP or a unix(7) datagram socket. Whole lines, as many in one datagram as the path's MTU takes; never fragmented.
/// Where there is no room, or nobody to connect to, it waits. What a datagram's way loses, nobody here learns.
public final class DatagramOutlet: Outlet {
  private enum Phase {
    case idle(until: Instant<Boottime>)
    case open(any StreamSocket)
  }

  private let address: StreamAddress
  /// RFC 5426 section 3.1: one syslog message a datagram.
  private let isSingle: Bool
  private var phase = Phase.idle(until: Instant(nanoseconds: .min))
  private var packet: [UInt8] = []
  /// Of the lines in `packet`, of those that were sent last.
  private var lines = OutletLines()
  private var last = OutletLines()
  /// Where the lines in `packet` end.
  private var ends: [Int] = []
  private var next: RecordMark?
  public private(set) var confirmed: RecordMark?
  /// The most that a datagram may carry.
  private var limit = DatagramOutlet.most
  private var asked = Instant<Boottime>(nanoseconds: 0)
  private var backoff = Backoff()
  private var drop: OutletDrop?
  private var failure: SystemError?
  private var opened: UInt64 = 0
  private var turn = 0
  private var isBlocked = false
  /// A failure that will not be over at once: longer than the others wait.
  private var pause: Nanoseconds?

  /// UDP over IPv4, and what readers that were not told otherwise make room for.
  static let most = 65507
  static let usual = 8192
  /// How often the path is asked for its MTU: it may have grown.
  static let patience = Nanoseconds.seconds(60)

  public init(_ address: StreamAddress, isSingle: Bool) {
    (self.address, self.isSingle) = (address, isSingle)
  }

  public var isReady: Bool {
    if case .open = phase { return !isBlocked && pause == nil }
    return false
  }

  public func put(_ text: borrowing Span<UInt8>, _ mark: RecordMark) {
    next = mark
    guard text.count > 0 else {
      if packet.isEmpty { confirmed = mark }
      return
    }
    guard text.count <= limit else {
      lose(OutletDrop(reason: .tooLong, run: mark.run, from: mark.seq, to: mark.seq, count: 1))
      return
    }
    let isFull = packet.count + text.count > min(limit, Self.usual)
    if !packet.isEmpty, isFull || isSingle { send() }
    // It could not go, or only in part: a few lines more wait with it.
    let count = text.count
    text.withUnsafeBytes { source in
      packet.append(atMost: count) {
        UnsafeMutableRawPointer($0).copyMemory(from: source.baseAddress!, byteCount: count)
        return count
      }
    }
    ends.append(packet.count)
    lines.add(mark)
  }

  public func step(_ world: StreamWorld) {
    let now = world.now()
    isBlocked = false
    if case .idle(let until) = phase {
      guard now >= until else { return }
      open(world, now)
    }
    guard case .open(let socket) = phase else { return }
    if now - asked >= Self.patience {
      asked = now
      limit = min(Self.most, socket.payload ?? Self.most)
    }
    send()
    if let pause {
      // Opened anew: the reader of a unix socket may be another one, a name may have another address.
      phase = .idle(until: now + (pause > .zero ? pause : max(Backoff.first, backoff.next(world.random()))))
      self.pause = nil
    }
  }

  private func open(_ world: StreamWorld, _ now: Instant<Boottime>) {
    do throws(SystemError) {
      switch address.next(world, turn) {
      case .pending: phase = .idle(until: now + .milliseconds(100))
      case .failed: throw SystemError("resolve", SystemError.noAddress)
      case .target(let target):
        turn += 1
        let socket = try world.connect(target, true)
        phase = .open(socket)
        opened += 1
        failure = nil
        asked = now
        limit = min(Self.most, socket.payload ?? Self.most)
      }
    } catch {
      failure = error
      phase = .idle(until: now + max(Backoff.first, backoff.next(world.random())))
    }
  }

  /// All that is packed, in as many datagrams as it takes.
  private func send() {
    guard case .open(let socket) = phase else { return }
    while !ends.isEmpty {
      var count = 1
      while !isSingle, count < ends.count, ends[count] <= min(limit, Self.usual) { count += 1 }
      let length = ends[count - 1]
      guard length <= limit else {
        failure = SystemError("send", SystemError.messageTooLong)
        lose(lines.drop(.tooLong, count: 1))
        remove(1)
        continue
      }
      let result = packet.withUnsafeBytes { socket.send(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
      if result == length {
        backoff.reset()
        last = lines.first(count)
        remove(count)
        continue
      }
      guard !refused(Int32(clamping: -result), length, socket) else { return }
    }
    confirmed = next
  }

  /// - Returns: it waits
  private func refused(_ code: Int32, _ length: Int, _ socket: any StreamSocket) -> Bool {
    switch code {
    case SystemError.interrupted: return false
    case SystemError.tryAgain:
      isBlocked = true
      return true
    case SystemError.noBufferSpace:
      // Of the device: poll(2) does not tell when it has room.
      pause = .milliseconds(10)
      return true
    case SystemError.messageTooLong:
      let known = min(limit, socket.payload ?? limit)
      if known < length {
        limit = known
      } else if socket.payload == nil {
        limit = length - 1
      } else {
        // A router spoke of the one before, which it threw away.
        limit = known
        lose(last.drop(.refused, count: last.count))
        last = OutletLines()
      }
      return false
    case SystemError.connectionRefused where !address.isPath && last.count > 0:
      // ICMP: it tells of the one before; this one was not sent, and is tried again.
      failure = SystemError("send", code)
      lose(last.drop(.refused, count: last.count))
      last = OutletLines()
      return false
    default:
      failure = SystemError("send", code)
      pause = .zero
      return true
    }
  }

  private func remove(_ count: Int) {
    let length = ends[count - 1]
    packet.removeFirst(length)
    ends.removeFirst(count)
    for place in ends.indices { ends[place] -= length }
    lines.removeFirst(count)
  }

  private func lose(_ lost: OutletDrop?) {
    guard let lost else { return }
    if drop == nil {
      drop = lost
    } else if drop?.merge(lost) != true {
      // Two kinds at once, which the next step would have told apart: the count holds.
      drop?.count += lost.count
    }
  }

  public func takeRewind() -> RecordMark? { nil }
  public func takeDrop() -> OutletDrop? {
    defer { drop = nil }
    return drop
  }

  public var wait: (number: Int32, writes: Bool)? {
    if case .open(let socket) = phase, isBlocked { return (socket.number, true) }
    return nil
  }

  public var wake: Instant<Boottime>? {
    if case .idle(let until) = phase { return until }
    return nil
  }

  public var state: OutletState {
    var word = OutletState.Word.open
    if case .idle = phase { word = .waiting }
    return OutletState(word: word, failure: failure, opened: opened)
  }

  public func reopen() {
    if case .idle = phase { phase = .idle(until: Instant(nanoseconds: .min)) }
  }
}

/// Which records the lines of a datagram are.
struct OutletLines {
  private var marks: [RecordMark] = []

  var count: Int { marks.count }

  mutating func add(_ mark: RecordMark) { marks.append(mark) }
  mutating func removeFirst(_ count: Int) { marks.removeFirst(min(count, marks.count)) }

  func first(_ count: Int) -> OutletLines {
    var lines = OutletLines()
    lines.marks = Array(marks.prefix(count))
    return lines
  }

  func drop(_ reason: StreamDrop.Reason, count: Int) -> OutletDrop? {
    guard let first = marks.first, count > 0 else { return nil }
    let last = marks[min(count, marks.count) - 1]
    return OutletDrop(
      reason: reason, run: first.run, from: min(first.seq, last.seq), to: max(first.seq, last.seq),
      count: UInt64(count))
  }
}
