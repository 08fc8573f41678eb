/// One reference under measurement: its queries, its way, and what they came to.
final class Target {
  let index: Int
  let transport: any Transport
  var query: Query
  var tally: Tally
  /// C - R as read since the last query ended.
  var watched = RealtimeRange()
  /// The query as it is sent; only the transmit timestamp changes.
  private var packet = [UInt8](repeating: 0, count: NTPPacket.headerSize)

  init(index: Int, transport: any Transport, query: Query, tally: Tally) {
    self.index = index
    self.transport = transport
    self.query = query
    self.tally = tally
  }

  /// The bytes of a query with this random transmit timestamp (RFC 5905 section 7.3, data minimised).
  func packet(_ cookie: NTPTime) -> [UInt8] {
    var span = packet.mutableSpan
    NTPPacket.query(cookie: cookie).write(to: &span)
    return packet
  }
}
