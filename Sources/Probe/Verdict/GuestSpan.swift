/// What the guest's own clocks and counters showed of a window's time.
public struct GuestSpan: Equatable, Sendable {
  /// M against R, on average; positive = faster than R. nil: it was not read at both ends.
  public var rate: Rate?
  /// `rate` is true to +- this.
  public var rateError: Rate?
  /// By how much each counter grew.
  public var load = LoadCounters()
  public var pressure = PressureCounters()

  public init() {}
}

/// Clocks and counters as they were at the end of a second.
struct GuestMark: Sendable {
  /// The end that was due; the reading is the first after it.
  var due: Instant<Raw>
  var reading: LocalReading
  var load: LoadCounters
  var pressure: PressureCounters

  func span(since earlier: GuestMark) -> GuestSpan {
    var span = GuestSpan()
    let length = reading.raw - earlier.reading.raw
    if length > .zero {
      let measured = SlewWatch.rate(
        from: .monotonicOverRaw(earlier.reading), earlier.reading.raw, to: .monotonicOverRaw(reading),
        reading.raw)
      (span.rate, span.rateError) = (measured.rate, measured.error)
    }
    span.load = load.growth(since: earlier.load)
    span.pressure = pressure.growth(since: earlier.pressure)
    return span
  }
}

/// The marks that windows which are still open need, in memory that is taken once.
struct GuestMarks: Sendable {
  let grid: WindowGrid
  private var seconds: [GuestMark] = []
  private var next = 0
  private var minutes: [GuestMark] = []
  private var nextMinute = 0
  private let first: GuestMark
  /// The newest end that has a mark.
  private(set) var last: Instant<Raw>
  private let room: Int

  static let roomForMinutes = 4

  /// - Parameter patience: of the windows
  init(_ first: GuestMark, patience: Nanoseconds) {
    self.first = first
    last = first.due
    grid = WindowGrid(start: first.due)
    room = Int(min(max(patience, .zero).count / WindowGrid.second.count, 62)) + 4
    seconds.reserveCapacity(room)
    minutes.reserveCapacity(Self.roomForMinutes)
  }

  mutating func add(_ mark: GuestMark) {
    last = max(last, mark.due)
    Self.keep(mark, &seconds, &next, room)
    if grid.minute(of: mark.due) == mark.due { Self.keep(mark, &minutes, &nextMinute, Self.roomForMinutes) }
  }

  private static func keep(_ mark: GuestMark, _ marks: inout [GuestMark], _ next: inout Int, _ room: Int) {
    if marks.count < room { marks.append(mark) } else { marks[next] = mark }
    next = next + 1 == room ? 0 : next + 1
  }

  /// nil: no longer kept, or nobody was there to look.
  private func mark(at due: Instant<Raw>) -> GuestMark? {
    if due == first.due { return first }
    for mark in seconds where mark.due == due { return mark }
    for mark in minutes where mark.due == due { return mark }
    return nil
  }

  func span(_ from: Instant<Raw>, _ to: Instant<Raw>) -> GuestSpan {
    guard let before = mark(at: from), let after = mark(at: to) else { return GuestSpan() }
    return after.span(since: before)
  }
}
