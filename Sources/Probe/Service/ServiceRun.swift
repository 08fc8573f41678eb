/// The service: one run, from its first record to its last. The measuring thread's side of it; the loop is its heart, and what
/// this does between two stretches of the loop never waits.
final class ServiceRun {
  private var settings: ServiceSettings
  /// The configuration read anew, for SIGHUP.
  private let read: () -> ConfigurationOutcome
  private let complain: ([ConfigurationProblem], [ConfigurationSource]) -> Void
  private let log: ServiceLog
  private let manager = ServiceManager()
  private let random = RandomNumbers()
  private let names = NameDesk()
  private let guest = GuestSources()
  private let run: RunName
  private var associations: [Association] = []
  /// Those with a target, in the loop's order.
  private var measured: [Association] = []
  private let recorder: ServiceRecorder
  private let streams: StreamPipe
  private let control: ControlServer?
  private var hangups = Host.hangups
  private let start: Instant<Raw>
  private var lifeSign = Instant<Raw>(nanoseconds: .min)
  private var grid: WindowGrid

  /// References and requests are looked after this often, and a manager that waits for a sign of life is.
  private var care: Nanoseconds { min(.seconds(1), manager.watchdog ?? .seconds(1)) }

  init(
    _ settings: ServiceSettings, _ log: ServiceLog, read: @escaping () -> ConfigurationOutcome,
    complain: @escaping ([ConfigurationProblem], [ConfigurationSource]) -> Void
  ) throws(SystemError) {
    self.settings = settings
    self.read = read
    self.complain = complain
    self.log = log
    let (high, low) = (random.next(), random.next())
    run = RunName(high: high, low: low)
    start = LocalReading.now().raw
    grid = WindowGrid(start: start)
    // While this process may still do what it was started with the right to do.
    var made: [[UInt8]] = []
    let socket = Self.listen(settings, log, &made)
    ServiceRights.take(settings, log, made)
    streams = try StreamPipe(settings, run, log)
    recorder = streams.recorder(settings)
    let writer = streams.writer
    control = socket.flatMap { ControlServer($0, writer) }
    associations = Self.associations(settings)
    tellNotObeyed()
  }

  private func tellNotObeyed() {
    for words in settings.notObeyed {
      log.say(.warning) { text in
        text.append("this version does not obey " as StaticString)
        text.append(words)
      }
    }
  }

  private static func associations(_ settings: ServiceSettings) -> [Association] {
    settings.references.map { Association($0.value) }
  }

  /// - Parameter made: what was not there before: it goes to whom the service becomes
  private static func listen(
    _ settings: ServiceSettings, _ log: ServiceLog, _ made: inout [[UInt8]]
  ) -> ControlSocket? {
    guard let path = settings.control.value else { return nil }
    if let end = path.lastIndex(of: UInt8(ascii: "/")) {
      let folder = Array(path[..<end])
      if FileNames.makeFolder(folder) { made.append(folder) }
    }
    do throws(SystemError) {
      let socket = try ControlSocket(path)
      made.append(path)
      return socket
    } catch {
      log.say(.notice) { text in
        text.append("no control socket: " as StaticString)
        text.append(path)
        text.append(": " as StaticString)
        text.append(SystemError.text(error.code))
      }
      return nil
    }
  }

  /// Until somebody ends it.
  func measure() {
    try? streams.start()
    control?.start()
    var poller = Poller()
    if let timer = guest.timer { poller.alarm(timer.number) }
    var loop = Loop(environment(poller), [], recorder, start: start)
    loop.interval = settings.watch.value
    step(&loop)
    if measured.isEmpty { hello() }
    manager.tell("READY=1\nSTATUS=measuring")
    while !Host.wasInterrupted {
      let now = LocalReading.now().raw
      loop.turns(until: now + care)
      if Host.hangups != hangups { reload(&loop) }
      control?.requests { answer($0, loop) }
      step(&loop)
      recorder.settle(.now())
      signOfLife()
    }
    manager.tell("STOPPING=1")
    let end = loop.end()
    recorder.settle(end)
    control?.stop()
    streams.stop()
    log.finish()
  }

  private func environment(_ poller: Poller) -> Environment {
    var poller = poller
    let (control, random) = (control, random)
    let hangups = hangups
    return Environment(
      read: { .now() }, random: random.next,
      wait: { length, wanted in (try? poller.wait(length, for: wanted)) ?? .nothing },
      isInterrupted: {
        Host.wasInterrupted || Host.hangups != hangups || control?.hasRequests == true
      },
      local: guest.local)
  }

  // MARK: References

  /// Looks after each reference; where one has a new target, the loop goes on with that.
  /// - Parameter isOther: it has to in any case
  private func step(_ loop: inout Loop, isOther: Bool = false) {
    let now = LocalReading.now().raw
    var gone: [Target] = []
    var isNew = isOther
    for association in associations {
      let old = association.target
      switch association.step(now, names, random.next(), { target($0, now) }) {
      case .nothing: break
      case .failed: tellFailure(association)
      case .connected:
        isNew = true
        if let old { gone.append(old) }
        log.say(.info) { text in
          text.append("reference " as StaticString)
          text.append(association.info.name)
          text.append(old == nil ? " is asked at " as StaticString : " did not answer; asked at ")
          text.append(association.info.address)
        }
      }
    }
    guard isNew else { return }
    loop.leave(gone)
    adopt(&loop)
    hello()
  }

  /// The loop goes on with the targets that there are now.
  private func adopt(_ loop: inout Loop) {
    measured = associations.filter { $0.target != nil }
    var poller = Poller()
    var targets: [Target] = []
    for association in measured {
      guard let target = association.target, let socket = association.socket else { continue }
      target.index = poller.add(socket.number)
      targets.append(target)
    }
    if let timer = guest.timer { poller.alarm(timer.number) }
    recorder.set(measured.map { $0.info })
    loop = Loop(continuing: loop, environment(poller), targets, recorder)
    loop.interval = settings.watch.value
  }

  /// Its queries begin at a random moment of their interval: thousands of guests on one host, or behind one switch that comes
  /// back, do not ask together.
  private func target(_ association: Association, _ now: Instant<Raw>) -> Target {
    let wanted = association.settings
    let phase = random.next().multipliedFullWidth(by: UInt64(max(wanted.interval.count, 1))).high
    let plan = Query.Plan(count: nil, slowCount: nil, duration: Self.endless, timeout: wanted.timeout)
    let politeness = Politeness(
      scope: association.scope, rateAgreed: wanted.rateAgreed, wished: wanted.interval)
    let limits = Limits(warning: settings.warning.value, critical: settings.critical.value)
    return Target(
      index: 0, transport: association.socket!,
      query: Query(plan, politeness, start: now + Nanoseconds(Int64(phase))),
      tally: Tally(
        limits, span: wanted.interval, timeout: wanted.timeout, start: grid.unit(of: now), grid: grid),
      place: association.scope == .loopback ? .thisGuest : .elsewhere)
  }

  /// A hundred years.
  static let endless = Nanoseconds.seconds(3_155_760_000)

  private func tellFailure(_ association: Association) {
    guard let failure = association.failure else { return }
    log.say(.warning) { text in
      text.append("reference " as StaticString)
      text.append(association.settings.target.name)
      text.append(" cannot be asked: " as StaticString)
      text.append(failure)
      text.append("; tried again" as StaticString)
    }
  }

  private func hello() {
    let reading = LocalReading.now()
    var hello = Hello(
      header: Header(seq: 0, time: reading.realtime, raw: reading.raw), version: Version.text,
      host: Host.name,
      kernel: Host.kernel, clocksource: Host.clocksource, references: measured.map { $0.info },
      interval: measured.reduce(ReferenceSettings.defaultInterval) { min($0, $1.settings.interval) },
      timeout: measured.reduce(.seconds(1)) { max($0, $1.settings.timeout) },
      warning: settings.warning.value, critical: settings.critical.value)
    hello.previous = streams.previous
    hello.service = ServiceFacts(user: Rights.user, capabilities: Rights.held.words)
    recorder.begin(hello, GuestSurvey(measured.map { $0.question }))
  }

  // MARK: Asked by others

  private func signOfLife() {
    guard let watchdog = manager.watchdog else { return }
    let now = LocalReading.now().raw
    guard watchdog < .seconds(2) || now - lifeSign >= min(watchdog, .seconds(30)) else { return }
    lifeSign = now
    manager.tell("WATCHDOG=1")
  }

  private func answer(_ request: ControlRequest, _ loop: Loop) {
    switch request {
    case .mark(let text):
      recorder.mark(text, .now())
    case .status:
      var text = ByteWriter(capacity: 4096)
      text.json(
        ServiceStatus(
          probe: settings.probe.value, run: run, elapsed: LocalReading.now().raw - start, seq: recorder.seq,
          refused: recorder.refused, settings: settings, associations: associations, measured: measured,
          windows: recorder.last))
      control?.answer(text.bytes)
    }
  }

  /// SIGHUP. What is the same goes on without a gap; a broken file changes nothing.
  private func reload(_ loop: inout Loop) {
    hangups = Host.hangups
    var text = ByteWriter()
    text.append("RELOADING=1\nMONOTONIC_USEC=" as StaticString)
    text.append(LocalReading.now().monotonic.nanoseconds / 1000)
    manager.tell(text.bytes)
    defer { manager.tell("READY=1\nSTATUS=measuring") }
    let next: ServiceSettings
    switch read() {
    case .invalid(let problems, let sources):
      complain(problems, sources)
      log.say(.error, again: true) {
        $0.append("the configuration is refused; the one before stays in force" as StaticString)
      }
      loop.leave([])
      adopt(&loop)
      return
    case .valid(let settings), .unconfigured(let settings): next = settings
    }
    let old = settings
    settings = next
    log.set(next.log.value)
    var kept = associations
    associations = next.references.map { wanted in
      guard let place = kept.firstIndex(where: { $0.settings.isSame(as: wanted.value) }),
        old.hasSameLimits(as: next)
      else { return Association(wanted.value) }
      return kept.remove(at: place)
    }
    let gone = kept.compactMap { $0.target }
    loop.leave(gone)
    if !old.hasSameStreams(as: next) { streams.change(to: next, recorder) }
    streams.writer.reopen()
    step(&loop, isOther: true)
    log.say(.notice, again: true) { $0.append("the configuration was read anew" as StaticString) }
    tellNotObeyed()
  }
}
