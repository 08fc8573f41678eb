import Foundation
import Testing

@testable import Probe

@Suite("Line protocol")
struct InfluxLineTests {
  private func influx(_ line: [UInt8]) -> String? {
    var (influx, out) = (InfluxLine(), ByteWriter())
    let record = StreamLines.read(line)
    guard influx.write(record, line.span, to: &out) else {
      #expect(out.count == 0)
      return nil
    }
    #expect(out.bytes.last == 10 && !out.bytes.dropLast().contains(10))
    return String(decoding: out.bytes.dropLast(), as: UTF8.self)
  }

  private func line(_ text: String) -> [UInt8] {
    Array(
      #"{"schema":"timeprobe/1","kind":"mark","probe":"vm7","run":"9c1f03a700112233445566778899aabb","seq":1,"#
        .utf8)
      + Array(#""time":"2026-11-21T02:24:05.838945372Z","raw":"81273.450012345",\#(text)}"#.utf8)
  }

  @Test func aSample() throws {
    var writer = ByteWriter()
    writer.json(Fixture.sample(), StreamLines.origin, Fixture.gps1)
    let text = try #require(influx(Array(writer.bytes.dropLast())))
    #expect(
      text.hasPrefix(
        #"timeprobe_sample,probe=vm7,reference=gps1,site=ams1,rack=a\,\ b\="c"/ run="9c1f03a700112233445566778899aabb",seq=17i,raw_ns=81273450012345i,t1_ns=1795227845838933792i,"#
      ), "\(text)")
    #expect(text.contains(#",offset_ns=-712i,bound="exchange","#))
    #expect(text.contains(",stages_local_tx_ns=5210i,stages_out_ns=1180i,"))
    #expect(text.hasSuffix(",eps_map_rx_ns=422i 1795227845838945372"))
  }

  /// Every key, every number to its last digit, every text but its control characters.
  @Test func everyFieldAndNanosecondReadsBack() throws {
    var points = 0
    for line in StreamLines.all {
      let text = try #require(influx(line), "\(String(decoding: line, as: UTF8.self))")
      let point = try #require(InfluxPoint(text), "\(text)")
      var expected = try StreamLines.flat(line)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
      let kind = try #require(object["kind"] as? String)
      #expect(point.measurement == "timeprobe_\(kind)")
      for key in ["probe", "reference", "cause", "stream", "span"] {
        guard let value = object[key] as? String, key != "cause" || kind == "event" else { continue }
        if key == "stream" && kind != "drop" || key == "span" && kind != "window" { continue }
        #expect(point.tags[key] ?? "" == Self.tag(value), "\(key)")
        expected[key] = nil
      }
      for key in ["schema", "kind", "time"] { expected[key] = nil }
      for (key, value) in object["labels"] as? [String: String] ?? [:] {
        #expect(point.tags[key] == Self.tag(value))
        expected["labels_" + key] = nil
      }
      let time = Instant<Realtime>(rfc3339: Array((object["time"] as? String ?? "").utf8).span)
      #expect(point.timestamp == time?.nanoseconds)
      for (key, value) in expected {
        if case .text(let text) = value, let nanoseconds = Self.instant(key, text) {
          #expect(point.fields[key + "_ns"] == "\(nanoseconds)i", "\(key)")
          continue
        }
        let field = try #require(point.fields[key], "\(key) of \(text)")
        switch value {
        case .text(let text): #expect(field == "\"" + Self.plain(text), "\(key)")
        case .number(let number): #expect(field == number + "i" || Double(field) == Double(number), "\(key)")
        case .flag(let flag): #expect(field == "\(flag)")
        case .array: #expect(field.hasPrefix("\"["))
        }
      }
      #expect(point.fields.count == expected.count)
      points += 1
    }
    #expect(points > 150)
  }

  private static func instant(_ key: String, _ text: String) -> Int64? {
    guard ["raw", "t1", "t2", "t3", "t4", "from_raw", "to_raw"].contains(key) else { return nil }
    return Int64(text.filter { $0 != "." })
  }

  private static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
  }

  /// A backslash before something that is escaped, another one or the end cannot be said.
  private static func tag(_ text: String) -> String {
    let scalars = Array(plain(text).unicodeScalars)
    var view = String.UnicodeScalarView()
    for (place, scalar) in scalars.enumerated() {
      let next = place + 1 < scalars.count ? scalars[place + 1] : " "
      view.append(scalar == "\\" && ",= \\".unicodeScalars.contains(next) ? "/" : scalar)
    }
    return String(view)
  }

  static let table: [(String, String)] = [
    (#""text":"a \"b\" \\ c""#, #"text="a \"b\" \\ c""#),
    (#""text":"one\ntwo\ttab""#, #"text="one two tab""#),
    (#""x":9223372036854775807"#, "x=9223372036854775807i"),
    (#""x":-9223372036854775808"#, "x=-9223372036854775808i"),
    (#""x":9223372036854775808"#, "x=9223372036854775808"),
    (#""x":0.999123"#, "x=0.999123"), (#""x":1e3"#, "x=1e3"), (#""x":true"#, "x=true"),
    (#""x":["a","b"]"#, #"x="a,b""#), (#""x":[]"#, #"x="""#),
    (#""x":[1,{"a":"b"}]"#, #"x="[1,{\"a\":\"b\"}]""#),
    (#""a":{"b_ns":{"c":{"d":1}}}"#, "a_b_c_d_ns=1i"),
    (#""rejected":{"bad-origin":2}"#, "rejected_bad_origin=2i"),
    (#""x":null,"y":1"#, "y=1i"), (#""text":"\u00e9\u0041""#, "text=\"\u{e9}A\""),
    (#""raw2":"1.000000001""#, #"raw2="1.000000001""#),
    (#""from_raw":"-1.000000001""#, "from_raw_ns=-1000000001i"),
    (#""from_raw":"soon""#, #"from_raw="soon""#),
  ]

  @Test(arguments: table) func fields(_ json: String, _ field: String) throws {
    let record = try #require(influx(line(json)))
    #expect(record.hasSuffix(",raw_ns=81273450012345i,\(field) 1795227845838945372"), "\(record)")
    #expect(InfluxPoint(record) != nil)
  }

  @Test(arguments: [
    "", "{", "{}", "[]", #"{"kind":"mark"}"#, #"{"kind":"mark","time":"2026-11-21T02:24:05Z"}"#,
    #"{"kind":"later","time":"2026-11-21T02:24:05.838945372Z"}"#,
  ]) func whatIsNoRecordHasNoLine(_ text: String) {
    let line = Array(text.utf8)
    var (influx, out) = (InfluxLine(), ByteWriter())
    let record = StreamLines.read(line)
    let written = influx.write(record, line.span, to: &out)
    #expect(written == (out.count > 0))
    if written { #expect(InfluxPoint(String(decoding: out.bytes.dropLast(), as: UTF8.self)) != nil) }
  }
}
