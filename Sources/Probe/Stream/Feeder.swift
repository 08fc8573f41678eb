/// The writer's thread, one step at a time: takes lines from the ring, keeps them in the spool, feeds each stream, says
/// what was lost, and says until when there is nothing to do. It alone touches the spool and the streams.
public struct Feeder {
  private var ring: Ring
  private var notices: DropNotices
  private let world: StreamWorld
  private let run: RunName
  public let spool: Spool
  private let hasStore: Bool
  private let history: Int
  public private(set) var feeds: [StreamFeed] = []
  private var spoolLost: StreamDrop?
  private var cursorsDue: Instant<Boottime>?
  private var isBehind = false

  /// In one step, of the ring and of each stream: so that none keeps the others waiting.
  static let most = 4096
  static let cursorPatience = Nanoseconds.seconds(1)

  /// - Parameters:
  ///   - store: nil: nothing is kept but in memory
  ///   - history: bytes that each stream with `around` may hold
  public init(
    _ plans: [StreamPlan], ring: Ring, notices: DropNotices, world: StreamWorld, run: RunName,
    store: (any SpoolStore)?, limits: SpoolLimits, history: Int = 64 * 1024
  ) {
    (self.ring, self.notices, self.world, self.run) = (ring, notices, world, run)
    hasStore = store != nil
    spool = Spool(store, limits, realtime: world.realtime(), boottime: world.now())
    self.history = history
    for (index, plan) in plans.enumerated() { feeds.append(feed(plan, index)) }
  }

  private func feed(_ plan: StreamPlan, _ index: Int) -> StreamFeed {
    let (outlet, metrics) = Self.outlet(plan)
    // One without begins with what comes now.
    var cursor: SpoolCursor?
    if StreamFeed.keepsCursor(plan) {
      cursor = spool.load(SpoolCursor.file(plan.name)).flatMap { SpoolCursor($0) }
    }
    let start = cursor ?? SpoolCursor(place: spool.end, run: run, seq: 0)
    return StreamFeed(plan, index, outlet, metrics, history: history, start, isSaved: cursor != nil, spool)
  }

  /// Other streams over the same spool; one whose plan is the same goes on, with its connection. What is in the ring until
  /// now belongs to the old ones.
  public mutating func change(_ plans: [StreamPlan], ring: Ring, notices: DropNotices) {
    while !self.ring.isEmpty { step() }
    step(isLast: true)
    (self.ring, self.notices) = (ring, notices)
    var old = feeds
    feeds = []
    for (index, plan) in plans.enumerated() {
      if let place = old.firstIndex(where: { $0.plan == plan }) {
        old[place].index = index
        feeds.append(old.remove(at: place))
      } else {
        feeds.append(feed(plan, index))
      }
    }
  }

  private static func outlet(_ plan: StreamPlan) -> (any Outlet, PrometheusOutlet?) {
    switch plan.destination {
    case .file(let path) where plan.format == .prometheus:
      let outlet = PrometheusOutlet(path: path, interval: plan.interval)
      return (outlet, outlet)
    case .standardOutput:
      return (FileOutlet(path: nil, plan.rotation, heading: LineFormatter.heading(plan.format)), nil)
    case .file(let path):
      return (FileOutlet(path: path, plan.rotation, heading: LineFormatter.heading(plan.format)), nil)
    case .unix(let path): return (ConnectedOutlet(.path(path)), nil)
    case .tcp(let host, let port): return (ConnectedOutlet(.host(host, port)), nil)
    case .unixgram(let path): return (DatagramOutlet(.path(path), isSingle: plan.format == .syslog), nil)
    case .udp(let host, let port):
      return (DatagramOutlet(.host(host, port), isSingle: plan.format == .syslog), nil)
    }
  }

  /// - Parameter isLast: the program ends: everything that can go out now does
  public mutating func step(isLast: Bool = false) {
    let now = world.now()
    isBehind = take(now)
    for feed in feeds {
      feed.step(world, spool)
      let before = feed.place
      if feed.pull(spool, Self.most) { isBehind = true }
      feed.step(world, spool)
      // It was full, and what it wrote since has made room.
      if feed.place > before, feed.hasRoom, feed.place < spool.end { isBehind = true }
    }
    keep(now, isLast)
    for feed in feeds { feed.tell(notices, now, run: run, isLast: isLast) }
    if var lost = spoolLost {
      if lost.run == run { lost.run = nil }
      if notices.push(lost) { spoolLost = nil }
    }
    saveCursors(now, isLast)
  }

  /// From the ring into the spool. True: there is more.
  private mutating func take(_ now: Instant<Boottime>) -> Bool {
    let spool = spool
    for _ in 0..<Self.most {
      let drop = ring.pop { line, _, _ -> StreamDrop? in
        var lost: StreamDrop?
        if !spool.append(line), line.count > 0 { Self.count(line, .tooLong, &lost) }
        return lost
      }
      guard let drop else { return false }
      // None of ours is so long; if it cannot even be told, the gap in `seq` is left.
      if let drop { _ = notices.push(drop) }
    }
    return true
  }

  /// To disk, and away with what is too much.
  private mutating func keep(_ now: Instant<Boottime>, _ isLast: Bool) {
    spool.flush(now, world.realtime(), isLast: isLast)
    var lost = spoolLost
    let hasStore = hasStore
    let feeds = feeds
    spool.trimMemory { line, place in
      for feed in feeds { feed.lose(line, at: place) }
      if hasStore { Self.count(line, .memory, &lost) }
    }
    spoolLost = lost
    while let segment = spool.overdue(now) {
      for feed in feeds { feed.lose(before: segment.end, in: spool) }
      spool.removeFirst()
    }
  }

  private static func count(
    _ line: borrowing Span<UInt8>, _ reason: StreamDrop.Reason, _ lost: inout StreamDrop?
  ) {
    var record = RecordLine()
    guard record.read(line.extracting(0..<line.count - 1)) == nil, let run = RunName(record, line),
      let seq = record[.seq], seq > 0
    else { return }
    let number = UInt64(seq)
    if var drop = lost, drop.run == run {
      (drop.from, drop.to) = (min(drop.from, number), max(drop.to, number))
      drop.count += 1
      lost = drop
    } else {
      lost = StreamDrop(reason, stream: nil, run: run, from: number, to: number, count: 1)
    }
  }

  private mutating func saveCursors(_ now: Instant<Boottime>, _ isLast: Bool) {
    guard hasStore else { return }
    if let cursorsDue, now < cursorsDue, !isLast { return }
    cursorsDue = now + Self.cursorPatience
    for feed in feeds where feed.keepsCursor {
      guard let cursor = feed.cursor() else { continue }
      if spool.replace(SpoolCursor.file(feed.plan.name), with: cursor.bytes) { feed.hasSaved(cursor) }
    }
  }

  /// Lines wait that were not taken yet.
  public var hasMore: Bool { !ring.isEmpty }

  // MARK: When next

  /// Descriptors to wait for, and whether for room to write; and until when at the most, nil: until a line comes.
  public func waits() -> (entries: [(number: Int32, writes: Bool)], until: Instant<Boottime>?) {
    let now = world.now()
    var entries: [(number: Int32, writes: Bool)] = []
    var until: Instant<Boottime>? = isBehind ? now : spool.due
    func sooner(_ time: Instant<Boottime>?) {
      guard let time else { return }
      until = min(until ?? time, time)
    }
    for feed in feeds {
      if let entry = feed.wait { entries.append(entry) }
      sooner(feed.wake)
      if feed.hasLost { sooner(now + .seconds(1)) }
      // What the far side acknowledges meanwhile, nobody tells.
      if hasStore, feed.keepsCursor, feed.cursor() != nil { sooner(cursorsDue) }
    }
    if spoolLost != nil { sooner(now + .seconds(1)) }
    return (entries, until)
  }

  /// SIGHUP: files are opened anew, and whoever waits to connect tries now.
  public func reopen() { for feed in feeds { feed.reopen() } }

  public func status() -> [StreamStatus] {
    feeds.map {
      StreamStatus(
        name: $0.plan.name, state: $0.state, lag: spool.end - min($0.place, spool.end), lines: $0.lines,
        dropped: $0.dropped)
    }
  }
}

/// One stream, for --status.
public struct StreamStatus: Equatable, Sendable {
  public var name: [UInt8]
  public var state: OutletState
  /// Bytes of records that it has not taken yet.
  public var lag: UInt64
  /// Records that it took since the start, and those that it lost.
  public var lines: UInt64
  public var dropped: UInt64
}
