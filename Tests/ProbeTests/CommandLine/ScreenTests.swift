import Testing

@testable import Probe

@Suite struct ScreenTests {
  @Test(arguments: ReportFixture.cases.map { $0.name })
  func golden(name: String) throws {
    let report = try #require(ReportFixture.cases.first { $0.name == name }).report
    #expect(ReportFixture.screen(report) == GoldenScreens.texts[name])
    #expect(ReportFixture.plugin(report) == GoldenPluginLines.texts[name])
  }

  @Test func onlyTheVerdictIsColoured() throws {
    for (_, report) in ReportFixture.cases {
      let plain = ReportFixture.screen(report)
      let coloured = ReportFixture.screen(report, colour: true)
      #expect(coloured.contains("\u{1b}[1;"))
      let codes = ["1;31", "1;32", "1;33", "1;35", "0"].map { "\u{1b}[\($0)m" }
      var stripped = coloured
      for code in codes {
        stripped = stripped.split(separator: code, omittingEmptySubsequences: false).joined()
      }
      #expect(stripped == plain)
      #expect(!plain.contains("\u{1b}"))
    }
  }

  @Test(arguments: [
    (UnknownReason.socket("connect", 101), "connect failed: network unreachable (errno 101)"),
    (.socket("socket", 4095), "socket failed: errno 4095"),
    (.refused("host-unreachable"), "refused: ICMP host-unreachable"),
    (.rateLimited, "the server limits our rate (kiss code RATE)"),
    (.denied, "the server denies us service (kiss code DENY or RSTR)"),
    (.sendFailed(1), "nothing could be sent: not permitted (errno 1)"),
    (.interrupted, "interrupted before a reply came"),
    (.unresolved("\u{1b}[2J\n"), "the name does not resolve: ?[2J?"),
    (.unusable(.origin), "no usable reply: they answer no query of ours (bad-origin)"),
  ])
  func unknownReasons(reason: UnknownReason, words: String) {
    let screen = ReportFixture.screen(ReportFixture.report([ReportFixture.silent("10.0.0.9", reason)]))
    #expect(screen.contains("\nUNKNOWN  \(words)\n"))
  }

  @Test func aWarningOrCriticalPastSaysSo() {
    var summary = ReportFixture.good()
    summary.verdict = .critical
    #expect(
      ReportFixture.screen(ReportFixture.report([summary]))
        .contains("\nCRITICAL was past 1ms at some moment, proven\n"))
    summary.verdict = .warning
    #expect(
      ReportFixture.screen(ReportFixture.report([summary]))
        .contains("\nWARNING  was past 500us at some moment, proven\n"))
    summary.boundLow = .microseconds(612)
    summary.boundHigh = .microseconds(700)
    #expect(
      ReportFixture.screen(ReportFixture.report([summary]))
        .contains("\nWARNING  at least 612us behind, proven; warning is 500us\n"))
  }

  @Test func noReferenceAtAll() {
    #expect(
      ReportFixture.screen(ReportFixture.report([])).hasPrefix(
        "vm7 -> 0 references\nguest    kernel 6.18.0, clocksource tsc\nUNKNOWN  no reference\n"))
    #expect(ReportFixture.plugin(ReportFixture.report([])) == "TIMEPROBE UNKNOWN - no reference |\n")
  }

  @Test func severalThatAgree() {
    let report = ReportFixture.report([ReportFixture.good("a"), ReportFixture.good("b")])
    #expect(ReportFixture.screen(report).contains("\nOK       within 1ms, proven by all\n"))
  }

  @Test(
    arguments: [
      (
        3_200_000_000, 10_000_000_000, 400, 399, 1, 14_211,
        "3.2s of 10s  400 sent, 399 good, 1 lost  14.2us behind"
      ),
      (1_000_000_000, nil, 8, 0, 0, nil, "1s  8 sent, 0 good"),
      (-5, nil, 0, 0, 0, -312, "0  0 sent, 0 good  312ns ahead"),
    ] as [(Int64, Int64?, UInt64, UInt64, UInt64, Int64?, String)])
  func progress(
    elapsed: Int64, total: Int64?, sent: UInt64, good: UInt64, lost: UInt64, best: Int64?, line: String
  ) {
    var text = ByteWriter()
    appendProgress(
      elapsed: Nanoseconds(elapsed), total: total.map { Nanoseconds($0) }, sent: sent, good: good, lost: lost,
      best: best.map { Nanoseconds($0) }, to: &text)
    #expect(String(decoding: text.bytes, as: UTF8.self) == line)
  }

  @Test func aFullProgressLineStaysUnder80() {
    for count in [UInt64.max, 10_000_000_000, 999] {
      var text = ByteWriter()
      appendProgress(
        elapsed: .max, total: .max, sent: count, good: count, lost: count, best: .min, to: &text)
      #expect(text.count < 80)
    }
  }
}
