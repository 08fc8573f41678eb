/// `timeprobe --clocks`.
public struct ClocksSettings: Sendable {
  /// The references, and how they are asked. Its format and output are this mode's too.
  public var burst = BurstSettings()
  public var duration = Self.defaultDuration

  /// Whether to go through all clocksources: the only thing that timeprobe ever changes about a clock.
  public var switches = false

  public static let defaultDuration = Nanoseconds.seconds(1)

  public init() {}
}
