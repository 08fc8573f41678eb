/// Bytes of a record in each format, as measured with one reference at an IPv4 address and short names
/// (docs/operating.md, "Sizing"); a label adds its key and its value to each of them.
struct RecordSizes: Sendable {
  var sample: Int64
  var window: Int64
  var event: Int64

  static func of(_ format: StreamFormat) -> RecordSizes {
    switch format {
    case .jsonl: RecordSizes(sample: 800, window: 890, event: 380)
    case .influx: RecordSizes(sample: 760, window: 890, event: 320)
    case .rawstats: RecordSizes(sample: 160, window: 0, event: 0)
    case .csv: RecordSizes(sample: 90, window: 0, event: 0)
    case .syslog: RecordSizes(sample: 0, window: 1020, event: 380)
    case .prometheus: RecordSizes(sample: 0, window: 0, event: 0)
    }
  }

  /// Of prometheus' file: what it has once, and for each reference.
  static let prometheusBase: Int64 = 4400
  static let prometheusReference: Int64 = 2400
}
