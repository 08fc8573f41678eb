import CShim
import Synchronization

/// Two threads, each on a processor of its own, that pass a word to and fro and read their counters in between.
///
///     here:   sent | ball = n ................... ball seen | received
///     there:            ball seen | other | ball = n + 1
public final class CounterPair: ThreadBody, @unchecked Sendable {
  private let there: Int
  /// Even: here is to play. Odd: there is. `over` ends it.
  private let ball = Atomic<UInt32>(0)
  private let other = Atomic<UInt64>(0)
  private let state = Atomic<UInt32>(0)
  private let failure = Atomic<Int32>(0)

  private static let over = UInt32.max
  private static let (ready, failed): (UInt32, UInt32) = (1, 2)
  /// Looks at the ball between two looks at the time.
  private static let patience = 256

  private init(there: Int) { self.there = there }

  /// Plays until the rounds or the time are over, from the calling thread, which is bound to its processor already.
  /// Throws where the other processor cannot be had.
  public static func play(
    with processor: Int, rounds: Int, until deadline: Instant<Raw>,
    _ each: (_ sent: UInt64, _ other: UInt64, _ received: UInt64) -> Void
  ) throws(SystemError) {
    let pair = CounterPair(there: processor)
    try Thread.start(pair)
    defer { pair.ball.store(over, ordering: .releasing) }
    guard pair.isReady(by: deadline) else {
      let code = pair.failure.load(ordering: .acquiring)
      throw SystemError("sched_setaffinity", code == 0 ? timedOut : code)
    }
    for round in 0..<UInt32(clamping: rounds) {
      let sent = Counter.read()
      pair.ball.store(2 * round + 1, ordering: .releasing)
      guard wait(for: 2 * round + 2, pair.ball, until: deadline) else { return }
      let received = Counter.read()
      each(sent, pair.other.load(ordering: .relaxed), received)
    }
  }

  private static let timedOut: Int32 = 110

  private func isReady(by deadline: Instant<Raw>) -> Bool {
    while true {
      switch state.load(ordering: .acquiring) {
      case Self.ready: return true
      case Self.failed: return false
      default:
        guard Clocks.read().rawAfter < deadline else { return false }
        sleepBriefly()
      }
    }
  }

  /// False: the time is over.
  private static func wait(for word: UInt32, _ ball: borrowing Atomic<UInt32>, until deadline: Instant<Raw>)
    -> Bool
  {
    while true {
      for _ in 0..<patience where ball.load(ordering: .acquiring) == word { return true }
      if Clocks.read().rawAfter >= deadline { return false }
    }
  }

  public func run() {
    do throws(SystemError) { try Processors.run(on: there) } catch {
      failure.store(error.code, ordering: .relaxed)
      state.store(Self.failed, ordering: .releasing)
      return
    }
    state.store(Self.ready, ordering: .releasing)
    var next: UInt32 = 1
    var idle = 0
    while true {
      let seen = ball.load(ordering: .acquiring)
      if seen == Self.over { return }
      if seen == next {
        other.store(Counter.read(), ordering: .relaxed)
        ball.store(next + 1, ordering: .releasing)
        next &+= 2
        idle = 0
      } else {
        idle += 1
        // Whoever plays may have been put off its processor: this one is given up from time to time.
        if idle % 65536 == 0 { sleepBriefly() }
      }
    }
  }
}

/// A sleep of some microseconds.
private func sleepBriefly() {
  var none = tp_poll()
  var left: Int64 = 0
  _ = tp_poll(&none, 0, 20_000, &left)
}
