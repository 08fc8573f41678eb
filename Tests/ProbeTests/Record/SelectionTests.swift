import Testing

@testable import Probe

@Suite("Which records a stream gets")
struct SelectionTests {
  private func plan(_ format: StreamFormat = .jsonl) -> StreamPlan {
    StreamPlan(name: Array("s".utf8), format: format, destination: .standardOutput)
  }

  private func choose(_ selection: inout Selection, _ members: String) -> Selection.Choice {
    let line = Array(#"{\#(members)}"#.utf8)
    let record = StreamLines.read(line)
    guard let kind = RecordKind(record, line.span) else { return .leave }
    return selection.choose(kind, record, line.span)
  }

  private func sample(_ query: Int, raw: String = "100.000000000", of reference: String = "gps1") -> String {
    #""kind":"sample","reference":"\#(reference)","raw":"\#(raw)","query":\#(query)"#
  }

  @Test func byDefaultWindowsAndEvents() {
    var selection = Selection(plan())
    #expect(choose(&selection, #""kind":"window","reference":"gps1""#) == .send)
    #expect(choose(&selection, #""kind":"event","cause":"clock-step""#) == .send)
    #expect(choose(&selection, sample(1)) == .leave)
    #expect(choose(&selection, #""kind":"loss","reference":"gps1""#) == .leave)
    for kind in ["hello", "mark", "drop"] { #expect(choose(&selection, #""kind":"\#(kind)""#) == .send) }
  }

  @Test func formatsOfSamplesAlone() {
    for format in [StreamFormat.rawstats, .csv] {
      var selection = Selection(plan(format))
      #expect(choose(&selection, sample(1)) == .send)
      for kind in ["hello", "mark", "drop", "event", "window"] {
        #expect(choose(&selection, #""kind":"\#(kind)""#) == .leave)
      }
    }
  }

  /// By the queries' own numbers: each reference is thinned alike, and twice the same.
  @Test func everyFourth() {
    var some = plan()
    (some.kinds, some.every) = (.samples, 4)
    for _ in 0..<2 {
      var selection = Selection(some)
      for reference in ["gps1", "gps2"] {
        let sent = (1...12).filter { choose(&selection, sample($0, of: reference)) == .send }
        #expect(sent == [1, 5, 9])
      }
      #expect(choose(&selection, #""kind":"loss","reference":"gps1","query":2"#) == .send)
    }
  }

  @Test func ofNamedReferencesAndOfNone() {
    var some = plan()
    (some.kinds, some.references) = (.all, [Array("gps1".utf8), Array("b\"c".utf8)])
    var selection = Selection(some)
    #expect(choose(&selection, sample(1)) == .send)
    #expect(choose(&selection, sample(1, of: #"b\"c"#)) == .send)
    #expect(choose(&selection, sample(1, of: "gps2")) == .leave)
    #expect(choose(&selection, #""kind":"event","cause":"clock-step""#) == .send)
    #expect(choose(&selection, #""kind":"event","reference":"gps2""#) == .leave)
    #expect(choose(&selection, #""kind":"hello""#) == .send)
  }

  @Test func aroundAnEvent() {
    var some = plan()
    some.around = .seconds(5)
    var selection = Selection(some)
    #expect(choose(&selection, sample(1, raw: "90.000000000")) == .hold)
    let event = #""kind":"event","raw":"101.000000000","from_raw":"99.000000000","to_raw":"100.500000000""#
    #expect(choose(&selection, event) == .sendWithHeld(since: Instant(nanoseconds: 94_000_000_000)))
    #expect(choose(&selection, sample(2, raw: "105.500000000")) == .send)
    #expect(choose(&selection, #""kind":"loss","raw":"105.000000000""#) == .send)
    #expect(choose(&selection, sample(3, raw: "105.500000001")) == .hold)
    // A later event that ended earlier closes nothing.
    let earlier = #""kind":"event","raw":"105.000000000","from_raw":"90.000000000","to_raw":"91.000000000""#
    #expect(choose(&selection, earlier) == .sendWithHeld(since: Instant(nanoseconds: 85_000_000_000)))
    #expect(choose(&selection, sample(4, raw: "105.400000000")) == .send)
    // A new run's raw clock may have begun anew.
    #expect(choose(&selection, #""kind":"hello","raw":"1.000000000""#) == .send)
    #expect(choose(&selection, sample(1, raw: "2.000000000")) == .hold)
  }
}
