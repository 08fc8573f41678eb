import CShim

/// R, C, M and again R, read with nothing in between; nanoseconds of each clock.
public struct ClockReading: Sendable {
  public var rawBefore: Instant<Raw>
  public var realtime: Instant<Realtime>
  public var monotonic: Instant<Monotonic>
  public var rawAfter: Instant<Raw>
}

public enum Clocks {
  /// Four vDSO calls, 150 to 200 ns in all where the clocksource has a vDSO mode.
  @inline(__always)
  public static func read() -> ClockReading {
    let reading = tp_read_clocks()
    return ClockReading(
      rawBefore: Instant(nanoseconds: reading.raw_before),
      realtime: Instant(nanoseconds: reading.realtime),
      monotonic: Instant(nanoseconds: reading.monotonic),
      rawAfter: Instant(nanoseconds: reading.raw_after))
  }
}
