import Testing

@testable import Probe

/// Values that every test of this folder writes: the example of docs/records.md.
enum Fixture {
  static let origin = Origin(probe: "vm7", run: (high: 0x9c1f_03a7_0011_2233, low: 0x4455_6677_8899_aabb))
  static let gps1 = ReferenceInfo(
    name: "gps1", address: "10.0.0.1", port: 123, source: "10.0.0.7", interface: "eth0", mtu: 1500,
    link: link)
  static var link: LinkFacts {
    var link = LinkFacts()
    link.driver = "virtio_net"
    link.stamping = StampingAbility(flags: 10, transmitTypes: 1, receiveFilters: 1, phc: nil)
    link.route = .gateway
    link.gateway = "10.0.0.254"
    return link
  }

  /// A name that did not resolve.
  static let nowhere = ReferenceInfo(name: "ntp.example.net", address: "", port: 123)

  /// T1: 2026-11-21T02:24:05.838933792Z
  static let t1 = Instant<Realtime>(nanoseconds: 1_795_227_845_838_933_792)
  /// R4
  static let r4 = Instant<Raw>(nanoseconds: 81273_450_012_345)

  static let server = ServerState(
    leap: 0, stratum: 1, referenceID: ReferenceID(bits: 0x4750_5300), rootDelay: .zero,
    rootDispersion: Nanoseconds(15259), precision: Precision(exponent: -25), poll: 6)

  static func reading(_ raw: Int64, _ realtime: Int64, stepped: Int64 = 0) -> LocalReading {
    LocalReading(
      rawBefore: Instant(nanoseconds: raw - 30), realtime: Instant(nanoseconds: realtime),
      monotonic: Instant(nanoseconds: realtime - stepped - 1_795_146_000_000_000_000),
      rawAfter: Instant(nanoseconds: raw + 30))
  }

  /// T2 = T1 + 513, T3 = T2 + 9130, T4 = T3 + 1937: offset -712, delay 2450. `step` sets C forward in between.
  static func exchange(
    tx: StampSource = .kernel, rx: StampSource = .kernel, step: Int64 = 0, server: ServerState = server
  ) -> Exchange {
    let received = r4.nanoseconds + 3890
    return Exchange(
      query: 17,
      sent: reading(received - 20680, t1.nanoseconds - 5210),
      received: reading(received, t1.nanoseconds + 11580 + step + 3890, stepped: step),
      transmit: Stamp(at: t1, source: tx),
      serverReceive: Instant(nanoseconds: t1.nanoseconds + 513),
      serverTransmit: Instant(nanoseconds: t1.nanoseconds + 9643),
      receive: Stamp(at: t1 + Nanoseconds(11580 + step), source: rx), server: server)
  }

  static func header(_ seq: UInt64) -> Header {
    Header(seq: seq, time: t1 + Nanoseconds(11580), raw: r4)
  }

  static func sample(
    seq: UInt64 = 17, _ exchange: Exchange = exchange(), bound: BoundSource = .exchange, legs: Bool = true,
    reset: Band.Reason? = nil
  ) -> Sample {
    Sample(
      header: header(seq), exchange: exchange, boundSource: bound, boundLow: Nanoseconds(-1990),
      boundHigh: Nanoseconds(566), out: legs ? Nanoseconds(1180) : nil, back: legs ? Nanoseconds(1270) : nil,
      reset: reset)
  }

  static func loss(_ reason: LossReason, rejected: CheckCounts = CheckCounts()) -> LossRecord {
    let sent = exchange().sent
    return LossRecord(
      header: header(18),
      loss: Loss(
        query: 18, reason: reason, sent: sent, ended: sent.raw + .milliseconds(500), rejected: rejected))
  }

  static var hello: Hello {
    Hello(
      header: header(1), version: "0.1.0", host: "vm7.example.net", kernel: "6.1.0-28-amd64",
      clocksource: "kvm-clock", guest: guest, references: [gps1, nowhere], interval: .milliseconds(8),
      timeout: .milliseconds(500), warning: .microseconds(500), critical: .milliseconds(1))
  }

  /// Docker in KVM, with two that steer.
  static var guest: Guest {
    var guest = Guest()
    guest.machine = .kvm
    guest.platform = "ec2"
    guest.machineEvidence = ["cpuid KVMKVMKVM", "dmi sys_vendor Amazon EC2"]
    guest.container = .docker
    guest.containerEvidence = ["/.dockerenv", "a pid namespace of its own"]
    guest.processors = ProcessorShare(
      online: 4, allowed: 2, limit: ProcessorLimit(quota: .milliseconds(150), period: .milliseconds(100)))
    guest.steering.view = .namespace
    guest.steering.isKernelSynchronised = true
    guest.steering.programs = [
      Steerer("chronyd", pid: 812, role: .watches, evidence: ["/usr/sbin/chronyd", "option -x"]),
      Steerer("qemu-ga", pid: 77, role: .sets),
    ]
    guest.miss("adjtimex", "not permitted", "ProtectClock=no under systemd")
    return guest
  }

  static var window: WindowReport {
    var window = WindowReport(.second, from: r4 - .milliseconds(1500), to: r4 - .milliseconds(500))
    window.verdict = .ok
    window.coverage = 999_123
    window.coverageStrict = 871_400
    window.longestGap = Nanoseconds(877_000)
    window.best = Nanoseconds(14200)
    window.bounds = ClockBounds(low: Nanoseconds(-77000), high: Nanoseconds(105_000))
    window.errorMost = Nanoseconds(105_002)
    window.errorProven = .zero
    window.unseen = Unseen()
    window.unseen?.once = Nanoseconds(2)
    window.unseen?.most = Nanoseconds(402_000)
    (window.counts.sent, window.counts.good, window.counts.lost, window.counts.rejected) = (125, 123, 1, 1)
    window.rejected.count(.short)
    window.stray.count(.duplicate)
    window.offset = Distribution(
      min: Nanoseconds(-900), median: Nanoseconds(14000), p99: Nanoseconds(30000), max: Nanoseconds(31000))
    window.delay = Distribution(
      min: Nanoseconds(182_000), median: Nanoseconds(231_000), p99: Nanoseconds(5_120_000),
      max: Nanoseconds(6_000_000))
    (window.guest.rate, window.guest.rateError) = (
      Rate(partsPerTrillion: -12_345_678), Rate(partsPerTrillion: 151_000)
    )
    window.guest.load = LoadCounters(runDelay: Nanoseconds(1_204_500), steal: .milliseconds(10))
    window.guest.pressure = PressureCounters(cpu: .microseconds(31415), io: .zero, memory: .zero)
    return window
  }

  /// Nobody watched, and nothing came.
  static var emptyWindow: WindowReport {
    var window = WindowReport(.minute, from: r4 - .seconds(60), to: r4)
    window.lost = .milliseconds(2000)
    window.longestGap = window.length
    return window
  }

  static var twoChecks: CheckCounts {
    var counts = CheckCounts()
    counts.count(.origin)
    counts.count(.origin)
    counts.count(.short)
    return counts
  }

  static func text(_ body: (inout ByteWriter) -> Void) -> String {
    var writer = ByteWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension Fixture {
  /// A burst that went well, with everything in it.
  static var summary: Summary {
    var summary = Summary(reference: gps1)
    summary.counts.sent = 250
    summary.counts.good = 248
    summary.counts.lost = 1
    summary.counts.rejected = 1
    summary.counts.checks = twoChecks
    summary.counts.torn = 1
    summary.counts.transmitKernel = 240
    summary.counts.receiveKernel = 248
    summary.duration = Nanoseconds(2_000_000_123)
    summary.interval = .milliseconds(8)
    summary.server = server
    summary.best = Nanoseconds(14200)
    summary.boundLow = Nanoseconds(-77000)
    summary.boundHigh = Nanoseconds(105_000)
    summary.worst = Nanoseconds(112_000)
    summary.coverageCritical = 999_123
    summary.coverageWarning = 1_000_000
    summary.longestGap = Nanoseconds(1_754_000)
    summary.offset = Distribution(
      min: Nanoseconds(-900), median: Nanoseconds(14000), p99: Nanoseconds(30000), max: Nanoseconds(31000))
    summary.delay = Distribution(
      min: Nanoseconds(182_000), median: Nanoseconds(231_000), p99: Nanoseconds(5_120_000),
      max: Nanoseconds(6_000_000))
    summary.localTransmit = Nanoseconds(5210)
    summary.out = Nanoseconds(115_000)
    summary.serverTime = Nanoseconds(9130)
    summary.back = Nanoseconds(116_000)
    summary.localReceive = Nanoseconds(33000)
    var envelope = Envelope(span: .milliseconds(20))
    envelope.add(Nanoseconds(-700), at: r4)
    envelope.add(Nanoseconds(300), at: r4 + .milliseconds(1))
    envelope.add(Nanoseconds(5), at: r4 + .milliseconds(41))
    summary.offsetOverTime = envelope
    summary.window = window
    summary.window?.span = .whole
    summary.verdict = .ok
    return summary
  }

  static var report: Report {
    var silent = Summary(reference: nowhere)
    silent.unknown = .unresolved("no such host")
    return Report(origin: origin, hello: hello, summaries: [summary, silent], dropped: 0, verdict: .unknown)
  }
}

extension Fixture {
  /// A clock that was set forward by 2.5 ms.
  static var event: LocalEvent {
    let raw = Instant<Raw>(nanoseconds: 81_273_450_012_345)
    let reading = LocalReading(
      rawBefore: raw - Nanoseconds(75), realtime: Instant(nanoseconds: 1_795_227_845_838_945_372),
      monotonic: Instant(nanoseconds: 81_273_000_000_000), rawAfter: raw + Nanoseconds(75))
    var event = LocalEvent(
      .clockStep, .proven, from: raw - .milliseconds(8), to: raw + Nanoseconds(75), known: reading)
    event.size = Nanoseconds(-2_500_000)
    event.error = Nanoseconds(76)
    event.evidence.timer = true
    return event
  }

  /// What the exchanges of one reference told: a slow way back, and a jump that one reference alone cannot explain.
  static var slowBack: LocalEvent {
    var event = Fixture.event
    (event.cause, event.reference) = (.pathBack, 0)
    (event.size, event.error) = (Nanoseconds(-2_450_000), .zero)
    event.evidence = Evidence()
    event.evidence.exchanges = 3
    var slow = SlowStages()
    slow[.back] = Nanoseconds(4_900_000)
    event.evidence.slow = slow
    return event
  }

  static var jump: LocalEvent {
    var event = Fixture.event
    (event.cause, event.certainty, event.also, event.reference) = (.guestPause, .indicated, [.reference], 0)
    (event.size, event.error) = (Nanoseconds(2_000_130_000), Nanoseconds(214_000))
    event.evidence = Evidence()
    event.evidence.jump = event.size
    return event
  }

  static var changedServer: LocalEvent {
    var event = Fixture.event
    (event.cause, event.reference, event.size) = (.reference, 0, nil)
    event.evidence = Evidence()
    event.evidence.serverBefore = server
    event.evidence.server = server
    event.evidence.server?.stratum = 3
    return event
  }

  static var refused: LocalEvent {
    var event = Fixture.event
    (event.cause, event.certainty, event.also, event.reference) = (.rejected, .indicated, [.loss], 0)
    event.size = nil
    event.evidence = Evidence()
    event.evidence.exchanges = 12
    event.evidence.check = .origin
    return event
  }
}
