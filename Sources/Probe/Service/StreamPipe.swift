/// Ring, spool, streams and their thread, as the configuration in force has them.
final class StreamPipe {
  let writer: StreamWriter
  private var ring: Ring
  private var notices = DropNotices()
  private let run: RunName
  private let world: StreamWorld
  private var spool: SpoolSettings?
  /// The run before this one, as the spool has it.
  let previous: (run: RunName, seq: UInt64)?

  init(_ settings: ServiceSettings, _ run: RunName, _ log: ServiceLog) throws(SystemError) {
    ring = Ring(capacity: Self.room(settings))
    self.run = run
    let wake = try Event()
    let answered = try Event()
    let names = NameDesk()
    world = StreamWorld.system(resolve: { host in
      switch names.ask(host, nil) {
      case .pending: .pending
      case .addresses(let addresses): .addresses(addresses)
      case .failed: .failed
      }
    })
    spool = settings.spool.value
    let feeder = Self.feeder(settings, ring, notices, world, run)
    let found = feeder.spool.found
    previous = found.run.flatMap { $0 == run ? nil : ($0, found.seq) }
    writer = try StreamWriter(feeder, wake: wake, answered: answered, log)
  }

  private static func feeder(
    _ settings: ServiceSettings, _ ring: Ring, _ notices: DropNotices, _ world: StreamWorld, _ run: RunName
  ) -> Feeder {
    let spool = settings.spool.value
    return Feeder(
      settings.streams.map { $0.value }, ring: ring, notices: notices, world: world, run: run,
      store: spool.map { SpoolFolder($0.folder) },
      limits: spool.map { SpoolLimits(size: UInt64($0.size), age: $0.age) } ?? SpoolLimits())
  }

  private static func origin(_ settings: ServiceSettings, _ run: RunName) -> Origin {
    Origin(
      probe: String(decoding: settings.probe.value, as: UTF8.self), run: (run.high, run.low),
      labels: settings.labels.map { ($0.value.key, $0.value.value) })
  }

  /// A second of records at the rate that is asked for, and then some: the disk may be slow for so long.
  static func room(_ settings: ServiceSettings) -> Int {
    var perSecond: Int64 = 0
    for reference in settings.references {
      perSecond += 1_000_000_000 / max(reference.value.interval.count, 1)
    }
    return 64 * 1024 + Int(min(perSecond, 4000)) * 900
  }

  private static func wantsSamples(_ settings: ServiceSettings) -> Bool {
    settings.streams.contains { stream in
      let plan = stream.value
      return plan.kinds.contains(.samples) || plan.around != nil || plan.format == .prometheus
    }
  }

  func start() throws(SystemError) { try Thread.start(writer) }

  func stop() { writer.stop() }

  func recorder(_ settings: ServiceSettings) -> ServiceRecorder {
    let entrance = RecordEntrance(
      Self.origin(settings, run), ring, notices, streams: settings.streams.map { $0.value.name })
    return ServiceRecorder(
      entrance, ring, writer.wake, wantsSamples: Self.wantsSamples(settings), settings.windows.value)
  }

  /// The same run with other streams: the recorder writes for these at once, and the writer's thread takes them up when it
  /// has done with what was written before. Nobody waits.
  func change(to settings: ServiceSettings, _ recorder: ServiceRecorder) {
    ring = Ring(capacity: Self.room(settings))
    notices = DropNotices()
    let plans = settings.streams.map { $0.value }
    recorder.change(
      Self.origin(settings, run), ring, notices, streams: plans.map { $0.name },
      wantsSamples: Self.wantsSamples(settings), settings.windows.value)
    var change = StreamChange(plans: plans, ring: ring, notices: notices, make: nil)
    if settings.spool.value != spool {
      spool = settings.spool.value
      let (ring, notices, world, run) = (ring, notices, world, run)
      change.make = { Self.feeder(settings, ring, notices, world, run) }
    }
    writer.change(change)
  }
}
