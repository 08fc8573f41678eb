/// Turns one line into the bytes of a stream's format, framed as its destination needs it.
public struct LineFormatter {
  private let format: StreamFormat
  /// RFC 6587 section 3.4.1: the length in front, no line feed.
  private let isCounted: Bool
  private let isBare: Bool
  private var influx = InfluxLine()
  private var syslog: SyslogLine
  private var samples = SampleLine()
  private var message = ByteWriter(capacity: 1024)

  public init(_ plan: StreamPlan) {
    format = plan.format
    syslog = SyslogLine(facility: plan.facility)
    isCounted = plan.format == .syslog && plan.destination.isConnected
    isBare = plan.format == .syslog && plan.destination.isDatagram
  }

  /// What a file begins with.
  public static func heading(_ format: StreamFormat) -> [UInt8] {
    guard format == .csv else { return [] }
    var text = ByteWriter(capacity: 80)
    text.csvHeader()
    return text.bytes
  }

  /// A `hello`, which may not go out itself.
  public mutating func learn(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    if format == .rawstats { samples.learn(line, text) }
  }

  /// - Parameter text: without its line feed
  /// - Returns: false: the format has no words for it, and nothing was written
  public mutating func write(
    _ line: borrowing RecordLine, _ text: borrowing Span<UInt8>, to out: inout ByteWriter
  ) -> Bool {
    switch format {
    case .jsonl:
      out.append(raw: 0..<text.count, text)
      out.append(byte: 10)
      return true
    case .influx: return influx.write(line, text, to: &out)
    case .csv, .rawstats: return samples.write(line, text, as: format, to: &out)
    case .syslog: return writeSyslog(line, text, to: &out)
    case .prometheus: return false
    }
  }

  private mutating func writeSyslog(
    _ line: borrowing RecordLine, _ text: borrowing Span<UInt8>, to out: inout ByteWriter
  ) -> Bool {
    message.removeAll()
    guard syslog.write(line, text, to: &message) else { return false }
    if isCounted {
      out.append(UInt64(message.count))
      out.append(byte: UInt8(ascii: " "))
    }
    out.append(message.bytes)
    if !isCounted, !isBare { out.append(byte: 10) }
    return true
  }
}
