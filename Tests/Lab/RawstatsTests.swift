import Foundation
import Testing

/// Our rawstats beside those of a real ntpd that asks the same server from the same host.
@Suite(.needsRoot, .needs(.ip, .setpriv, .ntpsec), .needsTimeprobe) struct RawstatsTests {
  /// Stratum 1 has a text as its reference ID, those above an address.
  @Test(.needs(.readers), arguments: [1, 5])
  func `column by column as a real ntpd writes them`(stratum: Int) throws {
    try Network.with { hosts in
      let server = try Serve(
        ["--stratum", "\(stratum)", "--refid", "GPS"], on: hosts[1].address4, port: 123, in: hosts[1])
      defer { server.child.stop() }
      let client = try NTPsecServer(in: hosts[0], polls: server.address)
      defer { client.stop() }
      try eventually("two lines of rawstats: \(client.log)", within: .seconds(20)) {
        client.rawstats.filter { $0 == "\n" }.count >= 2
      }
      let run = try ClockTurn.measuring {
        try Timeprobe.run(
          ["--burst", server.address, "-f", "rawstats"] + Burst.quick, inside: hosts[0])
      }
      let theirs = try #require(client.rawstats.split(separator: "\n").first).split(separator: " ")
      let lines = run.stdout.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(lines.count == 50)
      #expect(theirs.count == 20)
      for ours in lines {
        #expect(ours.count == 17)
        #expect(ours.map(form) == theirs.prefix(17).map(form))
        // Addresses, leap, version, mode, stratum, precision, root delay and dispersion, reference ID.
        let same = [2, 3, 8, 9, 10, 11, 13, 14, 15, 16]
        #expect(same.map { ours[$0] } == same.map { theirs[$0] })
        // Both count the same seconds since 1900, within the minute that this test may take.
        for column in 4..<8 {
          let difference = try #require(Double(ours[column])) - #require(Double(theirs[column]))
          #expect(abs(difference) < 60)
        }
      }
      try expectSameReading(theirs: client.rawstats, ours: run.stdout)
    }
  }

  /// Digits after the point, and which words are numbers: lengths before the point differ with the value.
  private func form(_ word: Substring) -> String {
    if word.hasPrefix(".") { return "refid" }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard Double(word) != nil else { return parts.count == 4 ? "address" : "text" }
    return "number with \(parts.count == 2 ? parts[1].count : 0) decimals"
  }

  /// ntpstats takes both for the same: one peer, offsets and delays of a machine that measures itself.
  private func expectSameReading(theirs: String, ours: String) throws {
    let script = """
      import sys
      from ntpstats import parsers
      for path in sys.argv[1:]:
        for s in parsers.load(path, "rawstats"):
          print(s.name.split("[")[-1], max(abs(s.offset)) < 0.1)
      """
    let folder = try Scratch.makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var paths: [String] = []
    for (name, text) in [("theirs", theirs), ("ours", ours)] {
      let file = folder.appendingPathComponent(name)
      try text.write(to: file, atomically: false, encoding: .utf8)
      paths.append(file.path)
    }
    let lines = try Child.check([try Tool.readers.path(), "-c", script] + paths).split(separator: "\n")
    #expect(
      lines.count == 2 && lines.allSatisfy { $0.contains("10.77.0.2") && $0.hasSuffix("True") }, "\(lines)")
  }
}
