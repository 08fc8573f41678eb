@testable import Probe

/// Builds what a burst hands to the screen.
enum ReportFixture {
  static let gps = ServerState(
    leap: 0, stratum: 1, referenceID: ReferenceID(ascii: "GPS"), rootDelay: .zero,
    rootDispersion: Nanoseconds(15_259),
    precision: Precision(exponent: -25))

  static func report(_ summaries: [Summary], dropped: UInt64 = 0, clocksource: String? = "tsc") -> Report {
    let header = Header(seq: 1, time: Instant(nanoseconds: 0), raw: Instant(nanoseconds: 0))
    let hello = Hello(
      header: header, version: "0.0.0", host: "vm7", kernel: "6.18.0", clocksource: clocksource,
      references: summaries.map { $0.reference }, interval: .milliseconds(8), timeout: .seconds(1),
      warning: .microseconds(500), critical: .milliseconds(1))
    return Report(
      origin: Origin(probe: "vm7", run: (high: 1, low: 2)), hello: hello, summaries: summaries,
      dropped: dropped,
      verdict: Verdict.worst(of: summaries.map { $0.verdict }))
  }

  static func reference(_ name: String, address: String? = nil) -> ReferenceInfo {
    ReferenceInfo(
      name: name, address: address ?? name, port: 123, source: "10.0.0.7", interface: "eth0", mtu: 1500)
  }

  static func envelope(_ values: [Int64], every span: Nanoseconds = .milliseconds(8)) -> Envelope {
    var envelope = Envelope(span: span)
    for (index, value) in values.enumerated() {
      envelope.add(Nanoseconds(value), at: Instant(nanoseconds: Int64(index) * span.count))
    }
    return envelope
  }

  /// A noise that is the same in every run.
  static func noise(_ index: Int, _ size: Int64) -> Int64 { Int64(index * 7919 % 101) * size / 101 }

  /// A good burst: 250 queries at 8 ms, one reply slow by 5 ms.
  static func good(_ name: String = "10.0.0.1", address: String? = nil) -> Summary {
    var summary = Summary(reference: reference(name, address: address))
    summary.counts.sent = 250
    summary.counts.good = 248
    summary.counts.lost = 1
    summary.counts.rejected = 1
    summary.counts.checks.count(.origin)
    summary.counts.transmitKernel = 248
    summary.counts.receiveKernel = 248
    summary.duration = .seconds(2)
    summary.interval = .milliseconds(8)
    summary.server = gps
    summary.best = Nanoseconds(14_211)
    summary.boundLow = Nanoseconds(-76_920)
    summary.boundHigh = Nanoseconds(104_300)
    summary.worst = Nanoseconds(111_040)
    summary.coverageCritical = 1_000_000
    summary.coverageWarning = 1_000_000
    summary.delay = Distribution(
      min: .microseconds(182), median: .microseconds(231), p99: .microseconds(5120), max: .microseconds(5230))
    summary.localTransmit = .microseconds(5)
    summary.out = .microseconds(115)
    summary.serverTime = .microseconds(9)
    summary.back = .microseconds(116)
    summary.localReceive = .microseconds(33)
    summary.offsetOverTime = envelope(
      (0..<250).map { index in index == 103 ? -2_400_000 : 14_000 - 30_000 + noise(index, 60_000) })
    summary.delayOverTime = envelope(
      (0..<250).map { index in index == 103 ? 5_120_000 : 182_000 + noise(index, 100_000) })
    summary.verdict = .ok
    return summary
  }

  /// Nothing came back.
  static func silent(_ name: String, _ reason: UnknownReason) -> Summary {
    var summary = Summary(reference: reference(name))
    summary.counts.sent = 8
    summary.counts.lost = 8
    summary.duration = .seconds(8)
    summary.interval = .seconds(1)
    summary.verdict = .unknown
    summary.unknown = reason
    return summary
  }

  static func screen(_ report: Report, colour: Bool = false) -> String {
    var text = ByteWriter()
    appendScreen(report, colour: colour, to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  static func plugin(_ report: Report) -> String {
    var text = ByteWriter()
    appendPluginLine(report, to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}

extension ReportFixture {
  /// The cases that the golden texts hold.
  static let cases: [(name: String, report: Report)] = [
    ("ok", report([good()])),
    ("self", report([loopback()], clocksource: "kvm-clock")),
    ("slowed", report([slowed()])),
    ("silent", report([silent("10.0.0.9", .noReply)])),
    ("refused", report([refused()])),
    ("unresolved", report([unresolved()])),
    ("rejected", report([rejected()])),
    ("torn", report([torn()], dropped: 12)),
    ("warning", report([warning()])),
    ("critical", report([critical()])),
    ("gaps", report([gaps()])),
    (
      "several",
      report([good(), silent("ntp.example.net", .noReply), critical("gps2"), unresolved(), slowed()])
    ),
  ]

  static func loopback() -> Summary {
    var summary = good("self", address: "127.0.0.1")
    summary.reference.source = "127.0.0.1"
    summary.reference.interface = "lo"
    summary.reference.mtu = 65536
    summary.counts = QueryCounts()
    summary.counts.sent = 250
    summary.counts.good = 250
    summary.counts.transmitKernel = 250
    summary.counts.receiveKernel = 250
    summary.server?.referenceID = ReferenceID(ascii: "LOCL")
    summary.server?.rootDispersion = .zero
    summary.best = Nanoseconds(-312)
    summary.boundLow = Nanoseconds(-1_990)
    summary.boundHigh = Nanoseconds(566)
    summary.worst = Nanoseconds(20_110)
    summary.delay = Distribution(
      min: Nanoseconds(2_111), median: Nanoseconds(2_450), p99: Nanoseconds(19_870), max: Nanoseconds(41_000))
    summary.out = nil
    summary.back = nil
    summary.offsetOverTime = envelope((0..<250).map { 10 - noise($0, 900) })
    summary.delayOverTime = envelope((0..<250).map { $0 % 83 == 40 ? 19_870 : 2_111 + noise($0, 600) })
    summary.verdict = .unknown
    summary.unknown = .selfMeasurement
    return summary
  }

  static func slowed() -> Summary {
    var summary = good("time.example.org", address: "2001:db8:1234:5678:9abc:def0:1234:5678")
    summary.reference.source = "2001:db8:ffff:5678:9abc:def0:1234:5678"
    summary.counts = QueryCounts()
    summary.counts.sent = 8
    summary.counts.good = 8
    summary.counts.transmitKernel = 6
    summary.counts.receiveKernel = 8
    summary.slow = .publicAddress
    summary.interval = .seconds(1)
    summary.duration = Nanoseconds(7_031_200_000)
    summary.server?.stratum = 2
    summary.server?.referenceID = ReferenceID(bits: 0xc000_0201)
    summary.server?.rootDelay = .milliseconds(12)
    summary.best = .microseconds(-812)
    summary.boundLow = .microseconds(-15_912)
    summary.boundHigh = .microseconds(14_288)
    summary.worst = .microseconds(16_020)
    summary.coverageCritical = 0
    summary.longestGap = Nanoseconds(7_031_200_000)
    summary.delay = Distribution(
      min: .microseconds(30_200), median: .microseconds(31_100), p99: .microseconds(44_300),
      max: .microseconds(44_300))
    summary.offsetOverTime = envelope(
      [-800, -790, -6800, -805, -811, -802, -812, -809].map { $0 * 1000 }, every: .seconds(1))
    summary.delayOverTime = envelope(
      [302, 311, 443, 309, 312, 310, 305, 311].map { $0 * 100_000 }, every: .seconds(1))
    summary.verdict = .unknown
    summary.unknown = .coverage
    return summary
  }

  static func refused() -> Summary {
    var summary = silent("10.0.0.9", .refused("port-unreachable"))
    summary.counts.icmp = 8
    summary.counts.icmpName = "port-unreachable"
    return summary
  }

  static func unresolved() -> Summary {
    var summary = Summary(reference: ReferenceInfo(name: "gps.exmaple.net", address: "", port: 123))
    summary.unknown = .unresolved("Name or service not known")
    return summary
  }

  static func rejected() -> Summary {
    var summary = silent("10.0.0.9", .unusable(.unsynchronized))
    summary.counts.lost = 0
    summary.counts.rejected = 8
    for _ in 0..<8 { summary.counts.checks.count(.unsynchronized) }
    for _ in 0..<40 { summary.counts.checks.count(.origin) }
    return summary
  }

  static func torn() -> Summary {
    var summary = good()
    summary.counts.torn = 2
    summary.inconsistencies = 1
    summary.counts.abandoned = 1
    summary.counts.receiveKernel = 240
    return summary
  }

  static func warning() -> Summary {
    var summary = good()
    summary.best = .microseconds(1_310)
    summary.boundLow = .microseconds(-40)
    summary.boundHigh = .microseconds(2_100)
    summary.worst = .microseconds(2_100)
    summary.coverageCritical = 412_345
    summary.longestGap = .milliseconds(1_180)
    summary.offsetOverTime = envelope((0..<250).map { Int64($0) * 5_240 + noise($0, 60_000) })
    summary.verdict = .warning
    return summary
  }

  static func critical(_ name: String = "10.0.0.1") -> Summary {
    var summary = good(name, address: "10.0.0.1")
    summary.best = Nanoseconds(-2_500_310)
    summary.boundLow = Nanoseconds(-2_604_000)
    summary.boundHigh = Nanoseconds(-2_398_700)
    summary.worst = Nanoseconds(2_604_000)
    summary.coverageCritical = 503_999
    summary.longestGap = .milliseconds(992)
    summary.offsetOverTime = envelope((0..<250).map { ($0 > 124 ? -2_500_000 : 0) + noise($0, 60_000) })
    summary.verdict = .critical
    return summary
  }

  static func gaps() -> Summary {
    var summary = good()
    summary.coverageCritical = 931_200
    summary.longestGap = .milliseconds(120)
    summary.worst = .microseconds(1_340)
    summary.verdict = .unknown
    summary.unknown = .coverage
    return summary
  }
}
