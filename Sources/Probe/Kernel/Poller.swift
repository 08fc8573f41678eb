import CShim

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

  /// Bit n: descriptor n has something, be it data, an entry of its error queue or a hang-up.
  /// Zero: the time is over or a signal came. A negative length waits for ever.
  public mutating func wait(_ length: Nanoseconds) throws(SystemError) -> UInt64 {
    let count = Int32(entries.count)
    let result = entries.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let base = buffer.baseAddress else {
        var none = tp_poll()
        return tp_poll(&none, 0, length.count)
      }
      return tp_poll(base, count, length.count)
    }
    if result == -SystemError.interrupted || result == 0 { return 0 }
    _ = try SystemError.check("ppoll", result)
    var ready: UInt64 = 0
    for index in entries.indices where entries[index].revents != 0 { ready |= 1 << UInt64(index) }
    return ready
  }
}
