/// The straight path (DESIGN section 4):
///
///     Query.next -> Transport.send / receive -> ControlMessages + NTPPacket -> PacketCheck
///       -> Exchange -> Bound -> Band -> Record -> Stream
///
/// One thread; what can block is not in here.
struct Loop {
  let environment: Environment
  let targets: [Target]
  let recorder: any Recorder
  private var buffer = [UInt8](repeating: 0, count: 2048)

  init(_ environment: Environment, _ targets: [Target], _ recorder: any Recorder) {
    self.environment = environment
    self.targets = targets
    self.recorder = recorder
  }

  mutating func run() {
    while true {
      let reading = environment.read()
      let now = reading.rawAfter
      if environment.isInterrupted() { return abandon(now) }
      var wake = Instant<Raw>(nanoseconds: .max)
      var isFinished = true
      for target in targets {
        target.tally.watch(reading)
        guard let next = advance(target, now) else { continue }
        isFinished = false
        wake = min(wake, next)
      }
      if isFinished { return }
      recorder.idle(now, until: wake)
      wait(until: wake)
    }
  }

  /// Ends what is over and sends what is due. When it wants to be called again; nil: never.
  private mutating func advance(_ target: Target, _ now: Instant<Raw>) -> Instant<Raw>? {
    while let ending = target.query.expire(now) { conclude(ending, target) }
    var now = now
    while true {
      switch target.query.next(now) {
      case .finished: return nil
      case .wait(let until): return until
      case .send:
        send(target)
        now = environment.read().rawAfter
      }
    }
  }

  private mutating func send(_ target: Target) {
    let cookie = NTPTime(bits: environment.random())
    let packet = target.packet(cookie)
    let reading = environment.read()
    do throws(SystemError) {
      let send = try target.transport.send(packet)
      target.query.didSend(cookie, reading, send: send)
      // Most drivers stamp inside the send: taken here, it spares a wake-up.
      drainErrors(target)
    } catch {
      drainErrors(target)
      target.transport.resynchronise()
      if let loss = target.query.didNotSend(reading, errno: error.code) { conclude(.loss(loss), target) }
    }
  }

  private mutating func wait(until wake: Instant<Raw>) {
    let now = environment.read().rawAfter
    let ready = environment.wait(max(wake - now, .zero))
    for target in targets {
      let bit: UInt64 = 1 << UInt64(target.index)
      // Stamps first: a reply is complete with its send's.
      if ready.errors & bit != 0 { drainErrors(target) }
      if ready.data & bit != 0 { drainReplies(target) }
    }
  }

  /// Stamps of sends, and ICMP errors.
  private mutating func drainErrors(_ target: Target) {
    while true {
      switch (try? target.transport.receiveError(into: &buffer)) ?? .nothing {
      case .transmitStamp(let send, let messages):
        guard let at = messages.software else { continue }
        conclude(target.query.didTransmit(send, Stamp(at: at, source: .kernel)), target)
        if target.query.hasAllStamps { return }
      case .icmp(let error, let count):
        guard let name = error.icmpName else { continue }
        let loss = target.query.didFail(
          name, datagram: buffer.span.extracting(0..<min(count, buffer.count)), environment.read().raw)
        if let loss { conclude(.loss(loss), target) }
      case .nothing, .datagram: return
      }
    }
  }

  private mutating func drainReplies(_ target: Target) {
    // A flood must not keep this thread from its other work: what is left is still there at the next turn.
    for _ in 0..<64 {
      guard case .datagram(let count, let truncated, let messages) = receive(target) else { return }
      let reading = environment.read()
      let stamp = messages.software.map { Stamp(at: $0, source: .kernel) }
      let datagram = buffer.span.extracting(0..<min(count, buffer.count))
      conclude(target.query.didReceive(datagram, truncated: truncated, stamp, reading), target)
      if target.query.isQuiet { return }
    }
  }

  private mutating func receive(_ target: Target) -> Received {
    // An ICMP error is told here as well as on the error queue, which has the detail.
    (try? target.transport.receive(into: &buffer)) ?? .nothing
  }

  private func conclude(_ ending: Ending?, _ target: Target) {
    switch ending {
    case .sample(let exchange): recorder.sample(target.tally.add(exchange), target)
    case .loss(let loss):
      target.tally.add(loss)
      recorder.loss(loss, target)
    case nil: return
    }
  }

  private func abandon(_ now: Instant<Raw>) {
    for target in targets {
      while let loss = target.query.abandon(now) { conclude(.loss(loss), target) }
    }
  }
}
