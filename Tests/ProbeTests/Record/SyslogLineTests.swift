import Foundation
import Testing

@testable import Probe

@Suite("RFC 5424")
struct SyslogLineTests {
  private func message(_ line: [UInt8], facility: UInt8 = 3) -> String? {
    var (syslog, out) = (SyslogLine(facility: facility), ByteWriter())
    let record = StreamLines.read(line)
    guard syslog.write(record, line.span, to: &out) else { return nil }
    return String(decoding: out.bytes, as: UTF8.self)
  }

  /// The grammar of section 6, what it may hold included.
  private static let grammar =
    #"^<([0-9]{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([!-~]{1,255}) timeprobe ([!-~]{1,128}) ([!-~]{1,32}) \[timeprobe@32473((?: [!-<>-~]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\] ([ -~]*)$"#

  /// Groups of the grammar.
  private func parts(_ text: String) throws -> [String] {
    let regex = try NSRegularExpression(pattern: Self.grammar)
    let whole = NSRange(text.startIndex..., in: text)
    let match = try #require(regex.firstMatch(in: text, range: whole), "\(text)")
    return (0..<match.numberOfRanges).map { (text as NSString).substring(with: match.range(at: $0)) }
  }

  private func parameters(_ text: String) throws -> [String: String] {
    let regex = try NSRegularExpression(pattern: #" ([!-<>-~]{1,32})="((?:[^"\\\]]|\\["\\\]])*)""#)
    var values: [String: String] = [:]
    for match in regex.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
      // A text may hold half of what is one character together with the quote.
      let key = (text as NSString).substring(with: match.range(at: 1))
      var value = (text as NSString).substring(with: match.range(at: 2))
      for one in ["\"", "]", "\\"] {
        value = value.replacingOccurrences(of: "\\" + one, with: one, options: .literal)
      }
      #expect(values.updateValue(value, forKey: key) == nil, "\(key) twice")
    }
    return values
  }

  @Test func anEvent() throws {
    var writer = ByteWriter()
    writer.json(EventRecord(header: Fixture.header(18), event: Fixture.event), Fixture.origin)
    #expect(
      message(Array(writer.bytes.dropLast()))
        == #"<28>1 2026-11-21T02:24:05.838945Z vm7 timeprobe 9c1f03a700112233445566778899aabb event [timeprobe@32473 seq="18" time="2026-11-21T02:24:05.838945372Z" raw="81273.450012345" cause="clock-step" certainty="proven" size_ns="-2500000" error_ns="76" from_raw="81273.442012345" to_raw="81273.450012420" timerfd="true"] clock-step proven, size -2500000 ns"#
    )
  }

  @Test func everyRecordKeepsToTheGrammarAndReadsBack() throws {
    for line in StreamLines.all {
      let text = try #require(message(line))
      let parts = try parts(text)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
      #expect(parts[5] == object["kind"] as? String && parts[4] == object["run"] as? String)
      let values = try parameters(parts[6])
      #expect(values["time"] == object["time"] as? String && values["raw"] == object["raw"] as? String)
      #expect(values["seq"] == (object["seq"] as? NSNumber)?.stringValue)
      for key in ["t1", "t2", "t3", "t4", "offset_ns", "bound_low_ns", "delay_ns", "size_ns", "from_seq"] {
        guard let value = object[key] else { continue }
        #expect(values[key] == (value as? NSNumber)?.stringValue ?? value as? String, "\(key)")
      }
      #expect(values.count >= (try StreamLines.flat(line)).count - 5)
    }
  }

  static let severities: [(String, UInt8)] = [
    (#""kind":"event","cause":"clock-step","certainty":"proven""#, 28),
    (#""kind":"event","cause":"path-back","certainty":"proven""#, 29),
    (#""kind":"event","cause":"of-a-later-version""#, 29),
    (#""kind":"window","verdict":"within""#, 30), (#""kind":"window","verdict":"critical""#, 26),
    (#""kind":"window","verdict":"warning""#, 28), (#""kind":"window","verdict":"unknown""#, 29),
    (#""kind":"drop""#, 28), (#""kind":"mark""#, 29), (#""kind":"hello""#, 30),
  ]

  @Test(arguments: severities) func priority(_ members: String, _ priority: UInt8) throws {
    let line = Array(#"{\#(members),"time":"2026-11-21T02:24:05.838945372Z"}"#.utf8)
    #expect(
      try #require(message(line)).hasPrefix("<\(priority)>1 2026-11-21T02:24:05.838945Z - timeprobe - "))
    #expect(try #require(message(line, facility: 23)).hasPrefix("<\(UInt16(priority) - 24 + 184)>1 "))
  }

  @Test func whatAHeaderCannotHold() throws {
    let line = Array(
      #"{"kind":"mark","probe":"a b\u00e9","time":"2026-11-21T02:24:05.838945372Z","text":"x]\"\\\n"}"#.utf8)
    let text = try #require(message(line))
    #expect(text.contains(" a_b__ timeprobe "))
    #expect(try parameters(parts(text)[6])["text"] == "x]\"\\ ")
  }
}
