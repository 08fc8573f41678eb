import CShim

extension KernelClock {
  /// adjtimex(2), which sets nothing here; nil where a sandbox refuses it even for reading.
  public static func read() -> KernelClock? {
    var state = tp_timex()
    guard tp_adjtimex_read(&state) == 0 else { return nil }
    let pending = Nanoseconds(state.offset)
    return KernelClock(
      rate: Self.rate(tick: state.tick, frequency: state.freq),
      pending: state.status & Int32(tp_timex_nano) != 0 ? pending : pending.scaled(by: 1000),
      leap: Leap(result: state.time_state), tai: Int32(clamping: state.tai),
      isUnsynchronised: state.status & Int32(tp_timex_unsynchronised) != 0)
  }
}

extension Clocks {
  /// BOOTTIME - MONOTONIC, to what the readings took; in a time namespace also what that shifts the two by.
  public static func suspended() -> Nanoseconds {
    let reading = tp_read_boottime()
    let bracket = Nanoseconds(reading.monotonic_after) - Nanoseconds(reading.monotonic_before)
    return Nanoseconds(reading.boottime) - Nanoseconds(reading.monotonic_before) - bracket.half
  }
}
