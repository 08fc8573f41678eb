import Testing

@testable import Probe

@Suite("JSON Lines: the exact text")
struct JSONRecordTests {
  private let start = #"""
    {"schema":"timeprobe/1","kind":"sample","probe":"vm7","run":"9c1f03a7001122334455667788\#
    99aabb","seq":17,"reference":"gps1","time":"2026-11-21T02:24:05.838945372Z","raw":"81273.450012345",\#
    "t1":"1795227845.838933792","t2":"1795227845.838934305","t3":"1795227845.838943435",
    """#

  private func sample(_ sample: Sample) -> String {
    Fixture.text { $0.json(sample, Fixture.origin, Fixture.gps1) }
  }

  @Test func sampleWithKernelStampsAndBothLegs() {
    #expect(
      sample(Fixture.sample()) == start + #"""
        "t4":"1795227845.838945372","tx":"kernel","rx":"kernel","mode":"basic","offset_ns":-712,\#
        "bound":"exchange","bound_low_ns":-1990,"bound_high_ns":566,"utc_low_ns":-17249,"utc_high_ns":15825,\#
        "delay_ns":2450,"elapsed_ns":11580,"stages_ns":{"local_tx":5210,"out":1180,"server":9130,"back":1270,"local_rx":3890},\#
        "leap":0,"stratum":1,"refid":"GPS","root_delay_ns":0,"root_dispersion_ns":15259,"precision":-25,"poll":6,\#
        "query":17,"eps_ns":{"stamps":2,"precision":30,"map_tx":555,"map_rx":422}}

        """#)
  }

  @Test func userStampsHaveNoLocalStageAndUnknownLegsAreAbsent() {
    let line = sample(Fixture.sample(Fixture.exchange(tx: .user, rx: .user), bound: .band, legs: false))
    #expect(line.contains(#""tx":"user","rx":"user","#))
    #expect(line.contains(#""bound":"band","#))
    #expect(line.contains(#""stages_ns":{"server":9130},"#))
  }

  @Test func eachLocalStageGoesWithItsOwnStamp() {
    let line = sample(Fixture.sample(Fixture.exchange(tx: .hardware, rx: .user), legs: false))
    #expect(line.contains(#""stages_ns":{"local_tx":5210,"server":9130},"#))
  }

  /// C is set forward by 20 us: size and step have the offset's sign, so they are negative.
  @Test func tornSampleSaysBySteppedHowMuch() {
    let line = sample(Fixture.sample(Fixture.exchange(step: 20000)))
    #expect(line.contains(#""map_rx":422,"tear":20000},"torn":true,"step_ns":-20000}"#))
    #expect(line.contains(#""offset_ns":-10712,"#))
  }

  @Test func secondaryServerHasAnAddressAsReferenceID() {
    var server = Fixture.server
    server.stratum = 2
    server.referenceID = ReferenceID(bits: 0x0a00_0001)
    server.rootDelay = Nanoseconds(3)
    let line = sample(Fixture.sample(Fixture.exchange(server: server)))
    #expect(line.contains(#""stratum":2,"refid":"10.0.0.1","root_delay_ns":3,"#))
    // Half of 3 ns is rounded up: it widens.
    #expect(line.contains(#""utc_low_ns":-17251,"utc_high_ns":15827,"#))
  }

  @Test func hello() {
    #expect(
      Fixture.text { $0.json(Fixture.hello, Fixture.origin) } == #"""
        {"schema":"timeprobe/1","kind":"hello","probe":"vm7","run":"9c1f03a700112233445566778899aabb","seq":1,\#
        "time":"2026-11-21T02:24:05.838945372Z","raw":"81273.450012345","version":"0.1.0",\#
        "host":"vm7.example.net","kernel":"6.1.0-28-amd64","clocksource":"kvm-clock","interval_ns":8000000,\#
        "timeout_ns":500000000,"warning_ns":500000,"critical_ns":1000000,\#
        "guest":{"machine":"kvm","platform":"ec2",\#
        "machine_evidence":["cpuid KVMKVMKVM","dmi sys_vendor Amazon EC2"],"container":"docker",\#
        "container_evidence":["/.dockerenv","a pid namespace of its own"],"clock_of_host":true,"cpus":4,\#
        "cpus_allowed":2,"cpu_limit_milli":1500,"cpu_quota_ns":150000000,"cpu_period_ns":100000000},\#
        "steering_view":"namespace","steering":[{"name":"chronyd","pid":812,"steers":false,\#
        "role":"watches","evidence":["/usr/sbin/chronyd","option -x"]},{"name":"qemu-ga","pid":77,\#
        "steers":false,"role":"sets"}],"steering_unseen":true,"kernel_synchronised":true,\#
        "missing":[{"what":"adjtimex","why":"not permitted","right":"ProtectClock=no under systemd"}],\#
        "references":[{"name":"gps1","address":"10.0.0.1","port":123,"source":"10.0.0.7",\#
        "interface":"eth0","mtu":1500,"driver":"virtio_net","route":"gateway","gateway":"10.0.0.254",\#
        "stamping":["tx-software","rx-software"],"stamping_filters":["none"]},\#
        {"name":"ntp.example.net","port":123}]}

        """#)
  }

  @Test func helloWithoutClocksource() {
    var hello = Fixture.hello
    hello.clocksource = nil
    hello.references = []
    let line = Fixture.text { $0.json(hello, Fixture.origin) }
    #expect(!line.contains("clocksource"))
    #expect(line.hasSuffix("\"references\":[]}\n"))
  }

  @Test(arguments: [
    (LossReason.timeout, CheckCounts(), #""reason":"timeout","waited_ns":500000000}"#),
    (
      .rejected, Fixture.twoChecks,
      #""reason":"rejected","waited_ns":500000000,"rejected":{"short":1,"bad-origin":2}}"#
    ),
    (.rateLimited, CheckCounts(), #""reason":"rate-limited","waited_ns":500000000}"#),
    (.denied, CheckCounts(), #""reason":"denied","waited_ns":500000000}"#),
    (
      .icmp("port-unreachable"), CheckCounts(),
      #""reason":"icmp","icmp":"port-unreachable","waited_ns":500000000}"#
    ),
    (.sendFailed(101), CheckCounts(), #""reason":"send-failed","errno":101,"waited_ns":500000000}"#),
    (.abandoned, CheckCounts(), #""reason":"abandoned","waited_ns":500000000}"#),
  ])
  func loss(reason: LossReason, rejected: CheckCounts, end: String) {
    let line = Fixture.text {
      $0.json(Fixture.loss(reason, rejected: rejected), Fixture.origin, Fixture.gps1)
    }
    #expect(
      line == #"""
        {"schema":"timeprobe/1","kind":"loss","probe":"vm7","run":"9c1f03a700112233445566778899aabb","seq":18,\#
        "reference":"gps1","time":"2026-11-21T02:24:05.838945372Z","raw":"81273.450012345","query":18,\#
        \#(end)

        """#)
  }

  @Test(arguments: [
    (UInt64(5), UInt64(9), UInt64(5)), (7, 7, 1), (9, 5, 0), (0, .max, 0),
  ])
  func drop(from: UInt64, to: UInt64, count: UInt64) {
    let line = Fixture.text {
      $0.json(Drop(header: Fixture.header(10), from: from, to: to), Fixture.origin)
    }
    #expect(line.hasSuffix("\"from_seq\":\(from),\"to_seq\":\(to),\"count\":\(count)}\n"))
  }

  @Test func recordsFollowEachOtherLineByLine() {
    let lines = Fixture.text {
      $0.json(Fixture.hello, Fixture.origin)
      $0.json(Fixture.sample(), Fixture.origin, Fixture.gps1)
      $0.json(Fixture.sample(), Fixture.origin, Fixture.gps1)
    }
    #expect(lines.split(separator: "\n").count == 3)
    #expect(lines.split(separator: "\n").allSatisfy { $0.hasPrefix(#"{"schema""#) && $0.hasSuffix("}") })
  }
}
