import CShim

/// Which descriptors have something, a bit each by their place.
public struct Ready: Sendable {
  /// Data to read, or a hang-up.
  public var data: UInt64
  /// An entry of the error queue: a stamp of a send, or an error.
  public var errors: UInt64

  public init(data: UInt64 = 0, errors: UInt64 = 0) {
    self.data = data
    self.errors = errors
  }

  public static let nothing = Ready()
}

/// Waits on up to 64 descriptors and a time, whichever comes first.
public struct Poller {
  private var entries: [tp_poll] = []

  public static let capacity = 64

  public init() { entries.reserveCapacity(8) }

  /// The descriptor's place in the answer's bits.
  public mutating func add(_ descriptor: Int32) -> Int {
    precondition(entries.count < Self.capacity)
    entries.append(tp_poll(fd: descriptor, events: Int16(tp_poll_in), revents: 0))
    return entries.count - 1
  }

  /// Nothing: the time is over or a signal came. A negative length waits for ever.
  public mutating func wait(_ length: Nanoseconds) throws(SystemError) -> Ready {
    let count = Int32(entries.count)
    let result = entries.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let base = buffer.baseAddress else {
        var none = tp_poll()
        return tp_poll(&none, 0, length.count)
      }
      return tp_poll(base, count, length.count)
    }
    if result == -SystemError.interrupted || result == 0 { return .nothing }
    _ = try SystemError.check("ppoll", result)
    var ready = Ready.nothing
    for index in entries.indices {
      let events = Int(entries[index].revents)
      if events & tp_poll_error != 0 { ready.errors |= 1 << UInt64(index) }
      if events & ~tp_poll_error != 0 { ready.data |= 1 << UInt64(index) }
    }
    return ready
  }
}
