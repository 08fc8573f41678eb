/// `timeprobe --clocks`.
public struct ClocksSettings: Sendable {
  /// The references, and how they are asked. Its format and output are this mode's too.
  public var burst = BurstSettings()
  public var duration = Self.defaultDuration

  public static let defaultDuration = Nanoseconds.seconds(1)

  public init() {}
}
