import Testing

@testable import Probe

@Suite("--format json: the exact text")
struct JSONReportTests {
  private func text(_ summaries: [Summary], _ verdict: Verdict = .ok) -> String {
    Fixture.text {
      $0.json(
        Report(
          origin: Fixture.origin, hello: Fixture.hello, summaries: summaries, dropped: 3, verdict: verdict))
    }
  }

  @Test func wholeReport() {
    #expect(
      Fixture.text { $0.json(Fixture.report) } == #"""
        {"schema":"timeprobe/1","kind":"burst","probe":"vm7","run":"9c1f03a700112233445566778899aabb",\#
        "time":"2026-11-21T02:24:05.838945372Z","raw":"81273.450012345","version":"0.1.0",\#
        "host":"vm7.example.net","kernel":"6.1.0-28-amd64","clocksource":"kvm-clock","interval_ns":8000000,\#
        "timeout_ns":500000000,"warning_ns":500000,"critical_ns":1000000,"guest":{"machine":"kvm",\#
        "platform":"ec2","machine_evidence":["cpuid KVMKVMKVM","dmi sys_vendor Amazon EC2"],\#
        "container":"docker","container_evidence":["/.dockerenv","a pid namespace of its own"],\#
        "clock_of_host":true,"cpus":4,"cpus_allowed":2,"cpu_limit_milli":1500,"cpu_quota_ns":150000000,\#
        "cpu_period_ns":100000000},"steering_view":"namespace","steering":[{"name":"chronyd","pid":812,\#
        "steers":false,"role":"watches","evidence":["/usr/sbin/chronyd","option -x"]},{"name":"qemu-ga",\#
        "pid":77,"steers":false,"role":"sets"}],"steering_unseen":true,"kernel_synchronised":true,\#
        "missing":[{"what":"adjtimex","why":"not permitted","right":"ProtectClock=no under systemd"}],\#
        "verdict":"unknown","exit":3,\#
        "dropped":0,"references":[{"name":"gps1","address":"10.0.0.1","port":123,"source":"10.0.0.7",\#
        "interface":"eth0","mtu":1500,"driver":"virtio_net","route":"gateway","gateway":"10.0.0.254",\#
        "stamping":["tx-software","rx-software"],"stamping_filters":["none"],"verdict":"ok",\#
        "duration_ns":2000000123,"interval_ns":8000000,\#
        "server":{"leap":0,"stratum":1,"refid":"GPS","root_delay_ns":0,"root_dispersion_ns":15259,\#
        "precision":-25,"root_distance_ns":15259},"queries":{"sent":250,"good":248,"lost":1,"rejected":1,\#
        "rate_limited":0,"denied":0,"icmp":0,"send_failed":0,"abandoned":0,"torn":1},\#
        "checks":{"short":1,"bad-origin":2},"tx":{"user":8,"kernel":240,"hardware":0},\#
        "rx":{"user":0,"kernel":248,"hardware":0},"coverage":0.999123,"coverage_warning":1.000000,\#
        "unproven_ns":1754000,"inconsistencies":0,"offset":{"best_ns":14200,"bound_low_ns":-77000,\#
        "bound_high_ns":105000,"worst_ns":112000,"min_ns":-900,"median_ns":14000,"p99_ns":30000,\#
        "max_ns":31000},"delay":{"min_ns":182000,"median_ns":231000,"p99_ns":5120000,"max_ns":6000000},\#
        "stages_ns":{"local_tx":5210,"out":115000,"server":9130,"back":116000,"local_rx":33000},\#
        "window":{"span":"whole","from_raw":"81271.950012345","to_raw":"81272.950012345",\#
        "length_ns":1000000000,"verdict":"within","coverage":0.999123,"coverage_strict":0.871400,\#
        "unproven_ns":877000,"best_ns":14200,"bound_low_ns":-77000,"bound_high_ns":105000,\#
        "error_max_ns":105002,"error_proven_ns":0,"blind_ns":2,"blind_max_ns":402000,\#
        "queries":{"sent":125,"good":123,"lost":1,"rejected":1,"abandoned":0},\#
        "rejected":{"short":1},"stray":{"duplicate":1},"offset":{"min_ns":-900,"median_ns":14000,\#
        "p99_ns":30000,"max_ns":31000},"delay":{"min_ns":182000,"median_ns":231000,"p99_ns":5120000,\#
        "max_ns":6000000},"rate_ppb":-12346,"rate_error_ppb":152,"load_ns":{"steal":10000000,\#
        "run_delay":1204500,"pressure_cpu":31415000,"pressure_io":0,"pressure_memory":0}},\#
        "plot":{"offset":{"from_raw":"81273.450012345","column_ns":20000000,"low_ns":[-700,null,5],\#
        "high_ns":[300,null,5]}}},{"name":"ntp.example.net","port":123,"verdict":"unknown",\#
        "unknown":"unresolved","unknown_text":"the name does not resolve: no such host","duration_ns":0,\#
        "interval_ns":0,"queries":{"sent":0,"good":0,"lost":0,"rejected":0,"rate_limited":0,"denied":0,\#
        "icmp":0,"send_failed":0,"abandoned":0,"torn":0},"tx":{"user":0,"kernel":0,"hardware":0},\#
        "rx":{"user":0,"kernel":0,"hardware":0},"coverage":0.000000,"coverage_warning":0.000000,\#
        "unproven_ns":0,"inconsistencies":0}]}

        """#)
  }

  @Test(arguments: [
    (Verdict.ok, #""verdict":"ok","exit":0,"#), (.warning, #""verdict":"warning","exit":1,"#),
    (.critical, #""verdict":"critical","exit":2,"#), (.unknown, #""verdict":"unknown","exit":3,"#),
  ])
  func verdictAndExitStatusGoTogether(verdict: Verdict, expected: String) {
    #expect(text([], verdict).contains(expected))
  }

  @Test(arguments: [
    (Int64(0), "0.000000"), (1, "0.000001"), (990_000, "0.990000"), (1_000_000, "1.000000"),
    (1_000_001, "1.000000"), (-1, "0.000000"), (.max, "1.000000"), (.min, "0.000000"),
  ])
  func coverageIsAShare(partsPerMillion: Int64, expected: String) {
    var summary = Fixture.summary
    summary.coverageCritical = partsPerMillion
    #expect(text([summary]).contains(#""coverage":\#(expected),"#))
  }

  @Test func failuresAreCountedByName() {
    var summary = Summary(reference: Fixture.gps1)
    summary.counts.icmp = 4
    summary.counts.icmpName = "port-unreachable"
    summary.counts.sendFailed = 2
    summary.counts.sendError = 101
    summary.slow = .farAway
    let text = text([summary])
    #expect(text.contains(#""icmp":4,"icmp_name":"port-unreachable","send_failed":2,"errno":101,"#))
    #expect(text.contains(#""slow":"far-away","#))
  }

  @Test func moreStampsThanSamplesIsNoTrap() {
    var summary = Fixture.summary
    summary.counts.receiveKernel = .max
    summary.counts.receiveHardware = .max
    #expect(text([summary]).contains(#""rx":{"user":0,"#))
  }

  @Test(arguments: [
    (UnknownReason.unresolved("no such host"), "unresolved", "the name does not resolve: no such host"),
    (.unresolved(""), "unresolved", "the name does not resolve"),
    (.socket("connect", 101), "socket", "connect failed: network unreachable (errno 101)"),
    (.socket("socket", 4242), "socket", "socket failed: errno 4242"),
    (.noReply, "no-reply", "no reply"),
    (.refused("port-unreachable"), "refused", "refused: ICMP port-unreachable"),
    (.unusable(.unsynchronized), "unusable", "no usable reply: unsynchronized"),
    (.rateLimited, "rate-limited", "the server limits our rate (kiss code RATE)"),
    (.denied, "denied", "the server denies us service (kiss code DENY or RSTR)"),
    (.sendFailed(1), "send-failed", "nothing could be sent: not permitted (errno 1)"),
    (.coverage, "coverage", "the bounds prove less than 99 % of the time"),
    (.selfMeasurement, "self", "the instrument's own floor; it judges no clock"),
    (.interrupted, "interrupted", "interrupted before a reply came"),
  ])
  func reasonsInWords(reason: UnknownReason, name: String, words: String) {
    #expect(Fixture.text { $0.append(reason) } == words)
    var summary = Summary(reference: Fixture.gps1)
    summary.unknown = reason
    #expect(text([summary]).contains(#""unknown":"\#(name)","unknown_text":"\#(words)","#))
  }

  @Test func aResolversWordsAreEscaped() {
    var summary = Summary(reference: Fixture.gps1)
    summary.unknown = .unresolved("\"\u{1b}[2J\n")
    #expect(text([summary]).contains(#"resolve: \"\u001b[2J\n","#))
  }
}
