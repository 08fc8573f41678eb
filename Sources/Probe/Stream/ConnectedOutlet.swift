/// A TCP or unix(7) stream. What the far side's kernel has not acknowledged is sent again after the connection was lost; and
/// where it broke off, so much more as the far side can have held unread: its largest window.
public final class ConnectedOutlet: Outlet {
  private enum Phase {
    /// Nothing is tried before.
    case idle(until: Instant<Boottime>)
    case resolving(until: Instant<Boottime>)
    case connecting(any StreamSocket, until: Instant<Boottime>)
    case up(any StreamSocket)
  }

  private let address: StreamAddress
  private var phase = Phase.idle(until: Instant(nanoseconds: .min))
  private var pending: [UInt8] = []
  private var head = 0
  /// Bytes of this connection that the kernel took.
  private var sent: UInt64 = 0
  private var marks = ConfirmedMarks()
  private var window = 0
  private var rewind: RecordMark?
  /// How the connection ended, where that was seen in passing.
  private var ending: Int32?
  private var backoff = Backoff()
  private var failure: SystemError?
  private var opened: UInt64 = 0
  private var turn = 0
  private var stepped = Instant<Boottime>(nanoseconds: 0)

  static let room = 65536
  static let connectPatience = Nanoseconds.seconds(10)
  /// A receiver's buffer is at least so large (tcp(7), tcp_rmem: 65536 of the first window).
  static let leastWindow = 65536

  public init(_ address: StreamAddress) { self.address = address }

  public var isReady: Bool {
    if case .up = phase { return pending.count - head < Self.room }
    return false
  }

  public func put(_ text: borrowing Span<UInt8>, _ mark: RecordMark) {
    let count = text.count
    text.withUnsafeBytes { source in
      guard let base = source.baseAddress, count > 0 else { return }
      pending.append(atMost: count) {
        UnsafeMutableRawPointer($0).copyMemory(from: base, byteCount: count)
        return count
      }
    }
    marks.add(sent + UInt64(pending.count - head), mark)
  }

  public func step(_ world: StreamWorld) {
    let now = world.now()
    stepped = now
    if case .idle(let until) = phase, now >= until { open(world, now) }
    if case .resolving(let until) = phase {
      open(world, now)
      if case .resolving = phase, now >= until { lose(SystemError("resolve", Self.timedOut), world, now) }
    }
    if case .connecting(let socket, let until) = phase {
      switch socket.connection {
      case nil: if now >= until { lose(SystemError("connect", Self.timedOut), world, now) }
      case 0:
        phase = .up(socket)
        opened += 1
        (sent, window) = (0, 0)
        marks.begin()
      case let code?: lose(SystemError("connect", code), world, now)
      }
    }
    if case .up(let socket) = phase { send(socket, world, now) }
  }

  private func open(_ world: StreamWorld, _ now: Instant<Boottime>) {
    do throws(SystemError) {
      switch address.next(world, turn) {
      case .pending:
        if case .resolving = phase { return }
        phase = .resolving(until: now + Self.connectPatience)
      case .failed: lose(SystemError("resolve", SystemError.noAddress), world, now)
      case .target(let target):
        turn += 1
        phase = .connecting(try world.connect(target, false), until: now + Self.connectPatience)
      }
    } catch {
      lose(error, world, now)
    }
  }

  private func send(_ socket: any StreamSocket, _ world: StreamWorld, _ now: Instant<Boottime>) {
    // Before anything is sent to one that has gone.
    if let code = ending ?? socket.ending {
      return lose(code == 0 ? nil : SystemError("recv", code), world, now, socket)
    }
    while head < pending.count {
      let head = head
      let result = pending.withUnsafeBytes { socket.send(UnsafeRawBufferPointer(rebasing: $0[head...])) }
      if result == -Int(SystemError.tryAgain) || result == -Int(SystemError.interrupted) { break }
      if result == -Int(SystemError.noBufferSpace) { break }
      guard result > 0 else { return lose(SystemError("send", Int32(clamping: -result)), world, now, socket) }
      self.head += result
      sent += UInt64(result)
    }
    if head == pending.count {
      pending.removeAll(keepingCapacity: true)
      head = 0
    } else if head > Self.room {
      pending.removeFirst(head)
      head = 0
    }
    confirm(socket, now)
  }

  private func confirm(_ socket: any StreamSocket, _ now: Instant<Boottime>) {
    let left = UInt64(socket.unacknowledged)
    window = max(window, socket.window)
    // Where the connection has ended meanwhile, nothing may be left because it was thrown away unread.
    ending = socket.ending
    guard ending == nil else { return }
    // Of unix(7) it tells only whether all was read.
    acknowledge(address.isPath ? (left == 0 ? sent : marks.acknowledged) : sent - min(left, sent))
    // A window that is half closed has unread bytes behind it.
    if 2 * socket.window >= window { marks.age(now) }
  }

  private func acknowledge(_ count: UInt64) {
    if count > marks.acknowledged { backoff.reset() }
    marks.confirm(count, unread: address.isPath ? 0 : UInt64(max(window, Self.leastWindow)))
  }

  /// - Parameter error: nil: the far side ended it in order, and had read all that it acknowledged
  private func lose(
    _ error: SystemError?, _ world: StreamWorld, _ now: Instant<Boottime>, _ socket: (any StreamSocket)? = nil
  ) {
    if let socket {
      if error == nil {
        acknowledge(address.isPath ? sent : sent - min(UInt64(socket.unacknowledged), sent))
      }
      rewind = error == nil ? marks.read : marks.safe
      // Sent again even if it was never sure that it had to be.
      if rewind == nil { rewind = marks.origin }
    }
    ending = nil
    if let error { failure = error }
    pending.removeAll(keepingCapacity: true)
    head = 0
    phase = .idle(until: now + backoff.next(world.random()))
  }

  /// Also after a restart of this program: what the far side may not have read.
  public var confirmed: RecordMark? { marks.safe }

  public func takeRewind() -> RecordMark? {
    defer { rewind = nil }
    return rewind
  }

  public func takeDrop() -> OutletDrop? { nil }

  public var wait: (number: Int32, writes: Bool)? {
    switch phase {
    case .idle, .resolving: nil
    case .connecting(let socket, _): (socket.number, true)
    case .up(let socket): (socket.number, head < pending.count)
    }
  }

  public var wake: Instant<Boottime>? {
    switch phase {
    case .idle(let until), .connecting(_, let until): until
    // Whoever looks for names says nothing when it is done.
    case .resolving: stepped + .milliseconds(100)
    // Nor does the kernel say what was read meanwhile.
    case .up: marks.isSafe ? nil : stepped + .seconds(address.isPath ? 1 : 30)
    }
  }

  public var state: OutletState {
    let word: OutletState.Word =
      switch phase {
      case .idle: .waiting
      case .resolving: .resolving
      case .connecting: .connecting
      case .up: .open
      }
    return OutletState(word: word, failure: failure, opened: opened)
  }

  public func reopen() {
    if case .idle = phase { phase = .idle(until: Instant(nanoseconds: .min)) }
  }

  static let timedOut: Int32 = 110
}

extension SystemError {
  /// EADDRNOTAVAIL.
  public static let noAddress: Int32 = 99
}

/// What a connection's bytes stood for, until nobody needs them again.
struct ConfirmedMarks {
  private var marks: [(offset: UInt64, mark: RecordMark)] = []
  private(set) var acknowledged: UInt64 = 0
  /// The last whose bytes were all acknowledged, and by now certainly read.
  private(set) var read: RecordMark?
  private(set) var safe: RecordMark?
  /// Where the connection began; nil: before the first line.
  private(set) var origin: RecordMark?
  private var candidate: (since: Instant<Boottime>, mark: RecordMark)?

  static let most = 512
  static let patience = Nanoseconds.seconds(60)

  /// All that was put is read.
  var isSafe: Bool { marks.last.map { $0.mark.place <= safe?.place ?? 0 } ?? true }

  /// A new connection: its bytes count from 0.
  mutating func begin() {
    marks.removeAll(keepingCapacity: true)
    acknowledged = 0
    (origin, read, candidate) = (safe, safe, nil)
  }

  mutating func add(_ offset: UInt64, _ mark: RecordMark) {
    if let last = marks.last, last.offset == offset {
      marks[marks.count - 1].mark = mark
    } else {
      if marks.count == Self.most {
        // Every second one is enough: what is between is confirmed a little later.
        var place = Self.most - 2
        while place > 0 {
          marks.remove(at: place)
          place -= 2
        }
      }
      marks.append((offset, mark))
    }
    // Nothing was sent for it.
    if offset == 0 { (read, safe) = (mark, mark) }
  }

  /// What was acknowledged a minute ago is taken for read: else a stream of few lines would never get on.
  mutating func age(_ now: Instant<Boottime>) {
    if let candidate, now - candidate.since < Self.patience { return }
    if let candidate, candidate.mark.place >= safe?.place ?? 0 { safe = candidate.mark }
    candidate = read.map { (now, $0) }
  }

  /// - Parameter unread: so many of the acknowledged bytes may be unread yet
  mutating func confirm(_ offset: UInt64, unread: UInt64) {
    acknowledged = offset
    for (end, mark) in marks {
      if end <= offset { read = mark }
      if end + unread <= offset, mark.place >= safe?.place ?? 0 { safe = mark }
    }
    var old = 0
    while old < marks.count, marks[old].offset + unread < offset { old += 1 }
    // One below stays: it is `safe` itself.
    if old > 1 { marks.removeFirst(old - 1) }
  }
}

/// A host and a port, or a path.
public enum StreamAddress: Equatable, Sendable {
  case host([UInt8], UInt16)
  case path([UInt8])

  var isPath: Bool { if case .path = self { true } else { false } }

  enum Next {
    case pending
    case failed
    case target(StreamTarget)
  }

  /// - Parameter turn: which of several addresses: another one each time
  func next(_ world: StreamWorld, _ turn: Int) -> Next {
    switch self {
    case .path(let path): return .target(.path(path))
    case .host(let host, let port):
      switch world.resolve(host) {
      case .pending: return .pending
      case .failed: return .failed
      case .addresses(let addresses):
        guard !addresses.isEmpty else { return .failed }
        return .target(.endpoint(Endpoint(address: addresses[turn % addresses.count], port: port)))
      }
    }
  }
}
