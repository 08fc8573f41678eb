/// A way to one reference: the kernel's stamping socket, or a simulated network.
public protocol Transport: AnyObject {
  /// The number of the send, by which its stamp is known.
  func send(_ bytes: [UInt8]) throws(SystemError) -> UInt32
  /// After a failed send: both sides count their sends from 0 again.
  func resynchronise()
  func receiveError(into bytes: inout [UInt8]) throws(SystemError) -> Received
  func receive(into bytes: inout [UInt8]) throws(SystemError) -> Received
}

extension TimestampSocket: Transport {}

/// Everything that the loop knows of the outside world.
public struct Environment {
  /// The clocks of this guest.
  public var read: () -> LocalReading
  /// 64 bits that nobody can foresee.
  public var random: () -> UInt64
  /// Sleeps this long, or until the transport of a set bit has something; zero: time is over, or a signal came.
  public var wait: (Nanoseconds) -> UInt64
  /// Somebody asked this process to end.
  public var isInterrupted: () -> Bool

  public init(
    read: @escaping () -> LocalReading, random: @escaping () -> UInt64,
    wait: @escaping (Nanoseconds) -> UInt64, isInterrupted: @escaping () -> Bool
  ) {
    self.read = read
    self.random = random
    self.wait = wait
    self.isInterrupted = isInterrupted
  }
}

extension LocalReading {
  @inline(__always)
  init(_ reading: ClockReading) {
    self.init(
      rawBefore: reading.rawBefore, realtime: reading.realtime, monotonic: reading.monotonic,
      rawAfter: reading.rawAfter)
  }

  @inline(__always)
  static func now() -> LocalReading { LocalReading(Clocks.read()) }
}
