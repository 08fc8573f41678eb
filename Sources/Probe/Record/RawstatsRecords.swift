/// `--format rawstats`: the 17 columns that ntpd writes (ntp 4.2.8, ntp_util.c, record_raw_stats):
///
///     MJD seconds server us T1 T2 T3 T4 leap version mode stratum poll precision rootdelay rootdisp refid
///
/// After them ntpd 4.2.8 writes the extension fields that a reply had, and NTPsec three counters of its own
/// (1.2: lost, dropped, flags); of neither is there anything to tell here. Only samples have a line, as in ntpd.
extension ByteWriter {
  public mutating func rawstats(_ sample: Sample, _ reference: ReferenceInfo) {
    let exchange = sample.exchange
    let server = exchange.server
    rawstats(date: sample.header.time)
    column(address: reference.address)
    column(address: reference.source)
    column(exchange.transmit.at)
    column(exchange.serverReceive)
    column(exchange.serverTransmit)
    column(exchange.receive.at)
    // Of an old log that has only these: as it was.
    guard server.isKnown else { return append(byte: UInt8(ascii: "\n")) }
    column(Int64(server.leap))
    // The checks let no other version and mode pass.
    column(4)
    column(4)
    column(Int64(server.stratum))
    column(Int64(server.poll))
    column(Int64(server.precision.exponent))
    column(microseconds: server.rootDelay)
    column(microseconds: server.rootDispersion)
    column(server.referenceID, stratum: server.stratum)
    append(byte: UInt8(ascii: "\n"))
  }

  /// Modified Julian Day, and the seconds past its midnight, cut to milliseconds so that they never reach 86400.
  private mutating func rawstats(date: Instant<Realtime>) {
    let (day, past) = date.modifiedJulianDay
    append(day)
    append(byte: UInt8(ascii: " "))
    append(UInt64(past.count / 1_000_000_000))
    append(byte: UInt8(ascii: "."))
    append(UInt64(past.count / 1_000_000 % 1000), digits: 3)
  }

  private mutating func column(_ number: Int64) {
    append(byte: UInt8(ascii: " "))
    append(number)
  }

  private mutating func column(address: String) {
    append(byte: UInt8(ascii: " "))
    if address.utf8.isEmpty {
      append(byte: UInt8(ascii: "-"))
    } else {
      append(address)
    }
  }

  /// NTP seconds, of the era that the instant is in: they begin again at 0 in 2036, as ntpd's do.
  private mutating func column<Scale>(_ instant: Instant<Scale>) {
    let (seconds, rest) = instant.nanoseconds.flooredQuotientAndRemainder(1_000_000_000)
    append(byte: UInt8(ascii: " "))
    append(UInt64(UInt32(truncatingIfNeeded: seconds + NTPTime.unixEpoch)))
    append(byte: UInt8(ascii: "."))
    append(UInt64(rest), digits: 9)
  }

  /// Seconds with six decimals, to the nearest. The length was rounded up to a nanosecond when it was read from
  /// its 16 bits of fraction, so half a microsecond exactly means a little less.
  private mutating func column(microseconds length: Nanoseconds) {
    let (whole, rest) = Swift.max(0, length.count).quotientAndRemainder(dividingBy: 1000)
    let total = whole + (rest > 500 ? 1 : 0)
    append(byte: UInt8(ascii: " "))
    append(UInt64(total / 1_000_000))
    append(byte: UInt8(ascii: "."))
    append(UInt64(total % 1_000_000), digits: 6)
  }

  /// ".GPS." for a kind of clock, an address for a server (refid_str in numtoa.c). A space would shift the columns.
  private mutating func column(_ id: ReferenceID, stratum: UInt8) {
    append(byte: UInt8(ascii: " "))
    scratch.removeAll(keepingCapacity: true)
    id.append(to: &scratch, stratum: stratum)
    if stratum < 2 { append(byte: UInt8(ascii: ".")) }
    for index in scratch.indices {
      let byte = scratch[index]
      append(byte: byte > 0x20 && byte < 0x7f ? byte : UInt8(ascii: "?"))
    }
    if stratum < 2 { append(byte: UInt8(ascii: ".")) }
  }
}
