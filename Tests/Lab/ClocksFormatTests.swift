import Foundation
import Testing

/// `--clocks` in every format that it has, as its readers have them.
@Suite(.needsTimeprobe) struct ClocksFormatTests {
  private func run(_ options: [String]) throws -> Timeprobe.Run {
    try ClockTurn.measuring { try Timeprobe.run(["--clocks", "-d", "200ms", "-t", "200ms"] + options) }
  }

  @Test func `text is 80 columns of printable ASCII, the guest at its head`() throws {
    let serve = try Serve()
    let run = try run([serve.reference])
    #expect(run.status == 0 && run.stderr == "")
    let lines = run.stdout.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(run.stdout)")
    #expect(run.stdout.utf8.allSatisfy { $0 == 10 || (0x20...0x7e).contains($0) })
    #expect(lines[1].hasPrefix("guest    "))
    #expect(lines.contains { $0.hasPrefix("REALTIME ") } && lines.contains { $0.hasPrefix("MONOTONIC_RAW ") })
    #expect(run.stdout.contains("\nagainst \(serve.reference), "))
  }

  @Test func `json and jsonl keep to the schema, with the way to each reference`() throws {
    let serve = try Serve()
    for format in ["json", "jsonl"] {
      let run = try run([serve.reference, "-f", format])
      #expect(run.status == 0 && run.stderr == "")
      try Schema.expect(run.stdout)
      let records = try run.records()
      if format == "json" {
        #expect(records.count == 1 && records[0].kind == "clocks")
        let table = try #require(records[0].array("tables")?.first)
        #expect(table.array("references")?.first?.string("route") == "local")
      } else {
        #expect(records.map(\.kind).prefix(3) == ["hello", "clocksource", "clock"])
        #expect(records.dropFirst(2).allSatisfy { $0.kind == "clock" })
        #expect(records.map { $0.int("seq") } == (1...records.count).map { Int64($0) })
      }
    }
  }

  @Test func `csv has the same columns in each line, one line for each clock and reference`() throws {
    let serve = try Serve()
    let lines = try run([serve.reference, "-f", "csv"]).stdout.split(separator: "\n")
    let columns = lines[0].filter { $0 == "," }.count
    #expect(lines[0].hasPrefix("clocksource,clock,state,read_min_ns,") && columns == 22)
    for line in lines.dropFirst() where !line.contains("\"") {
      #expect(line.filter { $0 == "," }.count == columns, "\(line)")
    }
    #expect(lines.filter { $0.contains(",REALTIME,ok,") && $0.contains(",\(serve.reference),") }.count == 1)
  }

  @Test func `no reference answered: exit 3, with the table all the same`() throws {
    let port = try Serve.freePort()
    let run = try run(["127.0.0.1:\(port)"])
    #expect(run.status == 3)
    let heading = run.stdout.replacingOccurrences(of: "\n", with: " ")
    #expect(heading.contains("refused: ICMP port-unreachable") && run.stdout.contains("\nREALTIME "))
  }
}
