import CShim

/// The processor's own counter: the TSC of x86, the generic timer of arm64.
public enum Counter {
  public enum State: Sendable {
    case readable
    case absent
    /// prctl(2), PR_SET_TSC.
    case forbidden
  }

  public static var state: State {
    switch tp_counter_state() {
    case 1: .readable
    case 0: .absent
    default: .forbidden
    }
  }

  /// Ticks. Only where `state` is `readable`.
  @inline(__always)
  public static func read() -> UInt64 { tp_counter() }

  /// Ticks a second as the processor states them; nil where it does not (x86).
  public static var statedFrequency: UInt64? {
    let frequency = tp_counter_frequency()
    return frequency == 0 ? nil : frequency
  }
}
