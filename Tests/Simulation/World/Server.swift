@testable import Probe

/// The reference: an NTP server on the clock S.
struct ServerPlan {
  /// From the query's arrival to the reply's departure: floor and exponential part in ns.
  var processingFloor = 5000.0
  var processingMean = 4000.0
  /// How long before the true departure T3 is taken at the most, in ns (basic mode).
  var transmitEarly = 3000.0
  /// log2 of seconds.
  var precision: Int8 = -24
  /// Stamps are cut to the precision, as a server with a coarse clock does; else to 2^-32 s.
  var quantised = false
  /// It holds queries for longer.
  var surge: Surge?
  var silent = 0.0
  /// An ICMP error in place of a reply; with so many bytes of the query.
  var refused = 0.0
  var refusedBytes = 48
  /// Changes the reply to the n-th query that arrives, from 1.
  var alter: ((_ query: UInt64, _ reply: inout NTPPacket) -> Void)?

  func reply(
    _ query: NTPPacket, _ number: UInt64, received: Instant<ReferenceTime>, sent: Instant<ReferenceTime>
  )
    -> NTPPacket
  {
    var reply = NTPPacket(
      leap: 0, version: 4, mode: NTPPacket.Mode.server, stratum: 1, poll: query.poll,
      precision: Precision(exponent: precision), rootDelay: NTPShort(bits: 0),
      rootDispersion: NTPShort(bits: 1),
      referenceID: ReferenceID(ascii: "GPS"), referenceTime: stamp(received - .seconds(4)),
      originTime: query.transmitTime, receiveTime: stamp(received), transmitTime: stamp(sent))
    alter?(number, &reply)
    return reply
  }

  private func stamp(_ instant: Instant<ReferenceTime>) -> NTPTime {
    guard quantised else { return NTPTime(instant) }
    let time = NTPTime(instant)
    let lost = UInt64(max(0, min(63, 32 + Int(precision))))
    return NTPTime(bits: (time.bits >> lost) << lost)
  }
}

extension NTPPacket {
  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.headerSize)
    var span = bytes.mutableSpan
    write(to: &span)
    return bytes
  }
}
