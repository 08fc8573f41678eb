import Testing

@testable import Probe

@Suite("csv and rawstats of a line")
struct SampleLineTests {
  private func lines(_ body: (inout ByteWriter) -> Void) -> [[UInt8]] {
    var writer = ByteWriter()
    body(&writer)
    return writer.bytes.split(separator: 10).map { Array($0) }
  }

  /// What comes of a line is what the sample itself would have been written as.
  @Test func theSameAsOfTheSample() throws {
    var samples = SampleLine()
    let hello = lines { $0.json(Fixture.hello, Fixture.origin) }[0]
    samples.learn(StreamLines.read(hello), hello.span)
    for exchange in [
      Fixture.exchange(), Fixture.exchange(tx: .user, rx: .user), Fixture.exchange(step: 20000),
      Fixture.exchange(tx: .hardware),
    ] {
      let sample = Fixture.sample(exchange)
      let line = lines { $0.json(sample, Fixture.origin, Fixture.gps1) }[0]
      for (format, expected) in [
        (StreamFormat.csv, Fixture.text { $0.csv(sample, Fixture.gps1) }),
        (.rawstats, Fixture.text { $0.rawstats(sample, Fixture.gps1) }),
      ] {
        var out = ByteWriter()
        #expect(samples.write(StreamLines.read(line), line.span, as: format, to: &out))
        #expect(String(decoding: out.bytes, as: UTF8.self) == expected)
      }
    }
  }

  @Test func withoutAHelloThereIsNoAddress() {
    var (samples, out) = (SampleLine(), ByteWriter())
    let line = lines { $0.json(Fixture.sample(), Fixture.origin, Fixture.gps1) }[0]
    #expect(samples.write(StreamLines.read(line), line.span, as: .rawstats, to: &out))
    #expect(String(decoding: out.bytes, as: UTF8.self).contains("61365 8645.838 - - 4004216645.8"))
  }

  @Test func whatIsNoSampleHasNoLine() {
    var (samples, out) = (SampleLine(), ByteWriter())
    for line in StreamLines.all {
      let record = StreamLines.read(line)
      guard RecordKind(record, line.span) != .sample else { continue }
      #expect(!samples.write(record, line.span, as: .csv, to: &out) && out.count == 0)
    }
  }
}
