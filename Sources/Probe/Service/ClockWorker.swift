/// What one thread of a survey does: some clocks, until the end or a stop. What it found is looked at only after it
/// has said that it is done; one that does not come back in time is left behind.
class ClockWorker: ThreadBody, @unchecked Sendable {
  let plan: SurveyPlan
  private let done: Event
  private let stop: Event
  /// Written by the thread, read after `done`.
  var entries: [ClockEntry]

  /// - Parameter entries: what is said of its clocks if it never comes back
  init(_ plan: SurveyPlan, stop: Event, entries: [ClockEntry]) throws(SystemError) {
    self.plan = plan
    self.stop = stop
    self.entries = []
    expected = entries
    done = try Event()
  }

  private let expected: [ClockEntry]

  final func run() {
    measure()
    done.post()
  }

  func measure() {}

  /// Sleeps until then; false: it is over.
  final func sleep(until moment: Instant<Raw>) -> Bool {
    var poller = Poller()
    _ = poller.add(stop.number)
    while true {
      let left = min(moment, plan.end) - LocalReading.now().raw
      guard left > .zero else { break }
      if ((try? poller.wait(left)) ?? .nothing).data != 0 { return false }
    }
    return moment < plan.end
  }

  /// Whether it has come back, or does by then.
  final func isDone(by deadline: Instant<Raw>) -> Bool {
    var poller = Poller()
    _ = poller.add(done.number)
    while true {
      let left = max(deadline - LocalReading.now().raw, .zero)
      if ((try? poller.wait(left)) ?? .nothing).data != 0 { return true }
      guard left > .zero else { return false }
    }
  }

  /// What it found; what it was asked for, marked, where it has not come back by then.
  final func result(by deadline: Instant<Raw>) -> [ClockEntry] {
    if isDone(by: deadline) { return entries }
    return expected.map { entry in
      var entry = entry
      entry.state = .blocked
      entry.reason = .words("it did not answer in time")
      return entry
    }
  }
}

/// When a survey's readings are taken.
struct SurveyPlan: Sendable {
  var start: Instant<Raw>
  var duration: Nanoseconds
  var paths: ClockPaths

  var end: Instant<Raw> { start + duration }

  /// From one block to the next: 64 of them, and never so long that a counter of 32 bits could wrap unseen.
  var span: Nanoseconds {
    max(min(Nanoseconds(duration.count / 64), .seconds(10)), .microseconds(100))
  }

  /// Of a clock whose reading is worth more than a few hundred nanoseconds: ten a second at most.
  var slowSpan: Nanoseconds { max(span, min(.milliseconds(100), Nanoseconds(duration.count / 8))) }
}

/// Where the kernel shows its clocks; tests give others.
public struct ClockPaths: Sendable {
  public var dev = "/dev"
  public var sys = "/sys"
  public var proc = "/proc"

  public init() {}

  public init(root: String) {
    dev = root + "/dev"
    sys = root + "/sys"
    proc = root + "/proc"
  }
}
