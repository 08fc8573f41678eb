import Testing

@testable import Probe

@Suite("CSV")
struct CSVRecordTests {
  private func line(_ sample: Sample, name: String = "gps1") -> String {
    var reference = Fixture.gps1
    reference.name = name
    return Fixture.text { $0.csv(sample, reference) }
  }

  @Test func header() {
    #expect(Fixture.text { $0.csvHeader() } == "unix_time,offset,delay,bound_low,bound_high,reference\n")
  }

  @Test func sampleInSeconds() {
    #expect(
      line(Fixture.sample())
        == "1795227845.838945372,-0.000000712,0.000002450,-0.000001990,0.000000566,gps1\n")
  }

  @Test(arguments: [
    ("plain name;tab\t", "plain name;tab\t"), ("", ""), ("a,b", #""a,b""#), (#"a"b"#, #""a""b""#),
    (#""""#, #""""""""#), ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), ("fe80::1%eth0", "fe80::1%eth0"),
  ])
  func quotesOnlyWhereNeeded(name: String, field: String) {
    #expect(line(Fixture.sample(), name: name).hasSuffix(",0.000000566,\(field)\n"))
  }

  @Test func lengthsOfAnySizeKeepNineDecimals() {
    var sample = Fixture.sample()
    sample.boundLow = .min
    sample.boundHigh = .max
    #expect(line(sample).contains(",-9223372036.854775808,9223372036.854775807,"))
  }
}
