/// Exchanges as they were written down, made into what the engine takes. Where a log has no reading of R, **R is taken
/// to be C**: what then shows as a jump of g may be one of C, and nobody can tell. docs/method.md, "Replay".
extension Exchange {
  /// - Parameters:
  ///   - query: a count from 1, which the line does not have
  ///   - shift: added to C to have R, which goes on where C was set back
  public init(_ line: RawstatsLine, query: UInt64, shift: Nanoseconds) {
    let reply = line.reply
    self.init(
      query: query, onC: line.t1, line.t4, shift, line.t2, line.t3,
      ServerState(
        leap: reply?.leap ?? 0, stratum: reply?.stratum ?? 0,
        referenceID: reply?.referenceID ?? ReferenceID(bits: 0), rootDelay: reply?.rootDelay ?? .zero,
        rootDispersion: reply?.rootDispersion ?? .zero,
        precision: reply.map { Precision(exponent: $0.precision) } ?? .unknown, poll: reply?.poll ?? 0),
      sources: (.unknown, .unknown))
    recorded = .rawstats
    // Both values of each difference were written with so many digits; a nanosecond of it is in every bound.
    resolution = line.resolution > Nanoseconds(1) ? line.resolution.scaled(by: 2) : .zero
  }

  /// The exchange that has this offset and this delay around the middle of the second: T2 = T3.
  public init(_ line: ChronyLine, query: UInt64, shift: Nanoseconds) {
    let middle = line.second + .milliseconds(500)
    let half = line.delay.half
    let sent = middle - half
    let server = Instant<ReferenceTime>(nanoseconds: middle.nanoseconds) + line.offset
    self.init(
      query: query, onC: sent, sent + line.delay, shift, server, server,
      ServerState(
        leap: line.leap, stratum: line.stratum, referenceID: line.referenceID, rootDelay: line.rootDelay,
        rootDispersion: line.rootDispersion, precision: .unknown),
      sources: (StampSource(chrony: line.transmit), StampSource(chrony: line.receive)))
    recorded = .chrony
    resolution = line.dispersion + line.rounding + Self.chronyMoment + Nanoseconds(1)
  }

  /// S and R may have drifted so far apart in the half second by which the moment of the exchange is not known.
  static let chronyMoment = Assumption.largestDrift.over(.milliseconds(500))

  private init(
    query: UInt64, onC sent: Instant<Realtime>, _ received: Instant<Realtime>, _ shift: Nanoseconds,
    _ t2: Instant<ReferenceTime>, _ t3: Instant<ReferenceTime>, _ server: ServerState,
    sources: (StampSource, StampSource)
  ) {
    self.init(
      query: query, sent: LocalReading(onC: sent, shift), received: LocalReading(onC: received, shift),
      transmit: Stamp(at: sent, source: sources.0), serverReceive: t2, serverTransmit: t3,
      receive: Stamp(at: received, source: sources.1), server: server, step: .zero)
  }
}

extension LocalReading {
  /// C alone was read: R is C and a shift.
  public init(onC realtime: Instant<Realtime>, _ shift: Nanoseconds) {
    let raw = Instant<Raw>(nanoseconds: realtime.nanoseconds) + shift
    self.init(
      rawBefore: raw, realtime: realtime, monotonic: Instant(nanoseconds: realtime.nanoseconds), rawAfter: raw
    )
  }
}

extension StampSource {
  /// As the last columns of chrony's log have it.
  init(chrony letter: UInt8) {
    switch letter {
    case UInt8(ascii: "D"): self = .user
    case UInt8(ascii: "K"): self = .kernel
    case UInt8(ascii: "H"): self = .hardware
    default: self = .unknown
    }
  }

  fileprivate init(_ text: borrowing Span<UInt8>, _ range: Range<Int>?) {
    switch range.map({ $0.isEmpty ? 0 : text[$0.lowerBound] }) ?? 0 {
    case UInt8(ascii: "u") where range?.count == 4: self = .user
    case UInt8(ascii: "k"): self = .kernel
    case UInt8(ascii: "h"): self = .hardware
    default: self = .unknown
    }
  }
}

// MARK: Our own records

extension Exchange {
  /// A `sample`, so that the bounds come out as they were: R4 is `raw`, R1 is `elapsed_ns` earlier, and the readings are
  /// such that the mapping errors are those written down. nil: a key is missing, or the numbers
  /// contradict each other.
  @_optimize(speed)
  public init?(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let t1 = line.instant(.t1, Realtime.self), let t4 = line.instant(.t4, Realtime.self),
      let t2 = line.instant(.t2, ReferenceTime.self), let t3 = line.instant(.t3, ReferenceTime.self),
      let arrived = line.instant(.raw, Raw.self), let query = line[.query], query >= 0
    else { return nil }
    let exponent = line[.precision].map { Int8(clamping: $0) } ?? .min
    let stratum = UInt8(clamping: line[.stratum] ?? 0)
    let server = ServerState(
      leap: UInt8(clamping: line[.leap] ?? 3) & 3, stratum: stratum,
      referenceID: line.text(.refid).map { ReferenceID(text.extracting($0), stratum: stratum) }
        ?? ReferenceID(bits: 0), rootDelay: line.length(.rootDelay) ?? .zero,
      rootDispersion: line.length(.rootDispersion) ?? .zero, precision: Precision(exponent: exponent),
      poll: Int8(clamping: line[.poll] ?? 0))
    let mapTransmit = max(line.length(.mapTransmit) ?? Nanoseconds(1), Nanoseconds(1))
    let mapReceive = max(line.length(.mapReceive) ?? Nanoseconds(1), Nanoseconds(1))
    let step = line[.torn] == 1 ? line.length(.step) ?? .zero : .zero
    let departed = Self.departure(line, t1, t4, arrived)
    // A stamp of this process's own is its reading.
    let sentBefore = line.length(.localTransmit) ?? .zero
    let receivedAfter = line.length(.localReceive) ?? .zero
    let sent = LocalReading(
      raw: departed - sentBefore, realtime: t1 - sentBefore, mapping: mapTransmit, over: sentBefore,
      step: .zero)
    let received = LocalReading(
      raw: arrived + receivedAfter, realtime: t4 + receivedAfter, mapping: mapReceive, over: receivedAfter,
      step: step)
    self.init(
      query: UInt64(query), sent: sent, received: received,
      transmit: Stamp(at: t1, source: StampSource(text, line.text(.tx))), serverReceive: t2,
      serverTransmit: t3,
      receive: Stamp(at: t4, source: StampSource(text, line.text(.rx))), server: server, step: step)
    resolution = max((line.length(.stamps) ?? Bound.stampError) - Bound.stampError, .zero)
    if let word = line.text(.recorded), !word.isEmpty {
      recorded = text[word.lowerBound] == UInt8(ascii: "c") ? .chrony : .rawstats
    }
    // Nothing that a computer has written differs so much; and no sum below leaves its range.
    let farthest = Nanoseconds.seconds(1 << 32)
    guard (t4 - t1).magnitude < farthest, (t3 - t2).magnitude < farthest,
      t2.ahead(of: t1).magnitude < farthest,
      (arrived - departed).magnitude < farthest, departed <= arrived + .seconds(1)
    else { return nil }
  }

  /// R1: R4 less what the exchange took on R. A stream without that: as far before R4 as T1 is before T4.
  @inline(__always)
  private static func departure(
    _ line: borrowing RecordLine, _ t1: Instant<Realtime>, _ t4: Instant<Realtime>, _ arrived: Instant<Raw>
  ) -> Instant<Raw> {
    if let elapsed = line.length(.elapsed) { return arrived - elapsed }
    return arrived - ((t4 - t1) + (line[.torn] == 1 ? line.length(.step) ?? .zero : .zero))
  }
}

extension LocalReading {
  /// A reading whose bracket is such that a stamp at this distance is laid onto R with this error.
  /// - Parameter step: by how much C was set since the reading before, with the sign of an offset
  fileprivate init(
    raw: Instant<Raw>, realtime: Instant<Realtime>, mapping: Nanoseconds, over distance: Nanoseconds,
    step: Nanoseconds
  ) {
    let slewed = Assumption.largestSlew.over(distance.magnitude)
    let half = max(mapping - Nanoseconds(1) - slewed, .zero)
    self.init(
      rawBefore: raw - half, realtime: realtime,
      monotonic: Instant(nanoseconds: (Nanoseconds(raw.nanoseconds) + step).count), rawAfter: raw + half)
  }
}
