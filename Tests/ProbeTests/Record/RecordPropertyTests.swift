import Foundation
import Testing

@testable import Probe

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
      #expect(lines.count == 20)
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
