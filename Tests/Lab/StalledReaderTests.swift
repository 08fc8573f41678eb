import Foundation
import Testing

/// A collector that does not read.
@Suite(.needsTimeprobe) struct StalledReaderTests {
  /// A named pipe that somebody holds open and does not read, as a stopped process does: 64 KB fit, and 256
  /// KB wait in the program.
  private final class Pipe {
    let path: String
    private let folder: URL
    private let fd: Int32

    init() throws {
      folder = try Scratch.makeFolder()
      path = folder.appendingPathComponent("pipe").path
      guard mkfifo(path, 0o600) == 0 else { throw LabFailure(call: "mkfifo", errno: errno) }
      fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      guard fd >= 0 else { throw LabFailure(call: "open \(path)", errno: errno) }
    }

    deinit {
      close(fd)
      try? FileManager.default.removeItem(at: folder)
    }

    /// What is there now, or nil where the writer has gone.
    func read() -> [UInt8]? {
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = Glibc.read(fd, &buffer, buffer.count)
      if count == 0 { return nil }
      return count < 0 ? [] : Array(buffer[..<count])
    }

    /// All that still comes until the writer ends.
    func readAll() throws -> String {
      var bytes: [UInt8] = []
      try eventually("the end of the pipe", within: .seconds(20), every: .milliseconds(1)) {
        while true {
          guard let more = read() else { return true }
          if more.isEmpty { return false }
          bytes += more
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Reads nothing until query `resume` has ended; `-v` tells on standard error how far it is.
  private func burst(count: Int, resume: Int) throws -> Burst {
    let serve = try Serve()
    let pipe = try Pipe()
    return try ClockTurn.measuring {
      let child = try Timeprobe.start(
        ["--burst", serve.reference, "-n", "\(count)", "-i", "200us", "-t", "500ms", "-c", "100ms"]
          + ["-f", "jsonl", "-v", "-o", pipe.path])
      try eventually("query \(resume) ends while nobody reads", within: .seconds(20)) {
        child.stderr.contains(" #\(resume) ")
      }
      if resume == count { try waitUntilBlocked(child) }
      let text = try pipe.readAll()
      let burst = try Burst(lines: text)
      #expect(try child.wait().status == 0)
      return burst
    }
  }

  /// No CPU time between two looks a hundred queries apart: it waits for its reader, and for nothing else.
  private func waitUntilBlocked(_ child: Child) throws {
    var last = ""
    try eventually("it waits for its reader", within: .seconds(20), every: .milliseconds(20)) {
      let now = try String(contentsOfFile: "/proc/\(child.id)/schedstat", encoding: .utf8)
      defer { last = now }
      return now == last
    }
  }

  private func expectAllAccounted(_ burst: Burst, _ count: Int) throws {
    burst.expectTruth()
    let drops = burst.all("drop")
    #expect(!drops.isEmpty)
    var seqs: [Int64] = burst.records.compactMap { $0.int("seq") }
    #expect(seqs == seqs.sorted())
    var dropped: Int64 = 0
    for drop in drops {
      let (from, to) = (try #require(drop.int("from_seq")), try #require(drop.int("to_seq")))
      #expect(drop.int("count") == to - from + 1)
      seqs += Array(from...to)
      dropped += to - from + 1
    }
    #expect(seqs.sorted() == (1...Int64(seqs.count)).map { $0 })
    #expect(burst.samples.count + burst.losses.count < count)
    // A drop record for which there was no room is itself one of the dropped.
    #expect(Int64(burst.samples.count + burst.losses.count) + dropped >= Int64(count))
    try burst.expectSchema()
  }

  @Test func `measuring goes on, and a reader that comes back learns what it missed`() throws {
    let burst = try burst(count: 3000, resume: 1500)
    try expectAllAccounted(burst, 3000)
    let drop = try #require(burst.records.firstIndex { $0.kind == "drop" })
    #expect(burst.records[drop...].contains { $0.kind == "sample" })
  }

  /// Where not even the drop record had room, it comes once there is some.
  @Test func `a reader that comes back after the end learns what it missed as well`() throws {
    let burst = try burst(count: 1500, resume: 1500)
    try expectAllAccounted(burst, 1500)
    #expect(burst.records.last?.kind == "drop")
  }
}
