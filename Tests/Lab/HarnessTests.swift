import Foundation
import Testing

@Suite struct ChildTests {
  @Test func `output, status and usage are captured`() throws {
    let outcome = try Child.run(
      ["sh", "-c", "cat; echo out; echo err >&2; exit 3"], input: Array("in\n".utf8))
    #expect(outcome.status == 3)
    #expect(outcome.stdout == "in\nout\n")
    #expect(outcome.stderr == "err\n")
    #expect(outcome.usage.elapsed > .zero)
  }

  @Test func `a busy process has used CPU time and memory`() throws {
    let outcome = try Child.run(["sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"])
    #expect(outcome.usage.cpu > .milliseconds(5))
    #expect(outcome.usage.peakRSS > 100_000)
    // This test process is larger than that: its peak must not show through.
    #expect(outcome.usage.peakRSS < 8_000_000)
  }

  @Test func `a signal shows as 128 and its number`() throws {
    let child = try Child(["sleep", "60"])
    child.signal(SIGTERM)
    #expect(try child.wait().status == 128 + SIGTERM)
  }

  @Test func `past its deadline it is killed with its children`() throws {
    let child = try Child(["sh", "-c", "sleep 61 & echo $!; wait"])
    #expect(throws: LabFailure.self) { try child.wait(.milliseconds(100)) }
    let grandchild = try #require(pid_t(child.stdout.trimmingCharacters(in: .whitespacesAndNewlines)))
    expectGone(grandchild)
  }

  @Test func `what the leader left behind is killed when it ends`() throws {
    let outcome = try Child.run(["sh", "-c", "sleep 62 & echo $!"])
    let grandchild = try #require(pid_t(outcome.stdout.trimmingCharacters(in: .whitespacesAndNewlines)))
    expectGone(grandchild)
  }

  @Test func `the process goes with the object`() throws {
    let id = try Child(["sleep", "63"]).id
    expectGone(id)
  }

  @Test func `a program that is not there is an error`() {
    #expect(throws: LabFailure.self) { try Child(["no-such-program-of-the-lab"]) }
    #expect(throws: LabFailure.self) { try Child(["/no/such/program"]) }
  }

  @Test func `waiting ends with the condition or the deadline`() throws {
    var calls = 0
    try eventually("third call", within: .seconds(5)) {
      calls += 1
      return calls == 3
    }
    #expect(calls == 3)
    #expect(throws: LabFailure.self) { try eventually("never", within: .milliseconds(20)) { false } }
  }

  /// Not even a zombie remains.
  private func expectGone(_ id: pid_t) {
    #expect(kill(id, 0) != 0 && errno == ESRCH)
  }
}

@Suite(.serialized, .needsRoot, .needs(.ip)) struct NamespaceTests {
  @Test func `two hosts reach each other over both families`() throws {
    try Network.with { hosts in
      try expectReachable(from: hosts[0], to: hosts[1])
      let outcome = try hosts[0].run(["cat", "/sys/class/net/eth0/mtu"])
      #expect(outcome.stdout == "1500\n")
    }
  }

  @Test func `three hosts reach each other`() throws {
    try Network.with(hosts: 3) { hosts in
      try expectReachable(from: hosts[0], to: hosts[2])
      try expectReachable(from: hosts[2], to: hosts[1])
    }
  }

  @Test func `nothing remains, also after an error`() throws {
    var names: [String] = []
    #expect(throws: LabFailure.self) {
      try Network.with { hosts in
        names = hosts.map(\.name)
        #expect(try Set(Namespace.existing()).isSuperset(of: names))
        // A daemon that left its process group and its parent.
        _ = try hosts[0].run(["setsid", "-f", "sleep", "64"])
        throw LabFailure("as meant")
      }
    }
    #expect(names.count == 2)
    #expect(try Set(Namespace.existing()).isDisjoint(with: names))
    let sleepers = try Child.run(["pgrep", "-x", "-f", "sleep 64"])
    #expect(sleepers.stdout == "")
  }

  @Test func `the namespaces of a dead test process are swept`() throws {
    // A process that has ended and was reaped: its number is nobody's.
    let dead = try Child(["true"])
    _ = try dead.wait()
    let name = "\(Namespace.namePrefix)\(dead.id)n1"
    try Child.check(["ip", "netns", "add", name])
    Namespace.sweep()
    #expect(try !Namespace.existing().contains(name))
  }

  @Test func `a daemon has no right to set the clock`() throws {
    try Network.with { hosts in
      let child = try hosts[0].startDaemon(["grep", "^CapEff", "/proc/self/status"])
      let line = try child.wait().stdout
      let rights = try #require(UInt64(line.split(whereSeparator: \.isWhitespace).last ?? "", radix: 16))
      // CAP_SYS_TIME, linux/capability.h
      #expect(rights >> 25 & 1 == 0)
      #expect(rights != 0)
    }
  }

  private func expectReachable(from client: Namespace, to server: Namespace) throws {
    for host in [server.address4, server.address6] {
      let address = SocketAddress(host: host, port: 7)
      let receiver = try server.inside { try UDPSocket(bind: address) }
      let sender = try client.inside { try UDPSocket(connect: address) }
      #expect(sender.send([1, 2, 3]))
      #expect(receiver.receive(within: .seconds(2)) == [1, 2, 3])
    }
  }
}

@Suite struct TimeprobeHelperTests {
  @Test func `records are read by type`() throws {
    let text = """
      {"kind":"sample","seq":1,"t1":"1795223845.838933792","offset_ns":-712,"stages_ns":{"out":1180}}
      {"kind":"event","also":[{"cause":"loss"}]}
      """
    let records = try Timeprobe.parse(lines: text)
    #expect(records.map(\.kind) == ["sample", "event"])
    #expect(records[0].int("offset_ns") == -712)
    #expect(records[0].string("t1") == "1795223845.838933792")
    #expect(records[0].object("stages_ns")?.int("out") == 1180)
    #expect(records[1].array("also")?.first?.string("cause") == "loss")
    #expect(records[1].int("offset_ns") == nil)
    #expect(throws: LabFailure.self) { try Timeprobe.parse(lines: "warning: not JSON") }
  }
}
