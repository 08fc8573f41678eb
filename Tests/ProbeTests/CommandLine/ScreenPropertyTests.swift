import Testing

@testable import Probe

/// Whatever a report holds, the screen keeps its size and the plugin its one line.
@Suite struct ScreenPropertyTests {
  static func text(_ most: Int) -> String {
    let alphabet = Array("abcxyz019.-:%[] |=';\n\u{1b}\u{e9}\u{4e2d}")
    return String((0..<Int.random(in: 0...most)).map { _ in alphabet.randomElement()! })
  }

  static func length() -> Nanoseconds {
    let count = Int64.random(in: .min ... .max) >> Int64.random(in: 0...63)
    return Nanoseconds(count)
  }

  static func maybe() -> Nanoseconds? { Bool.random() ? length() : nil }

  static func number() -> UInt64 { UInt64.random(in: 0...(.max)) >> UInt64.random(in: 0...63) }

  static func reason() -> UnknownReason? {
    switch Int.random(in: 0..<13) {
    case 0: .unresolved(text(300))
    case 1: .socket("connect", Int32.random(in: -5...200))
    case 2: .noReply
    case 3: .refused("port-unreachable")
    case 4: .unusable(PacketCheck.allCases.randomElement()!)
    case 5: .rateLimited
    case 6: .denied
    case 7: .sendFailed(Int32.random(in: .min ... .max))
    case 8, 9: .coverage
    case 10: .selfMeasurement
    case 11: .interrupted
    default: nil
    }
  }

  static func envelope() -> Envelope? {
    guard Int.random(in: 0..<5) > 0 else { return nil }
    var envelope = Envelope(span: Nanoseconds(Int64.random(in: 0...1_000_000_000)))
    var moment: Int64 = Int64.random(in: -1_000_000...1_000_000)
    for _ in 0..<Int.random(in: 0...400) {
      envelope.add(length(), at: Instant(nanoseconds: moment))
      moment += Int64.random(in: 0...5_000_000_000)
    }
    return envelope
  }

  static func distribution() -> Distribution? {
    Bool.random() ? Distribution(min: length(), median: length(), p99: length(), max: length()) : nil
  }

  static func summary() -> Summary {
    var summary = Summary(
      reference: ReferenceInfo(
        name: text(80), address: text(60), port: UInt16.random(in: 0...65535), source: text(60),
        interface: text(20), mtu: Int64.random(in: -1...70_000)))
    summary.counts.sent = number()
    summary.counts.good = number()
    summary.counts.lost = number()
    summary.counts.rejected = number()
    for _ in 0..<Int.random(in: 0...30) { summary.counts.checks.count(PacketCheck.allCases.randomElement()!) }
    summary.counts.icmp = number()
    summary.counts.icmpName = Bool.random() ? "port-unreachable" : nil
    summary.counts.sendFailed = number()
    summary.counts.sendError = Int32.random(in: 0...130)
    summary.counts.abandoned = number()
    summary.counts.torn = number()
    summary.counts.transmitKernel = number()
    summary.counts.transmitHardware = number()
    summary.counts.receiveKernel = number()
    summary.counts.receiveHardware = number()
    summary.duration = length()
    summary.interval = length()
    summary.slow = [nil, .publicAddress, .farAway, .rateLimited].randomElement()!
    if Bool.random() {
      summary.server = ServerState(
        leap: UInt8.random(in: 0...255), stratum: UInt8.random(in: 0...255),
        referenceID: ReferenceID(bits: UInt32.random(in: 0...(.max))), rootDelay: length(),
        rootDispersion: length(),
        precision: Precision(exponent: Int8.random(in: -128...127)))
    }
    summary.best = maybe()
    summary.boundLow = maybe()
    summary.boundHigh = maybe()
    summary.worst = maybe()
    summary.coverageCritical = Int64.random(in: -10...1_000_010)
    summary.longestGap = length()
    summary.inconsistencies = number()
    summary.delay = distribution()
    summary.localTransmit = maybe()
    summary.out = maybe()
    summary.serverTime = maybe()
    summary.back = maybe()
    summary.localReceive = maybe()
    summary.offsetOverTime = envelope()
    summary.delayOverTime = envelope()
    summary.verdict = [.ok, .warning, .critical, .unknown].randomElement()!
    summary.unknown = reason()
    return summary
  }

  static func report(_ count: Int) -> Report {
    var report = ReportFixture.report((0..<count).map { _ in summary() }, dropped: number())
    report.origin.probe = text(100)
    report.hello.host = text(100)
    report.hello.kernel = text(100)
    report.hello.clocksource = Bool.random() ? text(100) : nil
    report.hello.critical = length()
    report.hello.warning = length()
    report.hello.timeout = length()
    return report
  }

  static func isPrintable(_ text: Substring) -> Bool { text.utf8.allSatisfy { (0x20...0x7e).contains($0) } }

  @Test func oneReferenceIs80By24() {
    for _ in 0..<3000 {
      let lines = ReportFixture.screen(Self.report(1)).dropLast().split(
        separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 24)
      for line in lines { #expect(line.utf8.count <= 80 && Self.isPrintable(line), "\(line)") }
    }
  }

  @Test func severalAre80Wide() {
    for _ in 0..<500 {
      let screen = ReportFixture.screen(Self.report(Int.random(in: 2...64)))
      for line in screen.split(separator: "\n") {
        #expect(line.utf8.count <= 80 && Self.isPrintable(line), "\(line)")
      }
    }
  }

  @Test func aPluginLineIsOneLineWithOneBar() {
    for _ in 0..<500 {
      let count = Int.random(in: 0...5)
      let line = ReportFixture.plugin(Self.report(count))
      #expect(line.hasSuffix("\n") && Self.isPrintable(line.dropLast()))
      let parts = line.dropLast().split(separator: "|", omittingEmptySubsequences: false)
      #expect(parts.count == 2)
      let metrics = parts[1].split(separator: " ")
      #expect(metrics.count == 7 * count)
      #expect(metrics.allSatisfy { $0.filter { $0 == "=" }.count == 1 })
    }
  }
}
