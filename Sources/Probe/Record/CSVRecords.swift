/// `--format csv`: a header, then one line a sample. Seconds with nine decimals, because that is what gnuplot and
/// allantools read as they are. `unix_time`, `offset` and `delay` are the names that ntpstats looks for.
/// A loss has no offset: it has no line (the counts are in the other formats).
extension ByteWriter {
  public mutating func csvHeader() {
    append("unix_time,offset,delay,bound_low,bound_high,reference\n" as StaticString)
  }

  /// `unix_time` is T4, the moment that the bounds are for.
  public mutating func csv(_ sample: Sample, _ reference: ReferenceInfo) {
    append(seconds: sample.exchange.receive.at.nanoseconds)
    column(sample.exchange.offset)
    column(sample.exchange.delay)
    column(sample.boundLow)
    column(sample.boundHigh)
    append(byte: UInt8(ascii: ","))
    append(csvField: reference.name)
    append(byte: UInt8(ascii: "\n"))
  }

  private mutating func column(_ length: Nanoseconds) {
    append(byte: UInt8(ascii: ","))
    append(seconds: length.count)
  }

  /// RFC 4180 section 2: quoted only where it has to be, a quote doubled.
  mutating func append(csvField text: String) {
    let start = count
    append(text)
    var mustQuote = false
    for place in start..<count {
      switch bytes[place] {
      case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n"): mustQuote = true
      default: break
      }
    }
    guard mustQuote else { return }
    truncate(to: start)
    append(byte: UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { append(byte: byte) }
      append(byte: byte)
    }
    append(byte: UInt8(ascii: "\""))
  }
}
