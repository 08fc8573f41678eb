import CShim

/// Which descriptors have something, a bit each by their place.
public struct Ready: Sendable {
  /// Data to read, or a hang-up.
  public var data: UInt64
  /// An entry of the error queue: a stamp of a send, or an error.
  public var errors: UInt64
  /// The descriptor that is not among the others (`Poller.alarm`) has something.
  public var isAlarmed = false
  /// What was left of the wait when it ended; where a signal stopped the process in it, that is when.
  /// nil: it was to wait for ever.
  public var left: Nanoseconds?

  public init(data: UInt64 = 0, errors: UInt64 = 0) {
    self.data = data
    self.errors = errors
  }

  public static let nothing = Ready()
}

/// What a wait is for. Each descriptor costs the kernel a good part of a system call at each wait.
public enum Wanted: Sendable {
  case all
  /// All but the alarm.
  case sockets
  /// The alarm alone.
  case alarm

  public var hasSockets: Bool { self != .alarm }
  public var hasAlarm: Bool { self != .sockets }
}

/// Waits on up to 64 descriptors, an alarm and a time, whichever comes first.
public struct Poller {
  private var entries: [tp_poll] = []
  private var hasAlarm = false

  public static let capacity = 64

  public init() { entries.reserveCapacity(8) }

  /// The descriptor's place in the answer's bits. Before `alarm`.
  public mutating func add(_ descriptor: Int32) -> Int {
    precondition(entries.count < Self.capacity && !hasAlarm)
    entries.append(tp_poll(fd: descriptor, events: Int16(tp_poll_in), revents: 0))
    return entries.count - 1
  }

  /// One more descriptor, with a place of its own in the answer; the last that is added.
  public mutating func alarm(_ descriptor: Int32) {
    precondition(!hasAlarm)
    hasAlarm = true
    entries.append(tp_poll(fd: descriptor, events: Int16(tp_poll_in), revents: 0))
  }

  /// Nothing: the time is over or a signal came. A negative length waits for ever.
  public mutating func wait(_ length: Nanoseconds, for wanted: Wanted = .all) throws(SystemError) -> Ready {
    let alarm = hasAlarm ? entries.count - 1 : entries.count
    let range = (wanted.hasSockets ? 0 : alarm)..<(wanted.hasAlarm ? entries.count : alarm)
    var left: Int64 = 0
    let result = entries.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let base = buffer.baseAddress else {
        var none = tp_poll()
        return tp_poll(&none, 0, length.count, &left)
      }
      return tp_poll(base + range.lowerBound, Int32(range.count), length.count, &left)
    }
    var ready = Ready.nothing
    if length >= .zero { ready.left = Nanoseconds(left) }
    if result == -SystemError.interrupted { return ready }
    if try SystemError.check("ppoll", result) == 0 { return ready }
    for index in range {
      let events = Int(entries[index].revents)
      if events == 0 { continue }
      if index == alarm {
        ready.isAlarmed = true
        continue
      }
      if events & tp_poll_error != 0 { ready.errors |= 1 << UInt64(index) }
      if events & ~tp_poll_error != 0 { ready.data |= 1 << UInt64(index) }
    }
    return ready
  }
}
