import Foundation
import Testing

/// Every format, as its readers have it.
@Suite(.needsTimeprobe) struct FormatTests {
  private func run(_ format: String, _ options: [String] = Burst.quick) throws -> Timeprobe.Run {
    let serve = try Serve(["--refid", "GPS"])
    return try ClockTurn.measuring {
      try Timeprobe.run(["--burst", serve.reference, "-f", format] + options)
    }
  }

  @Test func `text is a screen`() throws {
    let run = try run("text")
    let lines = run.stdout.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(run.status == 0 && run.stderr == "")
    #expect(lines.count <= 24)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(run.stdout.utf8.allSatisfy { $0 == 10 || (0x20...0x7e).contains($0) })
    #expect(run.stdout.contains(/\noffset   [0-9.]+[num]?s (behind|ahead) \(best\); .* \(proven\)\n/))
    // The plots' rows, and the axis.
    #expect(lines.contains { $0.hasPrefix("offset ") && $0.contains("|") })
    #expect(lines.contains { $0.hasPrefix("delay ") && $0.contains("|") })
  }

  @Test func `json is one object and nothing else`() throws {
    let run = try run("json")
    #expect(run.stderr == "")
    #expect(run.stdout.filter { $0 == "\n" }.count == 1 && run.stdout.hasSuffix("}\n"))
    let object = try #require(run.records().first)
    #expect(object.kind == "burst" && object.int("exit") == 0)
    try Schema.expect(run.stdout)
  }

  @Test func `plugin is one line with performance data`() throws {
    let run = try run("plugin")
    #expect(run.status == 0 && run.stderr == "")
    let form = /TIMEPROBE OK - [^|\n]+ \|( [a-z_]+=-?[0-9.]+(s|%)(;[-0-9.:]*)*)+\n/
    #expect(run.stdout.wholeMatch(of: form) != nil, "\(run.stdout)")
    #expect(run.stdout.contains(" coverage=100.0000%;;;0;100"))
    let none = try Timeprobe.run(["--burst", "127.0.0.1:1", "--plugin", "-n", "3", "-i", "2ms"])
    #expect(none.status == 3)
    #expect(none.stdout.hasPrefix("TIMEPROBE UNKNOWN - ") && none.stdout.filter { $0 == "\n" }.count == 1)
  }

  @Test(.needs(.gnuplot)) func `gnuplot reads the CSV`() throws {
    try withFile("csv") { path, lines in
      let script =
        "set datafile separator ','; do for [c in 'unix_time offset delay bound_low bound_high']"
        + " { stats '\(path)' using c nooutput; print STATS_records }"
      // gnuplot prints to standard error.
      let outcome = try Child.run([try Tool.gnuplot.path(), "-e", script])
      #expect(outcome.status == 0)
      #expect(outcome.stderr == String(repeating: "\(lines)\n", count: 5), "\(outcome.stderr)")
    }
  }

  @Test(.needs(.readers)) func `allantools reads the CSV as the page says`() throws {
    try withFile("csv") { path, lines in
      let script = """
        import allantools, numpy, sys
        x = numpy.genfromtxt(sys.argv[1], delimiter=",", names=True, usecols=range(5))
        taus, deviations, errors, counts = allantools.oadev(x["offset"], rate=500, data_type="phase")
        print(len(x), len(taus) > 2, bool((deviations > 0).all()), bool((x["bound_low"] <= x["bound_high"]).all()))
        """
      let said = try Child.check([Tool.readers.path(), "-c", script, path])
      #expect(said == "\(lines) True True True\n")
    }
  }

  @Test(.needs(.readers), arguments: ["csv", "rawstats"])
  func `ntpstats reads it by itself`(format: String) throws {
    try withFile(format) { path, lines in
      let script = """
        import sys
        from ntpstats import parsers
        series = parsers.load(sys.argv[1])
        print(len(series), len(series[0].offset), max(abs(series[0].offset)) < 0.1)
        """
      // Of lines with one time it keeps one, and rawstats have but milliseconds.
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let times = Set(text.split(separator: "\n").map { $0.split(separator: " ").prefix(2) })
      let said = try Child.check([Tool.readers.path(), "-c", script, path])
      #expect(said == "1 \(format == "csv" ? lines : times.count) True\n")
    }
  }

  /// Written by the binary itself; the count is that of the samples.
  private func withFile(_ format: String, _ body: (String, Int) throws -> Void) throws {
    let folder = try Scratch.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent(format == "csv" ? "burst.csv" : "rawstats").path
    let run = try run(format, Burst.quick + ["-o", path])
    #expect(run.status == 0 && run.stdout == "" && run.stderr == "")
    try body(path, 50)
  }
}
