import FuzzDriver
import Probe

/// Lines of recorded streams and old logs, and what the engine makes of the exchanges in them.
@main
enum FuzzRecordedLine {
  static func main() {
    let status = fuzz { text in
      var record = RecordLine()
      var engine = Engine()
      var start = 0
      for end in 0...text.count where end == text.count || text[end] == 10 {
        let line = text.extracting(start..<end)
        start = end + 1
        engine.read(line, &record, isWhole: end < text.count)
      }
      engine.hold()
    }
    require(status == 0)
  }
}

/// What a tally has, as far as one can see it from outside.
struct Engine {
  var band = Band()
  var best = BestLine(span: .milliseconds(8))
  var windows = WindowSeries(
    Limits(warning: .microseconds(500), critical: .milliseconds(1)), patience: .seconds(1),
    start: Instant(nanoseconds: 0), source: .stream)
  var offsets = Quantiles()
  var envelope = Envelope(span: .milliseconds(8))
  var query: UInt64 = 0

  mutating func read(_ line: Span<UInt8>, _ record: inout RecordLine, isWhole: Bool) {
    switch LineKind(line) {
    case .idle, .unknown: return
    case .rawstats:
      guard case .success(let found) = RawstatsLine.parse(line, isWhole: isWhole) else { return }
      require(found.server.upperBound <= line.count && found.local.upperBound <= line.count)
      require((found.t4 - found.t1).magnitude <= .seconds(200_000) || found.hasZero)
      if !found.hasZero, found.t1 <= found.t4 { add(Exchange(found, query: query, shift: .zero)) }
    case .chrony:
      guard case .success(let found) = ChronyLine.parse(line, isWhole: isWhole) else { return }
      require(found.server.upperBound <= line.count && found.rounding > .zero)
      if found.delay >= .zero { add(Exchange(found, query: query, shift: .seconds(1))) }
    case .record:
      guard record.read(line) == nil else { return }
      if let exchange = Exchange(record, line) { add(exchange) }
      if let loss = Loss(record, line) { require(loss.reason.name.utf8CodeUnitCount > 0) }
      if let event = LocalEvent(record, line) { require(event.cause.name.utf8CodeUnitCount > 0) }
      for key: RecordKey in [.probe, .reference, .host] {
        guard let word = record.text(key) else { continue }
        require(word.upperBound <= line.count)
        require(JSONScanner.text(word, of: line).count <= 3 * word.count)
      }
    }
  }

  mutating func add(_ exchange: Exchange) {
    query += 1
    let bound = Bound(exchange)
    _ = band.add(bound)
    let bounds = band.bounds(at: bound.arrived)
    windows.add(
      Proof(at: exchange.received.raw, low: bounds.low, high: bounds.high), isBroken: query % 7 == 0,
      exchange.received)
    windows.prove(bounds.low, bounds.high)
    windows.add(exchange, near: exchange.offset)
    takeWindows(exchange.received.raw)
    best.add(exchange)
    offsets.add(exchange.offset)
    envelope.add(exchange.delay, at: bound.arrived)
    _ = best.recentValue(at: bound.arrived)
    var text = ByteWriter()
    let sample = Sample(
      header: Header(seq: query, time: exchange.received.realtime, raw: bound.arrived), exchange: exchange,
      boundSource: .exchange, boundLow: bound.offsetLow, boundHigh: bound.offsetHigh, out: nil, back: nil)
    let origin = Origin(probe: "vm7", run: (1, 2))
    let reference = ReferenceInfo(name: "gps1", address: "", port: 0)
    text.json(sample, origin, reference)
    text.csv(sample, reference)
    text.rawstats(sample, reference)
    require(text.bytes.last == 10)
  }

  mutating func takeWindows(_ now: Instant<Raw>) {
    while windows.isDue(now) {
      if let end = windows.due(now), end > windows.position { windows.leave(until: end, isGap: false) }
      if let window = windows.close() { check(window) }
    }
  }

  func check(_ window: WindowReport) {
    require((0...1_000_000).contains(window.coverage) && window.longestGap <= window.length)
    require(window.from <= window.to)
  }

  mutating func hold() {
    let end = Instant<Raw>(nanoseconds: .max)
    windows.leave(until: end, isGap: false)
    windows.finish(end)
    takeWindows(end)
    let whole = windows.wholeReport(best: nil)
    check(whole)
    require(whole.counts.good == query)
    require(query == 0 || offsets.median != nil)
  }
}
