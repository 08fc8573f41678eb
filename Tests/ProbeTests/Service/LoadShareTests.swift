import Testing

@testable import Probe

@Suite struct LoadShareTests {
  static func load(_ text: String) throws -> LoadShare {
    LoadShare(try #require(ConfigurationFixture(text).settings, "\(ConfigurationFixture(text).problems)"))
  }

  @Test func queries() throws {
    let load = try Self.load(
      """
      reference 10.0.0.1
      reference 192.0.2.1
      reference 192.0.2.2 rate-agreed
      reference 192.0.2.3 interval 1h
      reference ntp.example.net interval 8s
      reference fe80::1%eth0 interval 1ms
      stream off
      """)
    #expect(load.references.map { $0.queries } == [4000, 1000, 4000, 0, 125, 1_000_000])
    #expect(load.references.map { $0.isSlowed } == [false, true, false, false, false, false])
    #expect(load.queries == 1_009_125 && load.wakeups == 125_000 + 2 * 1_009_125)
  }

  @Test func bytes() throws {
    let load = try Self.load(
      """
      label site ams1
      window 1s,1min
      reference 10.0.0.1 name a
      reference 10.0.0.2 name b interval 1s
      stream jsonl stdout
      stream csv file:/a from b
      stream csv file:/b every 10
      stream jsonl tcp://a:1 records events around 5s from b
      stream rawstats file:/r around 500ms
      stream prometheus file:/p interval 1min from a
      """)
    let (day, windows): (Int64, Int64) = (86400, 86400 + 1440)
    let jsonl = RecordSizes.of(.jsonl)
    #expect(load.streams[0].bytesPerDay == 2 * windows * (jsonl.window + 14))
    #expect(load.streams[0].bytesPerEvent == jsonl.event + 14)
    #expect(load.streams[1].bytesPerDay == day * RecordSizes.of(.csv).sample)
    #expect(load.streams[1].bytesPerEvent == 0)
    #expect(load.streams[2].bytesPerDay == day / 2 * RecordSizes.of(.csv).sample)
    #expect(load.streams[3].bytesPerDay == 0)
    #expect(load.streams[3].bytesPerEvent == jsonl.event + 14 + 10 * (jsonl.sample + 14))
    #expect(
      load.streams[4].bytesPerDay == 0
        && load.streams[4].bytesPerEvent == 5 * RecordSizes.of(.rawstats).sample)
    let file = RecordSizes.prometheusBase + RecordSizes.prometheusReference + 20 * 14
    #expect(load.streams[5].bytesPerDay == file * 1440)
  }

  /// The figures that the estimate rests on are those of the formats as they are.
  @Test func sizesAreThoseOfTheFormats() {
    var text = ByteWriter()
    func length(_ write: (inout ByteWriter) -> Void) -> Int64 {
      text.removeAll()
      write(&text)
      return Int64(text.count)
    }
    let sample = Fixture.sample()
    let jsonl = length { $0.json(sample, Fixture.origin, Fixture.gps1) }
    #expect(abs(jsonl - RecordSizes.of(.jsonl).sample) < 100, "\(jsonl)")
    #expect(abs(length { $0.csv(sample, Fixture.gps1) } - RecordSizes.of(.csv).sample) < 15)
    #expect(abs(length { $0.rawstats(sample, Fixture.gps1) } - RecordSizes.of(.rawstats).sample) < 20)
  }

  /// Nothing that is valid overflows.
  @Test func extremes() throws {
    var text = "watch 1ms\nwindow 1s,1min\n"
    for index in 0..<64 { text += "reference 10.0.0.1 name r\(index) interval 1ms rate-agreed\n" }
    for index in 0..<32 { text += "label l\(index) \(String(repeating: "x", count: 255))\n" }
    text +=
      "stream jsonl file:/a records samples,windows,events around 1min\nstream prometheus file:/b interval 1s"
    let load = try Self.load(text)
    #expect(
      load.queries == 64_000_000 && load.streams.allSatisfy { $0.bytesPerDay > 0 && $0.bytesPerEvent >= 0 })
  }
}
