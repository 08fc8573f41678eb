/// Ring, spool, streams and their thread, as one configuration has them.
final class StreamPipe {
  let writer: StreamWriter
  private let ring: Ring
  private let notices = DropNotices()
  private let entrance: RecordEntrance
  /// The run before this one, as the spool has it.
  let previous: (run: RunName, seq: UInt64)?

  /// - Parameter seq: of the last record of this run
  init(_ settings: ServiceSettings, _ run: RunName, after seq: UInt64, _ log: ServiceLog) throws(SystemError)
  {
    ring = Ring(capacity: Self.room(settings))
    let wake = try Event()
    let answered = try Event()
    let plans = settings.streams.map { $0.value }
    let names = NameDesk()
    let world = StreamWorld.system(resolve: { host in
      switch names.ask(host, nil) {
      case .pending: .pending
      case .addresses(let addresses): .addresses(addresses)
      case .failed: .failed
      }
    })
    let spool = settings.spool.value
    let feeder = Feeder(
      plans, ring: ring, notices: notices, world: world, run: run,
      store: spool.map { SpoolFolder($0.folder) },
      limits: spool.map { SpoolLimits(size: UInt64($0.size), age: $0.age) } ?? SpoolLimits())
    let found = feeder.spool.found
    previous = found.run.flatMap { $0 == run ? nil : ($0, found.seq) }
    writer = try StreamWriter(feeder, wake: wake, answered: answered, log)
    let origin = Origin(
      probe: String(decoding: settings.probe.value, as: UTF8.self), run: (run.high, run.low),
      labels: settings.labels.map { ($0.value.key, $0.value.value) })
    entrance = RecordEntrance(origin, ring, notices, streams: plans.map { $0.name }, after: seq)
  }

  /// A second of records at the rate that is asked for, and then some: the disk may be slow for so long.
  static func room(_ settings: ServiceSettings) -> Int {
    var perSecond: Int64 = 0
    for reference in settings.references {
      perSecond += 1_000_000_000 / max(reference.value.interval.count, 1)
    }
    return 64 * 1024 + Int(min(perSecond, 4000)) * 900
  }

  func start() throws(SystemError) { try Thread.start(writer) }

  func stop() { writer.stop() }

  func recorder(_ settings: ServiceSettings) -> ServiceRecorder {
    let wantsSamples = settings.streams.contains { stream in
      let plan = stream.value
      return plan.kinds.contains(.samples) || plan.around != nil || plan.format == .prometheus
    }
    return ServiceRecorder(
      entrance, ring, writer.wake, wantsSamples: wantsSamples, settings.windows.value)
  }
}
