/// What a stream is connected to.
public enum StreamTarget: Equatable, Sendable {
  case endpoint(Endpoint)
  case path([UInt8])
}

/// A connected socket, the kernel's or a test's.
public protocol StreamSocket: AnyObject {
  var number: Int32 { get }
  /// nil: not yet; else errno, 0 = it stands.
  var connection: Int32? { get }
  /// Bytes that it took, or -errno.
  func send(_ bytes: UnsafeRawBufferPointer) -> Int
  var unacknowledged: Int { get }
  var window: Int { get }
  var payload: Int? { get }
  /// nil: it stands; 0: ended in order; else errno.
  var ending: Int32? { get }
}

extension RecordSocket: StreamSocket {}

/// What the writer's thread has to do with.
public struct StreamWorld {
  public enum Name: Equatable, Sendable {
    /// Somebody is looking.
    case pending
    case addresses([IPAddress])
    case failed
  }

  public var now: () -> Instant<Boottime>
  public var realtime: () -> Instant<Realtime>
  public var random: () -> UInt64
  /// Never waits: asked again and again until it is no longer `pending`. A numeric address is answered at once.
  public var resolve: ([UInt8]) -> Name
  /// - Parameter isDatagram: UDP or SOCK_DGRAM
  public var connect: (StreamTarget, _ isDatagram: Bool) throws(SystemError) -> any StreamSocket

  public init(
    now: @escaping () -> Instant<Boottime>, realtime: @escaping () -> Instant<Realtime>,
    random: @escaping () -> UInt64, resolve: @escaping ([UInt8]) -> Name,
    connect: @escaping (StreamTarget, Bool) throws(SystemError) -> any StreamSocket
  ) {
    (self.now, self.realtime, self.random) = (now, realtime, random)
    (self.resolve, self.connect) = (resolve, connect)
  }

  /// This machine, but for its names.
  public static func system(resolve: @escaping ([UInt8]) -> Name) -> StreamWorld {
    let random = RandomNumbers()
    return StreamWorld(
      now: { Instant(nanoseconds: (try? SystemClock.boottime.read()) ?? 0) },
      realtime: { Instant(nanoseconds: (try? SystemClock.realtime.read()) ?? 0) },
      random: { random.next() },
      resolve: { host in
        if let address = IPAddress.parse(host.span) { return .addresses([address]) }
        return resolve(host)
      },
      connect: { (target, isDatagram) throws(SystemError) -> any StreamSocket in
        switch target {
        case .endpoint(let endpoint): return try RecordSocket.open(endpoint, isDatagram: isDatagram)
        case .path(let path): return try RecordSocket.open(path: path, isDatagram: isDatagram)
        }
      })
  }
}

/// How long to wait before the next attempt: anything up to a limit that doubles ("full jitter"), so that thousands of guests
/// do not come back at once.
public struct Backoff: Equatable, Sendable {
  public private(set) var attempts = 0

  static let first = Nanoseconds.milliseconds(500)
  static let most = Nanoseconds.seconds(60)

  public init() {}

  /// - Parameter random: of 64 bits
  public mutating func next(_ random: UInt64) -> Nanoseconds {
    var limit = Self.first
    for _ in 0..<min(attempts, 16) where limit < Self.most { limit += limit }
    limit = min(limit, Self.most)
    attempts += 1
    let share = random.multipliedFullWidth(by: UInt64(limit.count) + 1).high
    return Nanoseconds(Int64(share))
  }

  /// Something got through.
  public mutating func reset() { attempts = 0 }
}
