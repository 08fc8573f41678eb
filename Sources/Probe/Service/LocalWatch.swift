/// The local watch in the loop: asks for evidence where `Watch` wants it, and keeps what it shows until it is
/// recorded. Nothing is allocated after start-up.
struct LocalWatch {
  /// Readings of the clocks are never further apart than this, unless the thread does not run.
  static let interval = Nanoseconds.milliseconds(8)
  /// An alarm is followed by this many readings, of which the tightest tells the size.
  static let closeReadings = 4
  /// The processors' accounts are long on a large machine, and so are read less often.
  static let stealPeriod = Nanoseconds.seconds(1)

  private var watch: Watch
  private let sources: LocalSources
  private var load: LoadCounters
  private var stealAt: Instant<Raw>
  private var continues: Int32
  /// When this thread was last seen to run.
  private var awake: Instant<Raw>
  var events = EventBuffer()

  init(_ reading: LocalReading, _ sources: LocalSources) {
    self.sources = sources
    watch = Watch(reading, sources.look(), sources.counter())
    load = sources.load(true)
    stealAt = reading.raw
    continues = sources.continues()
    awake = reading.rawAfter
  }

  /// Before a sleep. The work since the last turn takes far less than a stall, unless somebody kept this thread from it: a
  /// cgroup's limit is met while its processes run.
  @inline(__always)
  mutating func rest(_ reading: LocalReading) {
    if reading.rawBefore - awake >= Stall.threshold { interrupted(reading) }
  }

  /// The thread did other work until now.
  mutating func awoke(_ reading: LocalReading) { awake = reading.rawAfter }

  private mutating func interrupted(_ reading: LocalReading) {
    var tick = Tick(reading, due: awake)
    let now = sources.continues()
    if now != continues { tick.stopped = awake }
    continues = now
    if let stall = Watch.stall(tick) { account(stall, reading) }
  }

  /// One turn of the loop.
  /// - Parameters:
  ///   - reading: of this turn; a better one takes its place where C was set
  ///   - due: until when the thread meant to sleep
  ///   - ready: what ended the sleep
  @_optimize(speed)
  mutating func turn(
    _ reading: inout LocalReading, due: Instant<Raw>, _ ready: Ready, _ read: () -> LocalReading
  ) -> Unseen {
    var tick = Tick(reading, due: due)
    if ready.isAlarmed && sources.wasSet() {
      tick.wasSet = true
      reading = Self.tightest(read)
      tick.reading = reading
    }
    let now = sources.continues()
    if now != continues {
      // The kernel wrote down what was left of the sleep when the signal came that stopped the process. Of a stop
      // outside of the sleep nobody noted the beginning, but its length is right: the sleep began that much late.
      tick.stopped = min(due - (ready.left ?? .zero), reading.rawBefore)
      continues = now
    }
    watch.add(tick, into: &events, takeLook: sources.look)
    // A stall's counters are asked before anything else reads them anew.
    if let stall = Watch.stall(tick) { account(stall, reading) }
    if watch.wantsCounter(reading.raw) { count(reading) }
    awake = reading.rawAfter
    return watch.takeUnseen()
  }

  private static func tightest(_ read: () -> LocalReading) -> LocalReading {
    var best = read()
    for _ in 1..<closeReadings {
      let next = read()
      if next.bracket < best.bracket { best = next }
    }
    return best
  }

  private mutating func count(_ reading: LocalReading) {
    watch.add(sources.counter(), reading, into: &events)
    refresh(reading.raw)
  }

  private mutating func refresh(_ now: Instant<Raw>) {
    let wantsSteal = now - stealAt >= Self.stealPeriod
    let steal = load.steal
    load = sources.load(wantsSteal)
    if wantsSteal { stealAt = now } else { load.steal = steal }
  }

  private mutating func account(_ stall: Stall, _ reading: LocalReading) {
    let now = sources.load(true)
    events.keep(Watch.event(stall, now.growth(since: load), reading))
    load = now
    stealAt = reading.raw
  }
}
