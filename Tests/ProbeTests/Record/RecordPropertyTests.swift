import Foundation
import Testing

@testable import Probe

/// Values of any size and sign, those at the ends more often than chance.
struct AnyRecord {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func integer() -> Int64 {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max].randomElement(using: &random) ?? 0
    case 1: Int64.random(in: .min ... .max, using: &random)
    case 2...4: Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)
    default: Int64.random(in: 1_795_000_000_000_000_000...1_796_000_000_000_000_000, using: &random)
    }
  }

  mutating func length() -> Nanoseconds { Nanoseconds(integer()) }
  mutating func instant<Scale>() -> Instant<Scale> { Instant(nanoseconds: integer()) }
  mutating func count() -> UInt64 { UInt64(bitPattern: integer()) >> 1 }
  mutating func maybe<T>(_ value: (inout AnyRecord) -> T) -> T? {
    Bool.random(using: &random) ? value(&self) : nil
  }

  mutating func text() -> String {
    let bytes = (0..<Int.random(in: 0...9, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  mutating func stamp() -> Stamp {
    Stamp(at: instant(), source: StampSource.allCases.randomElement(using: &random) ?? .user)
  }

  mutating func reading() -> LocalReading {
    let (one, other) = (integer(), integer())
    return LocalReading(
      rawBefore: Instant(nanoseconds: min(one, other)), realtime: instant(), monotonic: instant(),
      rawAfter: Instant(nanoseconds: max(one, other)))
  }

  mutating func header() -> Header { Header(seq: count() | 1, time: instant(), raw: instant()) }
  mutating func origin() -> Origin { Origin(probe: text(), run: (random.next(), random.next())) }

  mutating func server() -> ServerState {
    ServerState(
      leap: UInt8.random(in: 0...3, using: &random), stratum: UInt8.random(in: 0...255, using: &random),
      referenceID: ReferenceID(bits: UInt32.random(in: 0...(.max), using: &random)), rootDelay: length(),
      rootDispersion: length(), precision: Precision(exponent: Int8.random(in: -128...127, using: &random)),
      poll: Int8.random(in: -128...127, using: &random))
  }

  mutating func exchange() -> Exchange {
    Exchange(
      query: count(), sent: reading(), received: reading(), transmit: stamp(), serverReceive: instant(),
      serverTransmit: instant(), receive: stamp(), server: server())
  }

  mutating func sample() -> Sample {
    Sample(
      header: header(), exchange: exchange(), boundSource: Bool.random(using: &random) ? .band : .exchange,
      boundLow: length(), boundHigh: length(), out: maybe { $0.length() }, back: maybe { $0.length() })
  }

  mutating func checks() -> CheckCounts {
    var counts = CheckCounts()
    for check in PacketCheck.allCases where Bool.random(using: &random) { counts.count(check) }
    return counts
  }

  mutating func loss() -> LossRecord {
    let reasons: [LossReason] = [
      .timeout, .rejected, .rateLimited, .denied, .icmp("host-unreachable"), .abandoned,
      .sendFailed(Int32.random(in: .min ... .max, using: &random)),
    ]
    return LossRecord(
      header: header(),
      loss: Loss(
        query: count(), reason: reasons.randomElement(using: &random) ?? .timeout, sent: reading(),
        ended: instant(), rejected: checks()))
  }

  mutating func reference() -> ReferenceInfo {
    ReferenceInfo(
      name: text(), address: text(), port: UInt16.random(in: 0...(.max), using: &random), source: text(),
      interface: text(), mtu: integer())
  }

  mutating func hello() -> Hello {
    Hello(
      header: header(), version: "0.1.0", host: text(), kernel: text(), clocksource: maybe { $0.text() },
      references: [reference(), reference()], interval: length(), timeout: length(), warning: length(),
      critical: length())
  }

  mutating func distribution() -> Distribution {
    Distribution(min: length(), median: length(), p99: length(), max: length())
  }

  mutating func envelope() -> Envelope {
    var envelope = Envelope(span: .milliseconds(1))
    let start = integer() / 2
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let step = Int64.random(in: 0...1_000_000_000, using: &random)
      envelope.add(length(), at: Instant(nanoseconds: start + step))
    }
    return envelope
  }

  mutating func summary() -> Summary {
    var summary = Summary(reference: reference())
    (summary.counts.sent, summary.counts.good, summary.counts.lost) = (count(), count(), count())
    (summary.counts.transmitKernel, summary.counts.receiveHardware) = (count(), count())
    summary.counts.checks = checks()
    summary.counts.icmpName = maybe { _ in "port-unreachable" }
    summary.counts.sendError = Int32.random(in: .min ... .max, using: &random)
    (summary.duration, summary.interval, summary.longestGap) = (length(), length(), length())
    summary.slow = [nil, .publicAddress, .farAway, .rateLimited].randomElement(using: &random) ?? nil
    summary.server = maybe { $0.server() }
    (summary.best, summary.boundLow) = (maybe { $0.length() }, maybe { $0.length() })
    (summary.boundHigh, summary.worst) = (maybe { $0.length() }, maybe { $0.length() })
    (summary.coverageCritical, summary.coverageWarning) = (integer(), integer())
    summary.offset = maybe { $0.distribution() }
    summary.delay = maybe { $0.distribution() }
    (summary.localTransmit, summary.out) = (maybe { $0.length() }, maybe { $0.length() })
    (summary.serverTime, summary.back) = (maybe { $0.length() }, maybe { $0.length() })
    summary.offsetOverTime = maybe { $0.envelope() }
    summary.delayOverTime = maybe { $0.envelope() }
    summary.unknown = maybe { .unresolved($0.text()) }
    return summary
  }

  mutating func report() -> Report {
    Report(
      origin: origin(), hello: hello(), summaries: [summary(), summary()], dropped: count(),
      verdict: [.ok, .warning, .critical, .unknown].randomElement(using: &random) ?? .ok)
  }

  /// A line of each kind.
  mutating func write(to writer: inout ByteWriter) {
    let (origin, reference) = (origin(), reference())
    writer.json(hello(), origin)
    writer.json(sample(), origin, reference)
    writer.json(loss(), origin, reference)
    writer.json(Drop(header: header(), from: count(), to: count()), origin)
    writer.json(report())
  }
}

@Suite("Records of any values")
struct RecordPropertyTests {
  private func object(_ line: ArraySlice<UInt8>) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
  }

  @Test func everyRecordIsOneLineOfJSON() throws {
    var any = AnyRecord(seed: 2)
    for _ in 0..<300 {
      var writer = ByteWriter()
      any.write(to: &writer)
      #expect(writer.bytes.last == 0x0a)
      let lines = writer.bytes.split(separator: 0x0a)
      #expect(lines.count == 5)
      for line in lines {
        #expect(try object(line)["schema"] as? String == "timeprobe/1")
      }
    }
  }

  /// Absolute instants are strings with nine decimals; differences are whole numbers, to the last digit.
  @Test func instantsAreStringsAndDifferencesAreIntegers() throws {
    var any = AnyRecord(seed: 3)
    for _ in 0..<2000 {
      let (sample, origin, reference) = (any.sample(), any.origin(), any.reference())
      let text = Fixture.text { $0.json(sample, origin, reference) }
      let record = try object(ArraySlice(text.utf8))
      for key in ["raw", "t1", "t2", "t3", "t4"] {
        let string = try #require(record[key] as? String)
        #expect(string.split(separator: ".").last?.count == 9, "\(key) \(string)")
      }
      let exchange = sample.exchange
      #expect(nanoseconds(record["t1"]) == exchange.transmit.at.nanoseconds)
      #expect(nanoseconds(record["t2"]) == exchange.serverReceive.nanoseconds)
      #expect(nanoseconds(record["t3"]) == exchange.serverTransmit.nanoseconds)
      #expect(nanoseconds(record["t4"]) == exchange.receive.at.nanoseconds)
      #expect(nanoseconds(record["raw"]) == sample.header.raw.nanoseconds)
      #expect(text.contains("\"offset_ns\":\(exchange.offset.count),"))
      #expect(text.contains("\"delay_ns\":\(exchange.delay.count),"))
      #expect(text.contains("\"bound_low_ns\":\(sample.boundLow.count),"))
      #expect(text.contains("\"bound_high_ns\":\(sample.boundHigh.count),"))
      #expect(text.contains("\"root_dispersion_ns\":\(exchange.server.rootDispersion.count),"))
      #expect(record["probe"] as? String == origin.probe)
      #expect(record["reference"] as? String == reference.name)
      #expect((record["run"] as? String)?.utf8.count == 32)
    }
  }

  /// Back from "-1.000000001" without a Double in between.
  private func nanoseconds(_ value: Any?) -> Int64? {
    (value as? String).flatMap { Int64($0.filter { $0 != "." }) }
  }

  @Test func timeIsTheInstantInUTC() throws {
    var any = AnyRecord(seed: 4)
    var formatter = Calendar(identifier: .gregorian)
    formatter.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for _ in 0..<500 {
      // After 1700: Foundation's calendar is the Julian one before 1582.
      let instant = Instant<Realtime>(
        nanoseconds: Int64.random(in: -8_500_000_000_000_000_000...(.max), using: &any.random))
      let text = Fixture.text { $0.append(rfc3339: instant) }
      let (seconds, rest) = instant.nanoseconds.flooredQuotientAndRemainder(1_000_000_000)
      let parts = formatter.dateComponents(
        [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
      let numbers = [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second]
      #expect(
        text.dropLast().split(whereSeparator: { "-T:.".contains($0) }).map { Int64($0) } == numbers.map {
          $0.map(Int64.init)
        } + [rest])
    }
  }

  @Test func csvAndRawstatsHaveTheirColumnsWhateverTheValues() {
    var any = AnyRecord(seed: 5)
    for _ in 0..<2000 {
      let sample = any.sample()
      let csv = Fixture.text { $0.csv(sample, Fixture.gps1) }
      #expect(csv.split(separator: ",", omittingEmptySubsequences: false).count == 6)
      let rawstats = Fixture.text { $0.rawstats(sample, Fixture.gps1) }
      #expect(rawstats.split(separator: " ", omittingEmptySubsequences: false).count == 17)
      #expect(rawstats.utf8.filter { $0 == 0x0a }.count == 1)
    }
  }
}
