/// What one line came to, before it is known whether it is in order.
struct ReplayItem {
  enum Body {
    case sample(Exchange, Unseen?)
    case loss(Loss)
    /// A reply that failed a check and ended no query.
    case stray(PacketCheck)
    case event(LocalEvent)
    /// A record of a run that says nothing of a query, and its moment.
    case mark(Instant<Raw>)
  }

  var body: Body
  /// By C: what several files are merged by.
  var time: Instant<Realtime>
  /// Places in the tables of tracks and runs.
  var track: Int?
  var run: Int?
  var seq: UInt64?
}

/// Turns lines into items. Holds the tables of what was seen so far.
struct ReplayReader {
  private(set) var tracks: [ReplayTrack] = []
  var runs: [ReplayRun] = []
  private var record = RecordLine()
  /// Of the first `hello`: who measured, and on what.
  private(set) var probe: String?
  private(set) var host = ""
  private(set) var kernel = ""
  private(set) var clocksource: String?
  private(set) var isWithoutReply = false
  /// Most lines have the track of the line before.
  private var latest = 0

  /// Each has its distributions, some 100 kB.
  static let mostTracks = 64

  /// nil: the line is in order and says nothing.
  @_optimize(speed)
  mutating func read(_ text: borrowing Span<UInt8>, hasEnd: Bool) -> Result<ReplayItem?, LineProblem> {
    switch LineKind(text) {
    case .idle: return .success(nil)
    case .unknown: return .failure(text.has(0) ? .binary : .unknown)
    case .record:
      if let problem = record.read(text) { return .failure(text.has(0) ? .binary : problem) }
      return own(text)
    case .rawstats:
      switch RawstatsLine.parse(text, isWhole: hasEnd) {
      case .failure(let problem): return .failure(text.has(0) ? .binary : problem)
      case .success(let line): return rawstats(line, text)
      }
    case .chrony:
      switch ChronyLine.parse(text, isWhole: hasEnd) {
      case .failure(let problem): return .failure(text.has(0) ? .binary : problem)
      case .success(let line): return chrony(line, text)
      }
    }
  }

  // MARK: Logs of other programs

  private mutating func rawstats(
    _ line: RawstatsLine, _ text: borrowing Span<UInt8>
  ) -> Result<ReplayItem?, LineProblem> {
    guard let track = track(.rawstats, run: nil, line.server, text, source: line.local) else {
      return .failure(.tooMany)
    }
    if line.reply == nil { isWithoutReply = true }
    let query = tracks[track].count + tracks[track].losses + 1
    if let loss = line.loss(query) {
      return .success(ReplayItem(body: .loss(loss), time: line.t4, track: track))
    }
    guard line.t1 <= line.t4 else { return .failure(.implausible) }
    let exchange = Exchange(line, query: query, shift: .zero)
    return .success(ReplayItem(body: .sample(exchange, nil), time: line.t4, track: track))
  }

  private mutating func chrony(
    _ line: ChronyLine, _ text: borrowing Span<UInt8>
  ) -> Result<ReplayItem?, LineProblem> {
    guard let track = track(.chrony, run: nil, line.server, text, source: nil) else {
      return .failure(.tooMany)
    }
    let query = tracks[track].count + tracks[track].losses + 1
    let moment = line.second + .milliseconds(500)
    if let (check, isStray) = line.failure {
      let loss = Loss(check, query: query, at: LocalReading(onC: moment, .zero))
      return .success(ReplayItem(body: isStray ? .stray(check) : .loss(loss), time: moment, track: track))
    }
    guard line.delay >= .zero else { return .failure(.implausible) }
    let exchange = Exchange(line, query: query, shift: .zero)
    return .success(ReplayItem(body: .sample(exchange, nil), time: moment, track: track))
  }

  // MARK: Our own records

  private mutating func own(_ text: borrowing Span<UInt8>) -> Result<ReplayItem?, LineProblem> {
    guard let schema = record.text(.schema), text.extracting(schema).is(Schema.name),
      let word = record.text(.kind)
    else { return .failure(.unknown) }
    guard let id = record.run(text), let raw = record.instant(.raw, Raw.self), let seq = record[.seq], seq > 0
    else { return .failure(.malformed) }
    let run = run(id)
    func item(_ body: ReplayItem.Body, _ time: Instant<Realtime>?, _ track: Int? = nil) -> Result<
      ReplayItem?, LineProblem
    > {
      guard let time = time ?? record.moment(text) else { return .failure(.malformed) }
      return .success(ReplayItem(body: body, time: time, track: track, run: run, seq: UInt64(seq)))
    }
    let kind = text.extracting(word)
    if kind.is("sample") {
      guard let name = record.text(.reference), let exchange = Exchange(record, text) else {
        return .failure(.malformed)
      }
      guard let track = track(.timeprobe, run: run, name, text, source: nil) else {
        return .failure(.tooMany)
      }
      return item(.sample(exchange, record.unseen), exchange.received.realtime, track)
    }
    if kind.is("loss") {
      guard let name = record.text(.reference), let loss = Loss(record, text) else {
        return .failure(.malformed)
      }
      guard let track = track(.timeprobe, run: run, name, text, source: nil) else {
        return .failure(.tooMany)
      }
      return item(.loss(loss), nil, track)
    }
    if kind.is("event") {
      // A cause of a later version is no error: keys and names may be added.
      guard let event = LocalEvent(record, text) else { return item(.mark(raw), nil) }
      return item(.event(event), nil)
    }
    if kind.is("hello") { hello(raw, run, text) }
    return item(.mark(raw), nil)
  }

  private mutating func run(_ id: (high: UInt64, low: UInt64)) -> Int {
    // The newest is asked for most.
    if let index = runs.lastIndex(where: { $0.has(id) }) { return index }
    runs.append(ReplayRun(id: id))
    return runs.count - 1
  }

  private mutating func hello(_ raw: Instant<Raw>, _ run: Int, _ text: borrowing Span<UInt8>) {
    runs[run].start = runs[run].start ?? raw
    if let interval = record.length(.interval), interval > .zero { runs[run].interval = interval }
    if let timeout = record.length(.timeout), timeout > .zero { runs[run].timeout = timeout }
    if probe == nil {
      probe = record.string(.probe, text)
      host = record.string(.host, text) ?? ""
      kernel = record.string(.kernel, text) ?? ""
      clocksource = record.string(.clocksource, text)
    }
    guard let list = record.text(.references) else { return }
    for reference in RecordedReferences.read(list, text) {
      let place = findTrack(.timeprobe, run, reference.name) ?? addTrack(.timeprobe, run, reference.name)
      guard let place else { continue }
      tracks[place].info = reference.info
    }
  }

  // MARK: Tracks

  private mutating func track(
    _ format: RecordedFormat, run: Int?, _ word: Range<Int>, _ text: borrowing Span<UInt8>,
    source: Range<Int>?
  ) -> Int? {
    let raw = text.extracting(word)
    if latest < tracks.count, tracks[latest].is(format, run, raw) { return latest }
    let name = format == .timeprobe ? JSONScanner.text(word, of: text) : raw.bytes
    guard let place = findTrack(format, run, name) ?? addTrack(format, run, name) else { return nil }
    if let source, tracks[place].info.source.utf8.isEmpty {
      tracks[place].info.source = String(decoding: text.extracting(source).bytes, as: UTF8.self)
    }
    latest = place
    return place
  }

  private func findTrack(_ format: RecordedFormat, _ run: Int?, _ name: [UInt8]) -> Int? {
    for track in tracks where track.format == format && track.run == run && track.name.elementsEqual(name) {
      return track.index
    }
    return nil
  }

  private mutating func addTrack(_ format: RecordedFormat, _ run: Int?, _ name: [UInt8]) -> Int? {
    guard tracks.count < Self.mostTracks else { return nil }
    let text = String(decoding: name, as: UTF8.self)
    let isAddress = format != .timeprobe && IPAddress.parse(name.span) != nil
    let info = ReferenceInfo(
      name: name.isEmpty ? "-" : text, address: isAddress ? text : "", port: 0)
    tracks.append(ReplayTrack(index: tracks.count, format: format, run: run, name: name, info: info))
    return tracks.count - 1
  }
}

extension ReplayTrack {
  /// The name as it stands in the line, where it has no escapes.
  fileprivate func `is`(_ format: RecordedFormat, _ run: Int?, _ word: borrowing Span<UInt8>) -> Bool {
    guard self.format == format, self.run == run, word.count == name.count else { return false }
    for index in 0..<word.count where word[index] != name[index] { return false }
    return true
  }
}

extension Span<UInt8> {
  func has(_ byte: UInt8) -> Bool {
    for index in indices where self[index] == byte { return true }
    return false
  }

  var bytes: [UInt8] { indices.map { self[$0] } }
}

extension RawstatsLine {
  /// nil: the line is an exchange.
  fileprivate func loss(_ query: UInt64) -> Loss? {
    let moment = LocalReading(onC: t4, .zero)
    func ended(_ reason: LossReason) -> Loss {
      Loss(query: query, reason: reason, sent: moment, ended: moment.raw, rejected: CheckCounts())
    }
    if let reply, reply.stratum == 0 {
      let id = reply.referenceID
      if id == ReferenceID(ascii: "RATE") { return ended(.rateLimited) }
      if id == ReferenceID(ascii: "DENY") || id == ReferenceID(ascii: "RSTR") { return ended(.denied) }
    }
    return check.map { Loss($0, query: query, at: moment) }
  }

  /// RFC 5905 section 8; symmetric modes are exchanges too.
  private var check: PacketCheck? {
    if let reply {
      guard reply.mode == 4 || reply.mode == 1 || reply.mode == 2 else { return .mode }
      guard reply.leap != 3, (1...15).contains(reply.stratum) else { return .unsynchronized }
      guard reply.rootDelay.half + reply.rootDispersion < .seconds(16) else { return .root }
    }
    return hasZero || t3 < t2 ? .times : nil
  }
}

extension ChronyLine {
  /// The test that failed, and whether the query stayed open for a better reply. Tests A to D are about chronyd's use
  /// of the exchange, which is one all the same.
  fileprivate var failure: (PacketCheck, Bool)? {
    if tests & 0x20 == 0 { return (.duplicate, true) }
    if tests & 0x10 == 0 { return (.origin, true) }
    if tests & 0x08 == 0 { return (.times, true) }
    if tests & 0x04 == 0 { return (.trailer, true) }
    if tests & 0x02 == 0 { return (.unsynchronized, false) }
    if tests & 0x01 == 0 { return (.root, false) }
    return mode < 3 || mode == 4 ? nil : (.mode, false)
  }
}

extension RecordLine {
  fileprivate func run(_ text: borrowing Span<UInt8>) -> (high: UInt64, low: UInt64)? {
    guard let word = self.text(.run), word.count == 32 else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    for index in word {
      guard let digit = text[index].hexadecimalDigit else { return nil }
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
    }
    return (high, low)
  }

  fileprivate func moment(_ text: borrowing Span<UInt8>) -> Instant<Realtime>? {
    self.text(.time).flatMap { Instant<Realtime>(rfc3339: text.extracting($0)) }
  }

  fileprivate func string(_ key: RecordKey, _ text: borrowing Span<UInt8>) -> String? {
    self.text(key).map { String(decoding: JSONScanner.text($0, of: text), as: UTF8.self) }
  }

  fileprivate var unseen: Unseen? {
    guard let once = length(.blind), let most = length(.blindMost) else { return nil }
    var unseen = Unseen()
    (unseen.once, unseen.most) = (once, most)
    return unseen
  }
}
