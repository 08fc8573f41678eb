import Foundation
import Testing

@testable import Probe

/// What is installed beside the binary knows every option and every directive.
@Suite struct PackagedTextTests {
  private static func packaged(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("packaging/\(name)"), encoding: .utf8)
  }

  /// Whole words of options: what stands between spaces, quotes, brackets, commas and the like.
  private static func words(_ text: String) -> Set<String> {
    Set(text.split { " \n\t,:|'\"()[]{}*".contains($0) }.map(String.init))
  }

  /// The options that mdoc text names: `Fl c , \-critical Ar time`.
  private static func flags(_ page: String) -> Set<String> {
    var found: Set<String> = []
    for line in page.split(separator: "\n") where line.contains("Fl ") && line.hasPrefix(".It") {
      let words = line.split(separator: " ")
      for (before, word) in zip(words, words.dropFirst())
      where word != "Fl" && (before == "Fl" || before == ",") {
        found.insert("-" + word.replacingOccurrences(of: "\\-", with: "-"))
      }
    }
    return found
  }

  private static let spellings: Set<String> = Set(
    OptionTable.entries.flatMap { entry -> [String] in
      (entry.name.map { ["--\($0)"] } ?? []) + (entry.letter.map { ["-\(Unicode.Scalar($0))"] } ?? [])
    })

  @Test func `timeprobe(1) has exactly the options that there are`() throws {
    #expect(Self.flags(try Self.packaged("man/timeprobe.1")) == Self.spellings)
  }

  @Test func `timeprobe(1) has every exit status`() throws {
    let page = try Self.packaged("man/timeprobe.1")
    for status in ExitStatus.allCases { #expect(page.contains("\n.It \(status.rawValue)\n"), "\(status)") }
  }

  @Test func `timeprobe.conf(5) has every directive and each of its options`() throws {
    let page = try Self.packaged("man/timeprobe.conf.5")
    // The words of `Cm` in the heads of items.
    var heads: Set<String> = []
    for line in page.split(separator: "\n") where line.hasPrefix(".It ") {
      heads.formUnion(line.split(separator: " ").map(String.init))
    }
    for word in Directive.words { #expect(heads.contains("\(word)"), "\(word)") }
    for options in [DirectiveOption.reference, DirectiveOption.stream, DirectiveOption.spool] {
      for option in options { #expect(heads.contains("\(option.name)"), "\(option.name)") }
    }
  }

  @Test(arguments: ["timeprobe.bash", "_timeprobe"])
  func `bash and zsh complete exactly the long options, and the directives`(_ file: String) throws {
    let words = Self.words(try Self.packaged("completions/\(file)"))
    let long = Self.spellings.filter { $0.hasPrefix("--") }
    #expect(Set(words.filter { $0.hasPrefix("--") && $0.count > 2 }.filter { !$0.contains("$") }) == long)
    for directive in Directive.words { #expect(words.contains("\(directive)"), "\(directive)") }
  }

  @Test func `fish completes exactly the options, and the directives`() throws {
    let text = try Self.packaged("completions/timeprobe.fish")
    var found: Set<String> = []
    for line in text.split(separator: "\n") where line.hasPrefix("complete ") {
      let words = line.split(separator: " ")
      for (flag, value) in zip(words, words.dropFirst()) {
        if flag == "-l" { found.insert("--\(value)") }
        if flag == "-s" { found.insert("-\(value)") }
      }
    }
    #expect(found == Self.spellings)
    for directive in Directive.words { #expect(Self.words(text).contains("\(directive)"), "\(directive)") }
  }
}
