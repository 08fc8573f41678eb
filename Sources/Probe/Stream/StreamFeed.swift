/// One stream: reads the records from its own place in the spool, takes those it wants, and puts them out.
public final class StreamFeed {
  public let plan: StreamPlan
  /// Its place in the configuration.
  var index: Int
  private var selection: Selection
  private var formatter: LineFormatter
  private let outlet: any Outlet
  private let metrics: PrometheusOutlet?
  private let history: LineHistory?
  private var record = RecordLine()
  private var held = RecordLine()
  private var text = ByteWriter(capacity: 2048)

  /// The next line's place.
  public private(set) var place: UInt64
  /// The last line's run and number.
  private var latest: (run: RunName, seq: UInt64)?
  /// Up to here lines are only looked at, for what they say of those that follow.
  private var quietUntil: UInt64
  /// Lines are missing before the next one; this one was the last before.
  private var gap: (run: RunName, seq: UInt64)?
  private var isGap = false
  private var lost: StreamDrop?
  private var lostSince: Instant<Boottime>?
  private var saved: SpoolCursor?

  public private(set) var lines: UInt64 = 0
  public private(set) var dropped: UInt64 = 0
  /// Lines of the spool that are no records.
  public private(set) var bad: UInt64 = 0

  /// Held for events: 64 samples, or what the memory of a flight recorder may be.
  static let leastHistory = 64 * 1024

  /// - Parameters:
  ///   - start: where it begins
  ///   - isSaved: because it stopped there before
  public init(
    _ plan: StreamPlan, _ index: Int, _ outlet: any Outlet, _ metrics: PrometheusOutlet?, history: Int,
    _ start: SpoolCursor, isSaved: Bool, _ spool: Spool
  ) {
    (self.plan, self.index, self.outlet, self.metrics) = (plan, index, outlet, metrics)
    selection = Selection(plan)
    formatter = LineFormatter(plan)
    self.history = plan.around.map { LineHistory(capacity: max(history, Self.leastHistory), length: $0) }
    place = start.place
    quietUntil = place
    latest = (start.run, start.seq)
    outlet.put(Span<UInt8>(), RecordMark(place: start.place, run: start.run, seq: start.seq))
    guard isSaved else { return }
    saved = start
    prime(spool)
  }

  /// Begins so far before its place that it knows what it knew there: the samples that it held, and what `hello` said.
  private func prime(_ spool: Spool) {
    quietUntil = place
    if plan.format == .rawstats { place = spool.beginning(ofRunAt: place) }
    guard history != nil else { return }
    let back = UInt64(SpoolLimits.batch)
    place = min(place, max(spool.start, quietUntil > back ? quietUntil - back : 0))
  }

  // MARK: Records

  /// Its outlet takes more.
  var hasRoom: Bool { outlet.isReady }

  /// Takes from the spool what its outlet has room for.
  /// - Parameter most: lines, so that the others have their turn
  /// - Returns: there is more that it could take
  public func pull(_ spool: Spool, _ most: Int) -> Bool {
    var left = most
    while left > 0, outlet.isReady {
      let reading = spool.read(at: place) { lines in self.take(lines, &left) }
      switch reading {
      case .used(0), .atEnd: return false
      case .used(let count): place += UInt64(count)
      case .moved(let next):
        // In the middle of a line, after a start before its place, or where lines are gone.
        if place >= quietUntil { noteGap() }
        place = next
      }
    }
    return left == 0 && outlet.isReady
  }

  private func take(_ lines: borrowing Span<UInt8>, _ left: inout Int) -> Int {
    var used = 0
    lines.withUnsafeBytes { bytes in
      while left > 0, outlet.isReady, used < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
        guard let length = ByteSearch.first(10, in: rest) else { break }
        let line = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: rest[..<length]))
        take(line: line, from: place + UInt64(used), behind: place + UInt64(used + length + 1))
        used += length + 1
        left -= 1
      }
    }
    return used
  }

  private func take(line: borrowing Span<UInt8>, from start: UInt64, behind: UInt64) {
    let isQuiet = start < quietUntil
    guard record.read(line) == nil, let kind = RecordKind(record, line), let run = RunName(record, line),
      let number = record[.seq], number > 0
    else {
      // What a start before its place begins with is half a line.
      if !isQuiet { bad += 1 }
      return
    }
    let mark = RecordMark(place: behind, run: run, seq: UInt64(number))
    if !isQuiet { find(mark) }
    latest = (run, mark.seq)
    if kind == .hello { formatter.learn(record, line) }
    text.removeAll()
    switch selection.choose(kind, record, line) {
    case .leave: break
    case .send: send(line, isQuiet)
    case .hold:
      if let raw = record.instant(.raw, Raw.self) { history?.push(line, raw, mark.seq) }
    case .sendWithHeld(let since):
      let missing = history?.drain(since: since) { held in
        guard !isQuiet, self.held.read(held) == nil else { return }
        if self.formatter.write(self.held, held, to: &self.text) { self.lines += 1 }
      }
      if let missing, !isQuiet {
        lose(.held, run, from: missing.from, to: missing.to, count: missing.to - missing.from + 1)
      }
      send(line, isQuiet)
    }
    guard !isQuiet else { return }
    let bytes = text.bytes
    outlet.put(bytes.span, mark)
  }

  private func send(_ line: borrowing Span<UInt8>, _ isQuiet: Bool) {
    guard !isQuiet else { return }
    if let metrics {
      metrics.add(record, line)
      lines += 1
    } else if formatter.write(record, line, to: &text) {
      lines += 1
    }
  }

  // MARK: What it lost

  private func noteGap() {
    guard !isGap else { return }
    (isGap, gap) = (true, latest)
  }

  /// Lines before this one are gone: which.
  private func find(_ mark: RecordMark) {
    guard isGap else { return }
    defer { (isGap, gap) = (false, nil) }
    let first = gap.map { $0.run == mark.run ? $0.seq + 1 : 1 } ?? mark.seq
    guard mark.seq > first else { return }
    lose(.spool, mark.run, from: first, to: mark.seq - 1, count: mark.seq - first)
  }

  func lose(_ reason: StreamDrop.Reason, _ run: RunName, from: UInt64, to: UInt64, count: UInt64) {
    guard count > 0 else { return }
    dropped += count
    if var lost, lost.reason == reason, lost.run == run {
      (lost.from, lost.to) = (min(lost.from, from), max(lost.to, to))
      lost.count += count
      self.lost = lost
    } else if lost == nil {
      lost = StreamDrop(reason, stream: index, run: run, from: from, to: to, count: count)
    } else {
      // One is told a second; more kinds than one in it are rare, and the count of all holds.
      lost?.count += count
    }
  }

  /// A line that memory could not hold any longer, nor the disk.
  func lose(_ line: borrowing Span<UInt8>, at place: UInt64) {
    guard place >= self.place else { return }
    guard record.read(line.extracting(0..<line.count - 1)) == nil, let run = RunName(record, line),
      let kind = RecordKind(record, line), let seq = record[.seq], seq > 0
    else { return }
    self.place = place + UInt64(line.count)
    latest = (run, UInt64(seq))
    if selection.choose(kind, record, line) == .leave { return }
    lose(.memory, run, from: UInt64(seq), to: UInt64(seq), count: 1)
  }

  /// A segment goes that it has not read to its end: what of it was wanted is lost.
  func lose(before end: UInt64, in spool: Spool) {
    while place < end {
      let reading = spool.read(at: place) { lines in
        var used = 0
        lines.withUnsafeBytes { bytes in
          while let length = ByteSearch.first(10, in: UnsafeRawBufferPointer(rebasing: bytes[used...])) {
            let line = UnsafeRawBufferPointer(rebasing: bytes[used..<used + length])
            self.count(Span<UInt8>(_unsafeBytes: line), at: self.place + UInt64(used))
            used += length + 1
            if used == bytes.count { break }
          }
        }
        return used
      }
      switch reading {
      case .used(let count) where count > 0: place += UInt64(count)
      case .moved(let next): place = next
      default: place = end
      }
    }
  }

  private func count(_ line: borrowing Span<UInt8>, at start: UInt64) {
    guard start >= quietUntil, record.read(line) == nil, let kind = RecordKind(record, line),
      let run = RunName(record, line), let seq = record[.seq], seq > 0
    else { return }
    latest = (run, UInt64(seq))
    if selection.choose(kind, record, line) == .leave { return }
    lose(.spool, run, from: UInt64(seq), to: UInt64(seq), count: 1)
  }

  /// Tells once a second; keeps it where there is no room.
  func tell(_ notices: DropNotices, _ now: Instant<Boottime>, run: RunName, isLast: Bool) {
    if let drop = outlet.takeDrop() {
      lose(drop.reason, drop.run, from: drop.from, to: drop.to, count: drop.count)
    }
    guard var told = lost else { return }
    let since = lostSince ?? now
    lostSince = since
    guard isLast || now - since >= .seconds(1) else { return }
    if told.run == run { told.run = nil }
    if notices.push(told) { (lost, lostSince) = (nil, nil) }
  }

  var hasLost: Bool { lost != nil }

  // MARK: Its turn

  func step(_ world: StreamWorld, _ spool: Spool) {
    outlet.step(world)
    guard let mark = outlet.takeRewind() else { return }
    // What is in the spool no more was sent once, and is not known to have been read.
    place = mark.place
    latest = (mark.run, mark.seq)
    selection.restart()
    history?.removeAll()
    prime(spool)
  }

  /// To be written down, where it has changed.
  func cursor() -> SpoolCursor? {
    guard let mark = outlet.confirmed else { return nil }
    let cursor = SpoolCursor(place: mark.place, run: mark.run, seq: mark.seq)
    return cursor == saved ? nil : cursor
  }

  func hasSaved(_ cursor: SpoolCursor) { saved = cursor }

  /// A restart goes on where it stopped. Standard output and UDP have nobody who would know what they missed, and
  /// figures begin anew.
  var keepsCursor: Bool { Self.keepsCursor(plan) }

  static func keepsCursor(_ plan: StreamPlan) -> Bool {
    switch plan.destination {
    case .file: plan.format != .prometheus
    case .unix, .unixgram, .tcp: true
    case .standardOutput, .udp: false
    }
  }

  var wait: (number: Int32, writes: Bool)? { outlet.wait }
  var wake: Instant<Boottime>? { outlet.wake }
  public var state: OutletState { outlet.state }
  func reopen() { outlet.reopen() }
}
