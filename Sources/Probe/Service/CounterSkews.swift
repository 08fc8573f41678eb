/// The counters of the other processors against the first one's: in a thread of its own, for it is bound to that.
final class CounterSkews: ClockWorker, @unchecked Sendable {
  private(set) var base: Int?
  private(set) var skews: [CounterSkew] = []
  private(set) var reason: ClockReason?
  /// What was measured, in ticks, by processor.
  private var bounds: [(processor: Int, bounds: SkewBounds)] = []

  static let rounds = 2000
  /// One pair's time, and all pairs'.
  static let share = Nanoseconds.milliseconds(20)
  static let total = Nanoseconds.milliseconds(500)
  static let processors = 64

  init(_ plan: SurveyPlan, stop: Event) throws(SystemError) { try super.init(plan, stop: stop, entries: []) }

  override func measure() {
    guard Counter.state == .readable else {
      reason = .words("there is no counter to read")
      return
    }
    guard let allowed = Processors.allowed, let first = allowed.first else {
      reason = .words("the kernel does not tell which processors there are")
      return
    }
    let online = list("online") ?? allowed
    let known =
      list("possible").map { possible in possible.filter { isWorthALine($0, online, allowed) } } ?? allowed
    do throws(SystemError) { try Processors.run(on: first) } catch {
      reason = .call(error.call, error.code)
      return
    }
    base = first
    let deadline = LocalReading.now().raw + Self.total
    for processor in known where processor != first {
      guard skews.count < Self.processors - 1 else { break }
      let skew: CounterSkew.Outcome
      if !online.contains(processor) {
        skew = .offline
      } else if !allowed.contains(processor) {
        skew = .notAllowed
      } else {
        skew = measure(processor, deadline)
      }
      skews.append(CounterSkew(processor: processor, outcome: skew))
    }
  }

  /// "Possible" counts what could be plugged in one day; what is there has a folder.
  private func isWorthALine(_ processor: Int, _ online: [Int], _ allowed: [Int]) -> Bool {
    online.contains(processor) || allowed.contains(processor) || isPresent.contains(processor)
  }

  private lazy var isPresent: [Int] = list("present") ?? []

  private func list(_ name: String) -> [Int]? {
    guard let line = TextFile.line(plan.paths.sys + "/devices/system/cpu/" + name) else { return nil }
    return ProcessorText.list(line.span)
  }

  private func measure(_ processor: Int, _ deadline: Instant<Raw>) -> CounterSkew.Outcome {
    let now = LocalReading.now().raw
    guard now < deadline else { return .skipped }
    var found = SkewBounds()
    do throws(SystemError) {
      try CounterPair.play(with: processor, rounds: Self.rounds, until: min(deadline, now + Self.share)) {
        found.add(sent: $0, other: $1, received: $2)
      }
    } catch {
      return .failed(error.code)
    }
    guard found.rounds > 0 else { return .skipped }
    bounds.append((processor, found))
    // In ticks, until somebody knows how long one is.
    return .bounds(low: Nanoseconds(found.low), high: Nanoseconds(found.high), rounds: found.rounds)
  }

  /// The bounds in ns, by the counter's frequency; without one they stay unknown.
  func concluded(frequency: Double?) -> [CounterSkew] {
    skews.map { skew in
      guard case .bounds(_, _, let rounds) = skew.outcome,
        let found = bounds.first(where: { $0.processor == skew.processor })?.bounds
      else { return skew }
      if found.contradictions > 0 {
        return CounterSkew(processor: skew.processor, outcome: .inconsistent(rounds: rounds))
      }
      guard let frequency, frequency > 0 else {
        return CounterSkew(processor: skew.processor, outcome: .skipped)
      }
      return CounterSkew(
        processor: skew.processor,
        outcome: .bounds(
          low: Self.length(found.low, frequency), high: Self.length(found.high, frequency), rounds: rounds))
    }
  }

  /// Rounded outwards by 1 ns.
  private static func length(_ ticks: Int64, _ frequency: Double) -> Nanoseconds {
    let length = Double(ticks) * 1e9 / frequency
    guard length.magnitude < 9e18 else { return length < 0 ? .min : .max }
    return Nanoseconds(Int64(length) + (length < 0 ? -1 : 1))
  }
}
