import Foundation
import Testing

/// The configuration of the service, from files of this system, by the static binary.
@Suite(.needsTimeprobe) struct ConfigurationTests {
  private final class Folder {
    let url: URL
    init() throws { url = try Scratch.makeFolder() }
    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ bytes: Data) throws -> String {
      let file = url.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: file)
      return file.path
    }
  }

  private func check(_ words: [String], environment: [String: String] = [:]) throws -> Timeprobe.Run {
    try Timeprobe.run(["--check-config"] + words, environment: environment)
  }

  @Test func `a good file is shown in 80 columns, and what is shown says the same`() throws {
    let folder = try Folder()
    let file = try folder.write(
      "c",
      """
      probe ${PROBE_NAME}
      label site "ams 1"
      critical 500us
      reference 10.0.0.1 name gps1 interface eth1
      reference fd00::2 name gps2 interval 1s
      stream jsonl tcp://vector:9000 records windows,events around 5s
      stream prometheus file:/var/lib/prometheus/node-exporter/timeprobe.prom
      include conf.d/*.conf
      """)
    _ = try folder.write("conf.d/10.conf", "watch 10ms\r\n")
    let run = try check(["--config", file], environment: ["PROBE_NAME": "vm 7"])
    #expect(run.status == 0 && run.stderr == "", "\(run.stderr)")
    for line in run.stdout.split(separator: "\n") where !line.contains(folder.url.path) {
      #expect(line.count <= 80, "\(line)")
    }
    for words in [
      "probe           \"vm 7\"", "# \(file):3\n", "conf.d/10.conf:1\n", "# half of critical", "#   gps1   ",
      "around 5s", "interval 15s", "watch           10ms",
    ] { #expect(run.stdout.contains(words), "\(words): \(run.stdout)") }
    let again = try check(["--config", try folder.write("again", run.stdout)])
    func directives(_ text: String) -> String {
      text.replacing(/\s*#.*/, with: "").replacing(/\s*\\?\n\s*/, with: " ")
    }
    #expect(again.status == 0, "\(again.stderr)")
    #expect(directives(again.stdout) == directives(run.stdout))
  }

  @Test func `as one object, by jq's measure`() throws {
    let run = try check(["10.0.0.1", "-i", "1s", "--set", "critical 2ms", "--json"])
    #expect(run.status == 0 && run.stderr == "")
    let object = try #require(try run.records().first)
    #expect(object.kind == "configuration")
    #expect(object.object("critical_ns")?.int("value") == 2_000_000)
    #expect(object.object("critical_ns")?.string("from") == "--set 1")
    #expect(object.array("references")?.first?.int("queries_milli") == 1000)
    #expect((object.array("streams")?.first?.int("bytes_per_day") ?? 0) > 1_000_000)
  }

  @Test func `all errors of all files at once, with their places, and exit 78`() throws {
    let folder = try Folder()
    let file = try folder.write(
      "c",
      "crtical 500us\nreference 10.0.0.1 intervall 1s interval 5m\nprobe ${NOT_SET_ANYWHERE}\ninclude d\nlog x\n"
    )
    let other = try folder.write("d", "  watch\ninclude c\n")
    for words in [["--check-config"], []] {
      let run = try Timeprobe.run(words + ["--config", file])
      #expect(run.status == 78 && run.stdout == "", "\(run.stdout)")
      let lines = run.stderr.split(separator: "\n").map(String.init)
      let places = [
        "\(file):1:1", "\(file):2:20", "\(file):2:42", "\(file):3:7", "\(file):5:5", "\(other):1:3",
      ]
      for place in places {
        #expect(lines.contains { $0.hasPrefix("timeprobe: \(place): ") }, "\(place): \(run.stderr)")
      }
      #expect(lines.contains { $0.hasPrefix("timeprobe: \(other):2:9: ") && $0.contains("includes itself") })
      #expect(lines.count == 7)
      #expect(lines[0].contains("did you mean 'critical'?") && lines[0].contains(" probe label critical "))
    }
  }

  @Test func `a file that is none`() throws {
    let folder = try Folder()
    let latin1 = try folder.write(
      "latin1", Data("label a b\nlabel x caf\u{e9}\n".unicodeScalars.map { UInt8($0.value) }))
    let binary = try folder.write("binary", Data([0x7f, 0x45, 0x4c, 0x46, 0, 0]))
    let long = try folder.write("long", Data(repeating: 0x20, count: (1 << 20) + 1))
    for (path, words) in [
      (latin1, "\(latin1):2:12: '\\xe9' is not UTF-8"), (binary, "\(binary): is no text"),
      (long, "\(long): is longer than 1MiB"), (folder.url.path, "\(folder.url.path): is no file"),
      (folder.url.path + "/nope", "/nope: does not exist"),
    ] {
      let run = try check(["--config", path])
      #expect(run.status == 78 && run.stdout == "" && run.stderr.contains(words), "\(run.stderr)")
    }
  }

  @Test(.needsRoot, .needs(.setpriv)) func `a file that may not be read`() throws {
    let folder = try Folder()
    let file = try folder.write("secret", "reference 10.0.0.1\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    let binary = try PublicBinary()
    let outcome = try Child.run(binary.asNobody(["--check-config", "--config", file]))
    #expect(outcome.status == 78 && outcome.stderr.contains("\(file): cannot be read: Permission denied"))
  }

  /// In a root file system with nothing but what is put there: no other file can have a say.
  @Test(.needsRoot) func `the usual files, and nothing configured`() throws {
    let binary = try PublicBinary()
    let bare = try Child.run(binary.alone(["--check-config"]))
    #expect(bare.status == 0 && bare.stderr.contains("no reference and no stream is configured"))
    let etc = binary.folder.appendingPathComponent("etc/timeprobe/conf.d")
    try FileManager.default.createDirectory(at: etc, withIntermediateDirectories: true)
    try Data("critical 1s\nreference 10.0.0.1\n".utf8).write(
      to: etc.appendingPathComponent("../timeprobe.conf"))
    try Data("critical 2s\n".utf8).write(to: etc.appendingPathComponent("b.conf"))
    try Data("critical 3s\nwarning 1ms\n".utf8).write(to: etc.appendingPathComponent("a.conf"))
    let run = try Child.run(binary.alone(["--check-config", "--set", "watch 2ms"]))
    #expect(run.status == 0, "\(run.stderr)")
    for words in [
      "critical        2s                          # /etc/timeprobe/conf.d/b.conf:1\n",
      "warning         1ms                         # /etc/timeprobe/conf.d/a.conf:2\n",
      "# /etc/timeprobe/timeprobe.conf:2; default: interval timeout port\n",
      "watch           2ms                         # --set 1\n",
    ] { #expect(run.stdout.contains(words), "\(run.stdout)") }
  }

  @Test func `three lines of help for a terminal where nothing is configured`() throws {
    let folder = try Folder()
    let empty = try folder.write("empty", "# nothing\n")
    let command = try Timeprobe.command(["--config", empty]).map { "'\($0)'" }.joined(separator: " ")
    let outcome = try Child.run(["script", "-qec", command, "/dev/null"], environment: ["TERM": "xterm"])
    #expect(outcome.status == 64)
    let lines = outcome.stdout.split(whereSeparator: \.isNewline)
    #expect(lines.count == 3 && lines[0].hasPrefix("timeprobe --burst"), "\(outcome.stdout)")
  }

  @Test func `the file that is shipped`() throws {
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
    let run = try check(["--config", root.appendingPathComponent("packaging/timeprobe.conf").path])
    #expect(run.status == 0 && run.stdout.contains("critical        1ms                         # default"))
  }

  @Test(arguments: [
    (["--config"], "needs a value"), (["--set", "critical"], "'critical' needs a TIME after it"),
    (["--json", "10.0.0.1"], "--json belongs to"), (["burst"], "try 'timeprobe --burst'"),
    (["10.0.0.1", "-n", "5"], "try 'timeprobe --burst 10.0.0.1'"),
  ]) func `words of the service that are refused`(words: [String], text: String) throws {
    let run = try Timeprobe.run(words)
    #expect([64, 78].contains(run.status) && run.stdout == "" && run.stderr.contains(text), "\(run.stderr)")
  }
}
