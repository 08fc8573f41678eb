@testable import Probe

/// What the guest's kernel does with stamps and sends.
struct KernelPlan {
  /// From the call to the stamp, as in a full queue of the guest: mean in ns.
  var queueing = 0.0
  /// A send waits for its stamp, and an arrival that has its stamp for the probe, by up to `by`.
  var heldOut: Surge?
  var heldBack: Surge?
  /// No stamp of a send.
  var transmitMissing = 0.0
  /// The stamp of a send comes to the error queue late; by how much in the mean, in ns.
  var transmitLate = 0.0
  var lateMean = 3_000_000.0
  /// The stamp comes twice; the second, of a device further down, is a little later.
  var transmitDoubled = 0.0
  /// No stamp of an arrival.
  var receiveMissing = 0.0
  /// That a send fails, whether or not it takes a number.
  var sendFailure = 0.0
  /// Moments at which every send fails.
  var sendsFail: [(from: Nanoseconds, to: Nanoseconds)] = []
  var sendError: Int32 = SystemError.noBufferSpace

  func fails(_ now: Moment, _ dice: inout Dice) -> Bool {
    let elapsed = now - .beginning
    if dice.chance(sendFailure) { return true }
    return sendsFail.contains { $0.from <= elapsed && elapsed < $0.to }
  }
}
