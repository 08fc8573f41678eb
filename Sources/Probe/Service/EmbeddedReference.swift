/// The clock that the embedded reference tells.
public struct ReferenceClock: Sendable {
  let base: ReferenceBase
  let shift: Nanoseconds
  let drift: Rate
  private let anchor: LocalReading
  private var last: LocalReading

  init(base: ReferenceBase, shift: Nanoseconds, drift: Rate, anchor: LocalReading) {
    self.base = base
    self.shift = shift
    self.drift = drift
    self.anchor = anchor
    last = anchor
  }

  /// S at the moment of a reading.
  func time(_ reading: LocalReading) -> Instant<ReferenceTime> {
    let elapsed = reading.raw - anchor.raw
    let told: Instant<Realtime> =
      base == .realtime ? reading.realtime : anchor.realtime + (reading.raw - anchor.raw)
    return Instant(nanoseconds: (told + shift + drift.over(elapsed)).nanoseconds)
  }

  /// S at the moment of a kernel stamp that was taken before this reading. A step of REALTIME between the two
  /// leaves the reading itself: later than the arrival, so that a client's upper bound still holds.
  mutating func time(of stamp: Instant<Realtime>?, _ reading: LocalReading) -> Instant<ReferenceTime> {
    let isStepped = reading.step(since: last) != .zero
    last = reading
    guard let stamp, !isStepped, stamp <= reading.realtime else { return time(reading) }
    return time(reading) - (reading.realtime - stamp)
  }
}

/// An NTP server of the least kind: it answers client queries from one clock, statelessly, never with more
/// bytes than it was asked with, and knows nobody.
public final class EmbeddedReference: ThreadBody, @unchecked Sendable {
  private let socket: ServerSocket
  private let stop: Event
  private let settings: ServeSettings
  private var clock: ReferenceClock
  private let precision: Precision
  public private(set) var answered: UInt64 = 0
  public private(set) var ignored: UInt64 = 0

  public init(_ settings: ServeSettings, on local: Endpoint) throws(SystemError) {
    self.settings = settings
    socket = try ServerSocket(on: local, interface: settings.interface)
    stop = try Event()
    clock = ReferenceClock(
      base: settings.base, shift: settings.shift, drift: settings.drift, anchor: .now())
    precision = Self.measurePrecision()
  }

  public func localEndpoint() throws(SystemError) -> Endpoint? { try socket.localEndpoint() }

  /// Ends `run` in the other thread.
  public func end() { stop.post() }

  /// Answers until `end`, a signal or the deadline.
  public func run() { run(until: nil) }

  public func run(until deadline: Instant<Raw>?) {
    var poller = Poller()
    _ = poller.add(socket.number)
    let stopBit: UInt64 = 1 << UInt64(poller.add(stop.number))
    var query = [UInt8](repeating: 0, count: 1024)
    var reply = [UInt8](repeating: 0, count: NTPPacket.headerSize)
    while true {
      var length = Nanoseconds(-1)
      if let deadline {
        length = deadline - LocalReading.now().raw
        if length <= .zero { return }
      }
      let ready = (try? poller.wait(length)) ?? .nothing
      if ready.data & stopBit != 0 || Host.wasInterrupted { return }
      // Not without end: a flood must not hide that this thread is to stop.
      for _ in 0..<256 {
        guard let (count, stamp) = socket.receive(into: &query) else { break }
        answer(query.span.extracting(0..<min(count, query.count)), stamp, &reply)
      }
    }
  }

  private func answer(_ datagram: Span<UInt8>, _ stamp: Instant<Realtime>?, _ reply: inout [UInt8]) {
    let reading = LocalReading.now()
    // C may have been read at the end of a bracket that a preemption made long: then R was less. A T2 that is too
    // late is safe, one that is too early by more than the precision is not.
    let early = settings.base == .raw ? max(reading.bracket.half - precision.length, .zero) : .zero
    let arrival = clock.time(of: stamp, reading) + early
    guard let query = NTPPacket(datagram), query.mode == NTPPacket.Mode.client,
      query.version == 3 || query.version == 4
    else {
      ignored += 1
      return
    }
    let packet = NTPPacket(
      leap: 0, version: query.version, mode: NTPPacket.Mode.server, stratum: settings.stratum,
      poll: query.poll,
      precision: precision, rootDelay: NTPShort(bits: 0), rootDispersion: NTPShort(bits: 1),
      referenceID: ReferenceID(bits: settings.referenceID), referenceTime: NTPTime(arrival),
      originTime: query.transmitTime, receiveTime: NTPTime(arrival),
      transmitTime: NTPTime(clock.time(.now())))
    var span = reply.mutableSpan
    packet.write(to: &span)
    if socket.reply(reply) { answered += 1 } else { ignored += 1 }
  }

  /// RFC 5905 section 7.3: the time to read the clock, as log2 of seconds, rounded up. The least of a few.
  private static func measurePrecision() -> Precision {
    var least = Nanoseconds.max
    for _ in 0..<16 { least = min(least, LocalReading.now().bracket) }
    var exponent: Int8 = -30
    while exponent < 0 && Precision(exponent: exponent).length < least { exponent += 1 }
    return Precision(exponent: exponent)
  }
}
