@testable import Probe

/// How the guest treats the probe. Lengths of true time.
struct GuestPlan {
  /// Of one clock read, in ns.
  var readingCost = 25.0
  /// That the probe is preempted within a reading; and for how long in the mean, in ns.
  var preemption = 0.0
  var preemptedMean = 200_000.0
  /// From an event to the probe running, in ns: a floor and an exponential part.
  var wakeFloor = 2000.0
  var wakeMean = 3000.0
  /// The probe does not run; the clocks do.
  var stalls: [(at: Nanoseconds, length: Nanoseconds)] = []
  /// The same, and the counters tell who took the time.
  var taken: [(at: Nanoseconds, length: Nanoseconds, taker: Taker)] = []
  /// What the guest's kernel and hypervisor tell besides the clocks; nil: nothing.
  var evidence: EvidencePlan?
  /// When somebody asks the probe to end.
  var interrupt: Nanoseconds?

  /// Before R, between R and C, C and M, M and R'.
  func readingPauses(_ dice: inout Dice) -> [Nanoseconds] {
    var pauses = (0..<4).map { _ in readingCost * (1 + 0.5 * dice.unit()) }
    if preemption > 0, dice.chance(preemption) {
      pauses[Int(dice.pick(0...3))] += dice.exponential(mean: preemptedMean)
    }
    return pauses.map { Nanoseconds(Int64($0)) }
  }
}
