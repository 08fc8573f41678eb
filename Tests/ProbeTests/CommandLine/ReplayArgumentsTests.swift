import Testing

@testable import Probe

@Suite struct ReplayArgumentsTests {
  private func settings(_ words: String...) throws -> ReplaySettings? {
    guard case .replay(let settings) = try parseArguments(["--replay"] + words) else { return nil }
    return settings
  }

  @Test func filesInTheirOrderAndStandardInput() throws {
    let settings = try #require(
      try settings("b", "-", "a", "-c", "5ms", "-w", "2ms", "-f", "csv", "-o", "c", "-q"))
    #expect(settings.inputs == ["b", nil, "a"])
    #expect(settings.burst.critical == .milliseconds(5) && settings.burst.warning == .milliseconds(2))
    #expect(settings.burst.format == .csv && settings.burst.output == "c" && settings.burst.quiet)
  }

  @Test(arguments: OutputFormat.allCases) func everyFormat(format: OutputFormat) throws {
    #expect(try settings("a", "-f", format.name.text)?.burst.format == format)
  }

  /// A file may be called as a mode is, and behind `--` as an option is.
  @Test func wordsThatLookLikeOthers() throws {
    #expect(try settings("burst")?.inputs == ["burst"])
    #expect(try settings("--", "-q", "--json")?.inputs == ["-q", "--json"])
    #expect(throws: UsageError("'a\\xff' is not UTF-8")) {
      try parseArguments([Array("--replay".utf8), [0x61, 0xff]])
    }
  }
}
