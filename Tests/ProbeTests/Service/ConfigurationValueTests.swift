import Testing

@testable import Probe

/// Directives that are understood, and what they come to.
@Suite struct ConfigurationValueTests {
  static func settings(_ text: String) throws -> ServiceSettings {
    let fixture = ConfigurationFixture(text)
    return try #require(fixture.settings, "\(fixture.problems)")
  }

  static func stream(_ text: String) throws -> StreamPlan {
    let settings = try settings("reference 10.0.0.1 name gps1\nreference 10.0.0.2 name gps2\nstream \(text)")
    return try #require(settings.streams.first).value
  }

  @Test func standard() throws {
    let settings = try #require(ConfigurationFixture().settings)
    #expect(settings.probe.value == Array("vm7".utf8))
    #expect(settings.critical.value == .milliseconds(1) && settings.warning.value == .microseconds(500))
    #expect(settings.against.value == .reference && settings.watch.value == .milliseconds(8))
    #expect(
      settings.driftTolerance.value == .partsPerMillion(1) && settings.rateWindow.value == .seconds(300))
    #expect(settings.windows.value == .minute)
    #expect(settings.spool.value == SpoolSettings())
    #expect(settings.user.value == nil && settings.realTime.value == nil && !settings.lockMemory.value)
    #expect(
      settings.control.value == Array("/run/timeprobe/control.sock".utf8) && settings.log.value == .info)
    #expect(settings.references.isEmpty && settings.streams.isEmpty && settings.labels.isEmpty)
    #expect(settings.critical.from == .standard && settings.warning.from == .derived("half of critical"))
  }

  @Test func theDesignsExample() throws {
    let settings = try Self.settings(
      """
      probe       ${SITE}
      label       site ams1
      critical    500us
      reference   10.0.0.1 name gps1 interval 250ms interface eth1
      reference   fd00::2  name gps2 interval 1s
      watch       8ms
      spool       /var/lib/timeprobe size 64MB age 7d
      stream      jsonl tcp://vector:9000 records windows,events around 5s
      stream      syslog unixgram:/dev/log records events
      stream      prometheus file:/var/lib/prometheus/node-exporter/timeprobe.prom
      stream      rawstats file:/var/log/timeprobe/rawstats.%Y%m%d from gps1
      """)
    #expect(settings.probe.value == Array("ams1".utf8))
    #expect(settings.labels.map { $0.value } == [Label(key: Array("site".utf8), value: Array("ams1".utf8))])
    #expect(settings.critical.value == .microseconds(500) && settings.warning.value == .microseconds(250))
    let references = settings.references.map { $0.value }
    #expect(references.map { $0.target.name } == ["gps1", "gps2"])
    #expect(references.map { $0.target.host } == ["10.0.0.1", "fd00::2"])
    #expect(references.map { $0.target.port } == [123, 123])
    #expect(references.map { $0.interval } == [.milliseconds(250), .seconds(1)])
    #expect(references.map { $0.interface } == ["eth1", nil])
    #expect(settings.spool.value == SpoolSettings())
    let streams = settings.streams.map { $0.value }
    #expect(streams.map { $0.format } == [.jsonl, .syslog, .prometheus, .rawstats])
    #expect(streams[0].destination == .tcp(host: Array("vector".utf8), port: 9000))
    #expect(streams[0].around == .seconds(5) && streams[0].kinds == [.windows, .events])
    #expect(streams[1].destination == .unixgram(path: Array("/dev/log".utf8)) && streams[1].kinds == .events)
    #expect(streams[3].kinds == .samples && streams[3].references == [Array("gps1".utf8)])
    #expect(streams.map { String(decoding: $0.name, as: UTF8.self) }[0] == "jsonl tcp://vector:9000")
    #expect(
      settings.streams.map { ConfigurationFixture.from($0.from, settings) } == [
        "/c:8", "/c:9", "/c:10", "/c:11",
      ])
    #expect(ConfigurationFixture.from(settings.critical.from, settings) == "/c:3")
  }

  @Test func single() throws {
    let settings = try Self.settings(
      """
      limit 2ms
      warning 1ns
      against utc
      watch 1s
      drift-tolerance 1ppb
      rate-window 1h
      window 1s,1min
      spool off
      user 1000:adm
      real-time 99
      lock-memory yes
      control /a
      log debug
      """)
    #expect(settings.critical.value == .milliseconds(2) && settings.warning.value == Nanoseconds(1))
    #expect(settings.against.value == .utc && settings.watch.value == .seconds(1))
    #expect(
      settings.driftTolerance.value == Rate(partsPerTrillion: 1000)
        && settings.rateWindow.value == .seconds(3600))
    #expect(settings.windows.value == [.second, .minute] && settings.spool.value == nil)
    #expect(settings.user.value == UserSetting(user: Array("1000".utf8), group: Array("adm".utf8)))
    #expect(
      settings.realTime.value == 99 && settings.lockMemory.value && settings.control.value == Array("/a".utf8)
    )
    #expect(settings.log.value == .debug)
    let off = try Self.settings(
      "control off\nreal-time off\nspool /x age 1h size 1GiB\nuser timeprobe\nlock-memory no")
    #expect(off.control.value == nil && off.realTime.value == nil && off.user.value?.group == nil)
    #expect(off.spool.value?.size == 1 << 30 && off.spool.value?.age == .seconds(3600))
  }

  @Test func referenceOptions() throws {
    let settings = try Self.settings(
      """
      reference ntp.example.net:1123 name "a b" interval 1ms timeout 1min interface eth0 rate-agreed hwtimestamp ipv6
      reference [fd00::1]:5 source fd00::7
      reference fe80::1%eth0 port 65535 ipv6
      reference ntp.example.net ipv4 source 10.0.0.7
      """)
    let references = settings.references.map { $0.value }
    #expect(references.map { $0.target.name } == ["a b", "[fd00::1]:5", "fe80::1%eth0", "ntp.example.net"])
    #expect(
      references.map { $0.target.host } == ["ntp.example.net", "fd00::1", "fe80::1%eth0", "ntp.example.net"])
    #expect(references.map { $0.target.port } == [1123, 5, 65535, 123])
    #expect(references[0].interval == .milliseconds(1) && references[0].timeout == .seconds(60))
    #expect(references[0].rateAgreed && references[0].hardwareStamps && references[0].family == .v6)
    #expect(
      references[1].source == "fd00::7" && references[3].source == "10.0.0.7" && references[3].family == .v4)
    #expect(
      !references[1].rateAgreed && !references[1].hardwareStamps
        && references[1].interval == .milliseconds(250))
  }

  @Test func oneServerByTwoInterfaces() throws {
    let settings = try Self.settings(
      "reference 10.0.0.1 name a interface eth0\nreference 10.0.0.1 name b interface eth1")
    #expect(settings.references.count == 2)
  }

  @Test(
    arguments: [
      ("jsonl stdout", .standardOutput), ("jsonl file:/a", .file(path: Array("/a".utf8))),
      ("jsonl file:/a.%Y%%", .file(path: Array("/a.%Y%%".utf8))),
      ("influx unix:/s", .unix(path: Array("/s".utf8))),
      ("syslog unixgram:/dev/log", .unixgram(path: Array("/dev/log".utf8))),
      ("influx udp://10.0.0.9:8089", .udp(host: Array("10.0.0.9".utf8), port: 8089)),
      ("influx udp://[fd00::9]:8089", .udp(host: Array("fd00::9".utf8), port: 8089)),
      ("jsonl tcp://vector.example.net:1", .tcp(host: Array("vector.example.net".utf8), port: 1)),
      ("syslog tcp://[fe80::1%eth0]:601", .tcp(host: Array("fe80::1%eth0".utf8), port: 601)),
    ] as [(String, Destination)])
  func destinations(text: String, destination: Destination) throws {
    let plan = try Self.stream(text)
    #expect(plan.destination == destination)
    #expect(String(decoding: plan.name, as: UTF8.self) == text)
    #expect(plan.kinds == plan.format.usualKinds)
  }

  @Test func streamOptions() throws {
    let csv = try Self.stream("csv file:/a rotate 1d,100MB keep 3 every 10 name x from gps2,gps1")
    #expect(csv.rotation.size == 100_000_000 && csv.rotation.age == .seconds(86400) && csv.rotation.keep == 3)
    #expect(csv.every == 10 && csv.name == [0x78] && csv.kinds == .samples)
    #expect(csv.references == [Array("gps2".utf8), Array("gps1".utf8)])
    #expect(try Self.stream("jsonl file:/a rotate 1min").rotation.keep == 7)
    #expect(
      try Self.stream("jsonl stdout records samples,events every 5 around 1min").kinds == [.samples, .events])
    let syslog = try Self.stream("syslog udp://a:514 facility local7")
    #expect(syslog.facility == 23 && syslog.kinds == [.windows, .events])
    #expect(try Self.stream("syslog udp://a:514").facility == 3)
    #expect(try Self.stream("prometheus file:/a.prom interval 1min from gps1").interval == .seconds(60))
    #expect(try Self.stream("prometheus file:/a.prom").interval == .seconds(15))
  }

  @Test func aroundAloneLeavesOutTheOtherSamples() throws {
    #expect(try Self.stream("csv file:/a around 5s").kinds.isEmpty)
    #expect(try Self.stream("rawstats file:/a around 5s records samples").kinds == .samples)
    #expect(try Self.stream("csv file:/a around 5s every 100").kinds == .samples)
    #expect(try Self.stream("jsonl stdout around 5s").kinds == [.windows, .events])
  }

  @Test func withoutAStreamThereIsStandardOutput() throws {
    let settings = try Self.settings("reference a")
    #expect(settings.streams.map { $0.value.destination } == [.standardOutput])
    #expect(settings.streams.map { $0.from } == [.standard])
    #expect(try Self.settings("reference a\nstream off").streams.isEmpty)
    let last = try Self.settings("reference a\nstream csv file:/a\nstream off\nstream csv file:/a")
    #expect(last.streams.map { $0.from } == [.given(ConfigurationPlace(source: 0, line: 4, column: 1))])
  }

  @Test func unconfigured() {
    for text in ["", "# nothing\n", "critical 5ms\nuser timeprobe\nstream off\n"] {
      guard case .unconfigured = ConfigurationFixture(text).read() else {
        Issue.record("\(text)")
        continue
      }
    }
    guard case .unconfigured = ConfigurationFixture().read() else {
      Issue.record("without any file")
      return
    }
    guard case .valid = ConfigurationFixture("stream jsonl stdout").read() else {
      Issue.record("a stream")
      return
    }
  }
}
