/// What an exchange was read from, where it was not made by this process.
public enum RecordedFormat: UInt8, CaseIterable, Sendable {
  /// Our own stream, schema timeprobe/1.
  case timeprobe
  /// ntpd's or NTPsec's: T1 to T4, by the local clock alone.
  case rawstats
  /// chrony's measurements.log: offset, delay and a second.
  case chrony

  public var name: StaticString {
    switch self {
    case .timeprobe: "timeprobe"
    case .rawstats: "rawstats"
    case .chrony: "chrony"
    }
  }
}
