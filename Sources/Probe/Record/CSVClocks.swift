/// `--clocks -f csv`: a header, then one line a clock; with references one for each of them.
/// Lengths in ns, rates in ppm; what is not known is empty.
extension ByteWriter {
  public mutating func csv(_ report: ClockReport) {
    append(
      """
      clocksource,clock,state,read_min_ns,read_median_ns,bracket_min_ns,bracket_median_ns,step_ns,backward,\
      rate_ppm,rate_low_ppm,rate_high_ppm,frequency_hz,offset_ns,offset_low_ns,offset_high_ns,offset_from,\
      reference,against_ppm,against_low_ppm,against_high_ppm,driver,why

      """ as StaticString)
    for table in report.tables {
      for clock in table.clocks {
        if table.references.isEmpty { line(table, clock, nil, nil) }
        for (index, reference) in table.references.enumerated() {
          line(table, clock, reference, index < clock.against.count ? clock.against[index] : nil)
        }
      }
    }
  }

  private mutating func line(
    _ table: ClockTable, _ clock: ClockEntry, _ reference: ClockReference?, _ against: RateBound?
  ) {
    append(csvField: table.clocksource)
    next { $0.append(csvField: clock.name) }
    next { $0.append(clock.state.name) }
    for length in [
      clock.cost?.min, clock.cost?.median, clock.bracket?.min, clock.bracket?.median, clock.step,
    ] { next { $0.cell(length) } }
    next { if clock.readings > 0 { $0.append(clock.backward) } }
    for rate in [clock.rate?.best, clock.rate?.low, clock.rate?.high] { next { $0.cell(rate) } }
    next { text in if let frequency = clock.frequency { text.append(hertz: frequency) } }
    for length in [clock.offset?.middle, clock.offset?.low, clock.offset?.high] { next { $0.cell(length) } }
    next { text in if let offset = clock.offset { text.append(offset.from) } }
    next { text in if let reference { text.append(csvField: reference.info.name) } }
    for rate in [against?.best, against?.low, against?.high] { next { $0.cell(rate) } }
    next { $0.append(csvField: clock.driver) }
    next { text in
      guard let reason = clock.reason else { return }
      var words = ByteWriter(capacity: 96)
      words.append(reason)
      text.append(csvField: String(decoding: words.bytes, as: UTF8.self))
    }
    append(byte: UInt8(ascii: "\n"))
  }

  private mutating func next(_ write: (inout ByteWriter) -> Void) {
    append(byte: UInt8(ascii: ","))
    write(&self)
  }

  private mutating func cell(_ length: Nanoseconds?) { if let length { append(length.count) } }

  private mutating func cell(_ rate: Rate?) { if let rate { append(ppm: rate) } }
}
