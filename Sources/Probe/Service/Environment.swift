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

/// What the local watch asks of the guest besides its clocks.
public struct LocalSources {
  /// adjtimex and BOOTTIME.
  public var look: () -> Look
  /// What the kernel counts time by.
  public var counter: () -> CounterLook
  /// What keeps this thread from running; true: the account of steal as well, which costs the most.
  public var load: (Bool) -> LoadCounters
  /// What the guest has too little of.
  public var pressure: () -> PressureCounters
  /// Whether C was set since this was last asked; asked only when `Ready.isAlarmed`.
  public var wasSet: () -> Bool
  /// How often this process was continued after a stop.
  public var continues: () -> Int32

  public init(
    look: @escaping () -> Look, counter: @escaping () -> CounterLook,
    load: @escaping (_ withSteal: Bool) -> LoadCounters,
    pressure: @escaping () -> PressureCounters = { PressureCounters() },
    wasSet: @escaping () -> Bool, continues: @escaping () -> Int32
  ) {
    self.look = look
    self.counter = counter
    self.load = load
    self.pressure = pressure
    self.wasSet = wasSet
    self.continues = continues
  }
}

/// Everything that the loop knows of the outside world.
public struct Environment {
  /// The clocks of this guest.
  public var read: () -> LocalReading
  /// 64 bits that nobody can foresee.
  public var random: () -> UInt64
  /// Sleeps this long, or until what is wanted has something; nothing: time is over, or a signal came.
  public var wait: (Nanoseconds, Wanted) -> Ready
  /// Somebody asked this process to end.
  public var isInterrupted: () -> Bool
  public var local: LocalSources

  public init(
    read: @escaping () -> LocalReading, random: @escaping () -> UInt64,
    wait: @escaping (Nanoseconds, Wanted) -> Ready, isInterrupted: @escaping () -> Bool, local: LocalSources
  ) {
    self.read = read
    self.random = random
    self.wait = wait
    self.isInterrupted = isInterrupted
    self.local = local
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
