import Foundation
import Testing

/// What a person at a terminal sees; script(1) is the terminal.
@Suite(.needsTimeprobe) struct TerminalTests {
  /// What reaches the terminal; `redirect` is the shell's.
  private func onTerminal(
    _ options: [String], redirect: String = "", environment: [String: String] = [:]
  ) throws -> String {
    let serve = try Serve()
    let words = try Timeprobe.command(["--burst", serve.reference, "-c", "100ms"] + options)
    let line = words.map { "'\($0)'" }.joined(separator: " ") + " " + redirect
    let environment = ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 }
    let outcome = try ClockTurn.measuring {
      try Child.run(["script", "-qec", line, "/dev/null"], environment: environment)
    }
    #expect(outcome.status == 0, "\(outcome.stdout)")
    return outcome.stdout
  }

  private let short = ["-n", "20", "-i", "2ms"]

  @Test func `no progress within a second`() throws {
    let text = try onTerminal(short)
    #expect(!text.contains(/[0-9][mun]?s( of [0-9.]+s)?  [0-9]+ sent/))
    #expect(text.contains("queries  20 sent, 20 good"))
  }

  @Test func `past a second one line tells how far it is, and is gone at the end`() throws {
    let text = try onTerminal(["-d", "1500ms", "-i", "10ms"], redirect: ">/dev/null")
    let steps = text.split(separator: "\r\u{1b}[K", omittingEmptySubsequences: true)
    #expect(!steps.isEmpty)
    for step in steps { #expect(step.contains(" of 1.5s  ") && step.count < 80, "\(step)") }
    #expect(text.hasSuffix("\r\u{1b}[K"))
    #expect(!text.contains("\n"))
  }

  @Test(arguments: ["-q", "-fjsonl"]) func `no progress where it was not asked for`(option: String) throws {
    let text = try onTerminal(["-d", "1200ms", "-i", "10ms", option], redirect: ">/dev/null")
    #expect(text == "")
  }

  @Test func `no progress where standard error is no terminal`() throws {
    let text = try onTerminal(["-d", "1200ms", "-i", "10ms"], redirect: "2>/dev/null")
    #expect(!text.contains(" of 1.2s") && !text.contains("\u{1b}[K"))
  }

  @Test func `colour on a terminal, unless NO_COLOR is set or the terminal is dumb`() throws {
    let colour = /\u{1b}\[[0-9;]*m/
    #expect(try onTerminal(short).contains(colour))
    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      #expect(try !onTerminal(short, environment: environment).contains(colour))
    }
    #expect(try !onTerminal(short, redirect: "| cat").contains(colour))
  }
}
