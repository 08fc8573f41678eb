/// What the readings of one clock come to, in constant memory.
struct ClockTrack {
  var line: ClockLine
  private(set) var steps = StepStatistics()
  /// One of each block.
  private var brackets: [Nanoseconds] = []
  private var costs: [Nanoseconds] = []
  private var tightestBracket = Nanoseconds.max
  /// Readings that are compared with another clock's.
  private(set) var offset: ClockOffset?
  private(set) var readings: UInt64 = 0
  private var nextFigure = Instant<Raw>(nanoseconds: .min)
  private let span: Nanoseconds

  /// - Parameter span: between two blocks
  init(span: Nanoseconds) {
    self.span = span
    line = ClockLine(span: span)
  }

  mutating func add(_ reading: CrossReading) {
    readings += 1
    line.add(reading)
    steps.add(reading.value)
    tightestBracket = min(tightestBracket, reading.bracket)
    guard reading.before >= nextFigure, brackets.count < Self.kept else { return }
    nextFigure = reading.before + span
    brackets.append(reading.bracket)
  }

  static let kept = 256

  /// Readings with nothing in between.
  mutating func add(run values: ArraySlice<Int64>) {
    for value in values { steps.add(value) }
  }

  /// What one reading costs.
  mutating func add(cost: Nanoseconds) { if costs.count < Self.kept { costs.append(max(cost, .zero)) } }

  /// The narrowest is kept: what a clock reads more than another changes with both.
  mutating func add(offset low: Nanoseconds, _ high: Nanoseconds, from name: StaticString) {
    if let held = offset, held.high - held.low <= high - low { return }
    offset = ClockOffset(low: low, high: high, from: name)
  }

  /// How far a coarse clock is behind the one that it is a copy of: the least and the most that was seen.
  mutating func addLag(_ value: Int64, _ before: Int64, _ after: Int64, of name: StaticString) {
    let here = Nanoseconds(value)
    let (low, high) = (here - Nanoseconds(after), here - Nanoseconds(before))
    offset = ClockOffset(low: min(offset?.low ?? low, low), high: max(offset?.high ?? high, high), from: name)
  }

  /// What C read on either side of a reading; nil where C was stepped in between.
  mutating func addOffset(_ value: Int64, _ before: LocalReading, _ after: LocalReading) {
    guard after.step(since: before) == .zero else { return }
    let here = Nanoseconds(value)
    add(
      offset: here - Nanoseconds(after.realtime.nanoseconds), here - Nanoseconds(before.realtime.nanoseconds),
      from: "REALTIME")
  }

  /// Fills in the figures, the rate and the state. `line` has to have its unit and grains.
  func conclude(_ entry: inout ClockEntry, coarsest: Nanoseconds = .zero) {
    entry.readings = steps.readings
    entry.bracket = Spread(brackets)
    if entry.bracket != nil { entry.bracket?.min = tightestBracket }
    entry.cost = Spread(costs)
    entry.backward = steps.backward
    if steps.backward > 0 { entry.furthestBack = length(steps.furthestBack) }
    entry.offset = offset
    guard readings > 0 else { return }
    let judgement = ClockJudgement(line, coarsest: coarsest)
    entry.state = judgement.state
    entry.jump = judgement.jump.map { length($0) }
    entry.wander = judgement.wander
    switch judgement.state {
    case .frozen, .stepped: break
    default: entry.rate = line.rate()
    }
  }

  /// Of a value in the clock's unit.
  func length(_ value: Int64) -> Nanoseconds {
    guard line.unit != 1 else { return Nanoseconds(value) }
    let length = Double(value) * line.unit
    return Nanoseconds(length.magnitude < 9e18 ? Int64(length + (length < 0 ? -0.5 : 0.5)) : .max)
  }
}
