/// What is to be said of a clock beside its numbers.
public enum ClockState: UInt8, Sendable {
  case ok
  /// It never moved while R did.
  case frozen
  /// Its rate is more than 1000 ppm off.
  case fast
  case slow
  /// It runs against the time.
  case reversed
  /// It jumped, and went on at its rate.
  case stepped
  /// No one rate fits: it was slewed, or wanders.
  case unsteady
  /// It says what cannot be: see `why`.
  case implausible
  /// It is there, and cannot be read: see `why`.
  case unreadable
  /// It was asked and did not answer in time.
  case blocked
  /// There is none here.
  case absent

  public var name: StaticString {
    switch self {
    case .ok: "ok"
    case .frozen: "frozen"
    case .fast: "fast"
    case .slow: "slow"
    case .reversed: "reversed"
    case .stepped: "stepped"
    case .unsteady: "unsteady"
    case .implausible: "implausible"
    case .unreadable: "unreadable"
    case .blocked: "blocked"
    case .absent: "absent"
    }
  }

  /// A rate past this is called wrong: the kernel itself steers by 500 ppm, and no crystal is as bad.
  public static let farOff = Rate.partsPerMillion(1000)
}

/// The state of a clock by its readings, and by how much it jumped where it did.
public struct ClockJudgement: Equatable, Sendable {
  public var state: ClockState
  /// The sum of its jumps, forward positive; in the clock's unit.
  public var jump: Int64?
  /// How much the rate changed at most; nil where it did not.
  public var wander: Rate?

  /// Beyond the brackets: what a clock may stray from its usual rate over a gap before it is called a jump.
  static let tolerance = Rate.partsPerMillion(100)
  static let floor = Nanoseconds.microseconds(1)
  /// Fewer readings tell no jump from a change of rate.
  static let needed = 8
  /// A clock that stands still for less may only be coarse.
  static let patience = Nanoseconds.milliseconds(50)

  /// - Parameter coarsest: the clock's own step, where it is known to have a long one; it comes late, too, so that
  ///   no jump is looked for
  public init(_ line: ClockLine, coarsest: Nanoseconds = .zero) {
    let readings = line.readings
    state = .ok
    guard let first = readings.first, let last = readings.last else { return }
    if readings.allSatisfy({ $0.value == first.value }) {
      if last.before - first.after >= max(Self.patience, coarsest.scaled(by: 2)) { state = .frozen }
      return
    }
    if coarsest == .zero { judge(jumpsOf: readings, line) }
    if state == .ok || state == .unsteady, let rate = line.rate() { judge(rate) }
  }

  private mutating func judge(_ rate: RateBound) {
    if rate.high < Rate.partsPerMillion(-1_000_000) {
      state = .reversed
    } else if rate.low > ClockState.farOff {
      state = .fast
    } else if rate.high < Rate(partsPerTrillion: -ClockState.farOff.partsPerTrillion) {
      state = .slow
    }
  }

  private mutating func judge(jumpsOf readings: [CrossReading], _ line: ClockLine) {
    guard readings.count >= Self.needed else { return }
    let usual = Self.median(zip(readings, readings.dropFirst()).map { line.slope($0, $1) })
    var odd = 0
    var sum = 0.0
    var wander = 0.0
    for (first, second) in zip(readings, readings.dropFirst()) {
      let elapsed = Double((second.middle - first.middle).count)
      let stray = (line.slope(first, second) - usual) * elapsed
      let allowed =
        Double((first.bracket + second.bracket + line.rawGrain + Self.floor).count) + line.grain * line.unit
        + Double(Self.tolerance.partsPerTrillion) * 1e-12 * elapsed
      guard stray.magnitude > allowed, elapsed > 0 else { continue }
      odd += 1
      sum += stray
      wander = max(wander, stray.magnitude / elapsed)
    }
    guard odd > 0 else { return }
    if odd * 8 <= readings.count - 1 {
      state = .stepped
      let size = sum / line.unit
      jump = size.magnitude < 9e18 ? Int64(size + (size < 0 ? -0.5 : 0.5)) : (size < 0 ? .min : .max)
    } else {
      state = .unsteady
      self.wander = Rate(fraction: wander)
    }
  }

  private static func median(_ values: [Double]) -> Double {
    var sorted: [Double] = []
    for value in values {
      var place = sorted.count
      while place > 0, sorted[place - 1] > value { place -= 1 }
      sorted.insert(value, at: place)
    }
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}

extension ClockLine {
  /// The gain from one reading to the next by their middles, as a fraction.
  func slope(_ first: CrossReading, _ second: CrossReading) -> Double {
    let elapsed = Double((second.middle - first.middle).count)
    guard elapsed > 0 else { return 0 }
    return Double((Nanoseconds(second.value) - Nanoseconds(first.value)).count) * unit / elapsed - 1
  }
}
