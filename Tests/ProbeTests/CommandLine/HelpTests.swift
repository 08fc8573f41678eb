import Testing

@testable import Probe

@Suite struct HelpTests {
  static var help: String {
    var text = ByteWriter()
    appendHelp(to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test func fits80Columns() {
    for line in Self.help.split(separator: "\n") { #expect(line.utf8.count <= 80, "\(line)") }
    var short = ByteWriter()
    appendShortHelp(to: &short)
    let lines = String(decoding: short.bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.utf8.count <= 80 })
  }

  @Test func hasEveryOptionAndRange() {
    let help = Self.help
    for entry in OptionTable.entries { #expect(help.contains(entry.spelling), "\(entry.spelling)") }
    for limits in [BurstLimits.interval, BurstLimits.timeout, BurstLimits.duration, BurstLimits.critical] {
      #expect(help.contains("\(limits.lowerBound.exactText) to \(limits.upperBound.exactText)"))
    }
    #expect(help.contains("\(BurstLimits.count.lowerBound) to \(BurstLimits.count.upperBound)"))
    for format in OutputFormat.allCases { #expect(help.contains(format.name.text)) }
    for status in [0, 1, 2, 3, 64, 65, 74, 77, 78] {
      #expect(help.contains("\n\(status < 10 ? "   " : "  ")\(status)  "))
    }
    #expect(help.hasSuffix("on standard output.\n"))
  }

  @Test func theExamplesWork() throws {
    let examples = Self.help.split(separator: "\n").filter { $0.hasPrefix("  timeprobe ") }
    #expect(examples.count == 4)
    for example in examples {
      _ = try parseArguments(example.split(separator: " ").dropFirst().map(String.init))
    }
  }

  @Test func version() {
    var text = ByteWriter()
    appendVersion("1.2.3", to: &text)
    #expect(String(decoding: text.bytes, as: UTF8.self) == "timeprobe 1.2.3\n")
  }
}

@Suite struct ExitStatusTests {
  @Test(
    arguments: [
      ([], .unknown), ([.ok], .ok), ([.ok, .unknown], .unknown), ([.unknown, .warning], .warning),
      ([.warning, .critical, .unknown], .critical), ([.ok, .ok], .ok),
    ] as [([Verdict], Verdict)])
  func worst(verdicts: [Verdict], worst: Verdict) {
    #expect(Verdict.worst(of: verdicts) == worst)
    #expect(Verdict.worst(of: verdicts.reversed()) == worst)
  }

  @Test func numbers() {
    #expect(ExitStatus.allCases.map { $0.rawValue } == [0, 1, 2, 3, 64, 65, 74, 77, 78])
    #expect(ExitStatus.allCases.map { $0.asPlugin.rawValue } == [0, 1, 2, 3, 3, 3, 3, 3, 3])
    for verdict: Verdict in [.ok, .warning, .critical, .unknown] {
      #expect(ExitStatus(verdict).rawValue == Int32(verdict.rawValue))
    }
  }
}
