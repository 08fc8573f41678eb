/// Bytes of a record in each format, as measured with one reference at an IPv4 address and short names
/// (docs/operating.md, "Sizing"); a label adds its key and its value to each of them.
struct RecordSizes: Sendable {
  var sample: Int64
  var window: Int64
  var event: Int64

  static func of(_ format: StreamFormat) -> RecordSizes {
    switch format {
    case .jsonl: RecordSizes(sample: 800, window: 1300, event: 400)
    case .influx: RecordSizes(sample: 620, window: 1100, event: 330)
    case .rawstats: RecordSizes(sample: 160, window: 0, event: 0)
    case .csv: RecordSizes(sample: 90, window: 0, event: 0)
    case .syslog: RecordSizes(sample: 0, window: 1000, event: 420)
    case .prometheus: RecordSizes(sample: 0, window: 0, event: 0)
    }
  }

  /// Of prometheus' file: what it has once, and for each reference.
  static let prometheusBase: Int64 = 1500
  static let prometheusReference: Int64 = 3000
}
