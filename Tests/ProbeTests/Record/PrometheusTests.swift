import Foundation
import Testing

@testable import Probe

@Suite("prometheus")
struct PrometheusTests {
  private static let start =
    #"{"schema":"timeprobe/1","kind":"KIND","probe":"vm7","run":"9c1f03a700112233445566778899aabb","labels":{"site":"ams\"1","9 x":"\u0041"},"seq":1,"#
  private static let moment = #""time":"2026-11-21T02:24:05.838945372Z","raw":"81273.450012345","#

  private func line(_ kind: String, _ members: String) -> [UInt8] {
    Array((Self.start + Self.moment + members + "}").utf8).replacing("KIND", with: kind)
  }

  private func add(_ line: [UInt8], to state: inout PrometheusState) {
    let record = StreamLines.read(line)
    #expect(RecordKind(record, line.span) != nil, "\(String(decoding: line, as: UTF8.self))")
    state.add(record, line.span)
  }

  private func sample(_ offset: Int, low: Int = -5, high: Int = 5, delay: Int = 100_000, blind: Int = 0)
    -> [UInt8]
  {
    line(
      "sample",
      #""reference":"gps1","t4":"1795227845.838945372","offset_ns":\#(offset),"bound_low_ns":\#(low),"bound_high_ns":\#(high),"blind_ns":\#(blind),"delay_ns":\#(delay)"#
    )
  }

  private func text(_ state: PrometheusState) -> String {
    var writer = ByteWriter()
    writer.prometheus(state)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func value(_ series: String, _ state: PrometheusState) -> String? {
    text(state).split(separator: "\n").first { $0.hasPrefix(series + " ") || $0.hasPrefix(series + "{") }?
      .split(separator: " ").last.map(String.init)
  }

  private let common = #"probe="vm7",site="ams\"1",_9_x="A""#

  @Test func figuresOfSamples() {
    var state = PrometheusState()
    state.turn(Instant(nanoseconds: 0))
    add(line("hello", #""version":"0.1.0""#), to: &state)
    for offset in -50...50 { add(sample(offset * 1000, delay: 100_000 + offset), to: &state) }
    add(sample(2_500_000, low: -9, high: 2_600_000, blind: 400), to: &state)
    #expect(
      value(#"timeprobe_offset_seconds{\#(common),reference="gps1",quantile="0"}"#, state) == "-0.000050000")
    #expect(
      value(#"timeprobe_offset_seconds{\#(common),reference="gps1",quantile="1"}"#, state) == "0.002500000")
    #expect(value("timeprobe_bound_low_seconds", state) == "-0.000000009")
    #expect(value("timeprobe_bound_high_seconds", state) == "0.002600000")
    #expect(value("timeprobe_error_max_seconds", state) == "0.002600400")
    #expect(value("timeprobe_delay_seconds_count", state) == "102")
    #expect(value("timeprobe_delay_seconds_sum", state) == "0.010200000")
    #expect(value("timeprobe_last_reply_timestamp_seconds", state) == "1795227845.838945372")
    #expect(value(#"timeprobe_queries_total{\#(common),reference="gps1",result="good"}"#, state) == "102")
    #expect(value(#"timeprobe_build_info{\#(common),version="0.1.0"}"#, state) == "1")
    #expect(value("timeprobe_coverage_ratio", state) == nil)
  }

  /// A step that was over between two scrapes is in the figures for one to two spans.
  @Test func noScrapeMissesAStep() {
    for late in [0, 1, 30, 59] {
      var state = PrometheusState(span: .seconds(60))
      let start = Instant<Boottime>(nanoseconds: 0)
      var stepped = false
      for second in 0..<300 {
        state.turn(start + .seconds(Int64(second)))
        add(sample(second == 120 + late ? 2_500_000 : 10), to: &state)
        // Scraped once a minute, at any phase.
        if second % 60 == late, second > 120 + late {
          stepped = stepped || text(state).contains(" 0.002500000\n")
        }
      }
      #expect(stepped)
      #expect(!text(state).contains(" 0.002500000\n"))
    }
  }

  @Test func quantilesAreNearAndEndsExact() {
    var (one, other) = (StreamHistogram(), StreamHistogram())
    for value in 1...1000 {
      if value % 2 == 0 {
        one.add(.microseconds(Int64(value) - 200))
      } else {
        other.add(.microseconds(Int64(value) - 200))
      }
    }
    #expect(StreamHistogram.quantile(one, other, 0) == .microseconds(-199))
    #expect(StreamHistogram.quantile(one, other, 1_000_000) == .microseconds(800))
    for (share, value) in [(100_000, -100_000), (500_000, 300_000), (990_000, 790_000)] as [(UInt64, Int64)] {
      let found = StreamHistogram.quantile(one, other, share)?.count ?? 0
      #expect(abs(found - value) <= abs(value) / 15, "\(share): \(found)")
    }
    #expect(StreamHistogram.quantile(StreamHistogram(), StreamHistogram(), 5) == nil)
  }

  @Test func everyLengthHasItsBucket() {
    var last = -1
    for shift in 0..<63 {
      for value in [Int64(1) << shift, (Int64(1) << shift) + (Int64(1) << shift) / 2] {
        let bucket = StreamHistogram.bucket(Nanoseconds(value))
        #expect(bucket >= last && bucket < StreamHistogram.buckets)
        last = bucket
      }
    }
  }

  @Test func eventsWindowsLossesAndDrops() {
    var state = PrometheusState()
    add(line("hello", #""version":"0.1.0""#), to: &state)
    add(line("loss", #""reference":"gps1","reason":"rate-limited""#), to: &state)
    add(line("event", #""cause":"clock-step","certainty":"proven""#), to: &state)
    add(line("event", #""cause":"clock-step","certainty":"indicated""#), to: &state)
    add(line("event", #""cause":"of-a-later-version","certainty":"proven""#), to: &state)
    let window = #""reference":"gps1","span":"1s","verdict":"critical","coverage":"#
    add(line("window", window + #"0.999123,"error_max_ns":3000000"#), to: &state)
    add(line("window", window + "0.25"), to: &state)
    add(line("drop", #""stream":"a b","count":12"#), to: &state)
    add(line("drop", #""stream":"a b","count":3"#), to: &state)
    add(line("drop", #""count":7"#), to: &state)
    #expect(
      value(#"timeprobe_queries_total{\#(common),reference="gps1",result="rate-limited"}"#, state) == "1")
    #expect(value(#"timeprobe_events_total{\#(common),cause="clock-step",certainty="proven"}"#, state) == "1")
    #expect(value(#"timeprobe_events_total{\#(common),cause="path-out",certainty="proven"}"#, state) == "0")
    #expect(value("timeprobe_coverage_ratio", state) == "0.250000000")
    #expect(value("timeprobe_error_max_seconds", state) == "0.003000000")
    #expect(
      value(
        #"timeprobe_windows_total{\#(common),reference="gps1",span="1s",verdict="critical"}"#, state)
        == "2")
    #expect(value(#"timeprobe_dropped_records_total{\#(common),stream="a b"}"#, state) == "15")
    #expect(value(#"timeprobe_dropped_records_total{\#(common),stream=""}"#, state) == "7")
    #expect(value("timeprobe_records_total", state) == "10")
  }

  /// Prometheus refuses a file whole for one wrong line.
  @Test func everyLineKeepsToTheFormat() throws {
    var state = PrometheusState()
    for line in StreamLines.all { add(line, to: &state) }
    var families: Set<Substring> = []
    var series: Set<Substring> = []
    let pattern = try Regex(
      #"^timeprobe_[a-z_]+\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)*\} -?[0-9]+(\.[0-9]+)?$"#)
    for line in text(state).split(separator: "\n") {
      if line.hasPrefix("# TYPE ") {
        #expect(families.insert(line.split(separator: " ")[2]).inserted, "\(line)")
      } else if !line.hasPrefix("# HELP ") {
        #expect(line.wholeMatch(of: pattern) != nil, "\(line)")
        #expect(series.insert(line[..<(line.lastIndex(of: "}") ?? line.endIndex)]).inserted, "\(line)")
      }
    }
    #expect(families.count == 13)
  }
}

extension [UInt8] {
  fileprivate func replacing(_ word: String, with other: String) -> [UInt8] {
    Array(String(decoding: self, as: UTF8.self).replacingOccurrences(of: word, with: other).utf8)
  }
}
