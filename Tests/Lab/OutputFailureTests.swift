import Foundation
import Testing

/// When the output cannot take what is written: what was and was not, exit 74, and no waiting for the rest.
@Suite(.needsTimeprobe) struct OutputFailureTests {
  @Test(arguments: ["text", "json", "jsonl", "csv", "rawstats"])
  func `a device that is full`(format: String) throws {
    let serve = try Serve()
    let run = try Timeprobe.run(
      ["--burst", serve.reference, "-n", "20", "-i", "2ms", "-f", format, "-o", "/dev/full"])
    #expect(run.status == 74)
    #expect(run.stdout == "")
    let message =
      /timeprobe: \/dev\/full: No space left on device; 0 of (\d+) lines were written, the last (\d+) were not\n/
    let match = try #require(try message.wholeMatch(in: run.stderr), "\(run.stderr)")
    #expect(match.1 == match.2)
  }

  /// 1 MB holds about a third of it. The file stays, with as many whole lines as the message says.
  @Test(.needsRoot, .needs(.ip)) func `a disk that fills up on the way`() throws {
    try Network.with { hosts in
      let serve = try Serve(on: "127.0.0.1", port: 123, in: hosts[0])
      let folder = try Scratch.makeFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      // Mounted in the mount namespace of `ip netns exec`: gone with the shell.
      let script = """
        mount -t tmpfs -o size=1m tmpfs "$0" && cd "$0"
        "$@" -o full.jsonl; echo "status $?"; echo "lines $(wc -l < full.jsonl)"
        """
      let measure = try Timeprobe.command(
        ["--burst", "127.0.0.1", "-n", "5000", "-i", "100us", "-f", "jsonl"])
      let outcome = try hosts[0].run(["sh", "-c", script, folder.path] + measure)
      serve.child.stop()
      #expect(outcome.stdout.contains("status 74\n"))
      let written = try #require(try /lines (\d+)/.firstMatch(in: outcome.stdout)).1
      #expect(try #require(Int(written)) > 500)
      let message =
        /timeprobe: full.jsonl: No space left on device; (\d+) of (\d+) lines were written, the last (\d+) were not\n/
      let match = try #require(try message.wholeMatch(in: outcome.stderr), "\(outcome.stderr)")
      #expect(match.1 == written)
      #expect(Int(match.1).flatMap { a in Int(match.3).map { a + $0 } } == Int(match.2))
    }
  }

  @Test func `a file that cannot be made is refused before the first query`() throws {
    let asked = try UDPSocket(bind: SocketAddress(host: "127.0.0.1", port: 0))
    let path = "/no-such-folder/records"
    let run = try Timeprobe.run(["--burst", "127.0.0.1:\(asked.localPort)", "-o", path])
    #expect(run.status == 74)
    #expect(run.stderr == "timeprobe: \(path): No such file or directory\n")
    #expect(asked.receive(within: .zero) == nil)
  }

  @Test func `a reader that goes away ends it`() throws {
    let serve = try Serve()
    let command = try Timeprobe.command(["--burst", serve.reference, "-d", "20s", "-f", "jsonl"])
    let outcome = try Child.run(
      ["bash", "-c", "\"$@\" | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}", "bash"] + command)
    #expect(outcome.status == 74)
    #expect(outcome.stderr.contains("timeprobe: standard output: Broken pipe; "))
    #expect(outcome.usage.elapsed < .seconds(10))
  }

  /// The sockets must not get the number of the output that is not there: records would go to the server.
  @Test func `without a standard output nothing but queries reaches the server`() throws {
    let serve = try Serve()
    let relay = try Relay(to: serve.target)
    defer { relay.stop() }
    for closed in [">&-", ">&- 2>&-", "<&- >&- 2>&-"] {
      let command = try Timeprobe.command([
        "--burst", "\(relay.address)", "-n", "20", "-i", "2ms", "-f", "jsonl",
      ])
      let outcome = try Child.run(["sh", "-c", "\"$@\" \(closed)", "sh"] + command)
      #expect(outcome.status == 74)
    }
    #expect(relay.packets.allSatisfy { $0.bytes.count == 48 })
  }
}
