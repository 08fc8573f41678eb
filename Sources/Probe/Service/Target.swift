/// One reference under measurement: its queries, its way, and what they came to.
final class Target {
  /// Its place among the loop's targets, and its descriptor's in the poller.
  var index: Int
  let transport: any Transport
  var query: Query
  var tally: Tally
  /// C - R as read since the last query ended.
  var watched = Watched()
  let place: CauseWatch.Place
  /// The instrument's own floor has no verdict.
  var isJudged = true
  /// All of the measurement, once it is over.
  var whole: WindowReport?
  private var outgoing = QueryBytes()

  init(index: Int, transport: any Transport, query: Query, tally: Tally, place: CauseWatch.Place = .elsewhere)
  {
    self.place = place
    self.index = index
    self.transport = transport
    self.query = query
    self.tally = tally
  }

  /// The bytes of a query with this random transmit timestamp.
  func packet(_ cookie: NTPTime) -> [UInt8] {
    outgoing.set(cookie)
    return outgoing.bytes
  }
}

/// A query as it is sent (RFC 5905 section 7.3, data minimised); only the transmit timestamp changes.
private struct QueryBytes {
  private(set) var bytes = [UInt8](repeating: 0, count: NTPPacket.headerSize)

  init() {
    var span = bytes.mutableSpan
    NTPPacket.query(cookie: .zero).write(to: &span)
  }

  mutating func set(_ cookie: NTPTime) {
    var span = bytes.mutableSpan
    NTPPacket.write(transmitTime: cookie, to: &span)
  }
}
