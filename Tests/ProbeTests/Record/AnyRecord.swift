@testable import Probe

/// Values of any size and sign, those at the ends more often than chance.
struct AnyRecord {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func integer() -> Int64 {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max].randomElement(using: &random) ?? 0
    case 1: Int64.random(in: .min ... .max, using: &random)
    case 2...4: Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)
    default: Int64.random(in: 1_795_000_000_000_000_000...1_796_000_000_000_000_000, using: &random)
    }
  }

  mutating func length() -> Nanoseconds { Nanoseconds(integer()) }
  mutating func instant<Scale>() -> Instant<Scale> { Instant(nanoseconds: integer()) }
  mutating func count() -> UInt64 { UInt64(bitPattern: integer()) >> 1 }
  mutating func maybe<T>(_ value: (inout AnyRecord) -> T) -> T? {
    Bool.random(using: &random) ? value(&self) : nil
  }

  mutating func text() -> String {
    let bytes = (0..<Int.random(in: 0...9, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  mutating func stamp() -> Stamp {
    // `unknown` is of logs.
    Stamp(at: instant(), source: StampSource.allCases.dropFirst().randomElement(using: &random) ?? .user)
  }

  mutating func reading() -> LocalReading {
    let (one, other) = (integer(), integer())
    return LocalReading(
      rawBefore: Instant(nanoseconds: min(one, other)), realtime: instant(), monotonic: instant(),
      rawAfter: Instant(nanoseconds: max(one, other)))
  }

  mutating func header() -> Header { Header(seq: count() | 1, time: instant(), raw: instant()) }
  mutating func origin() -> Origin { Origin(probe: text(), run: (random.next(), random.next())) }

  mutating func server() -> ServerState {
    ServerState(
      leap: UInt8.random(in: 0...3, using: &random), stratum: UInt8.random(in: 1...255, using: &random),
      referenceID: ReferenceID(bits: UInt32.random(in: 0...(.max), using: &random)), rootDelay: length(),
      rootDispersion: length(), precision: Precision(exponent: Int8.random(in: -127...127, using: &random)),
      poll: Int8.random(in: -128...127, using: &random))
  }

  mutating func exchange() -> Exchange {
    Exchange(
      query: count(), sent: reading(), received: reading(), transmit: stamp(), serverReceive: instant(),
      serverTransmit: instant(), receive: stamp(), server: server())
  }

  mutating func sample() -> Sample {
    Sample(
      header: header(), exchange: exchange(), boundSource: Bool.random(using: &random) ? .band : .exchange,
      boundLow: length(), boundHigh: length(), out: maybe { $0.length() }, back: maybe { $0.length() },
      reset: maybe { Band.Reason.allCases.randomElement(using: &$0.random) ?? .jump })
  }

  mutating func window() -> WindowReport {
    let spans = WindowSpan.allCases
    var window = WindowReport(spans.randomElement(using: &random) ?? .whole, from: instant(), to: instant())
    window.lost = maybe { Nanoseconds($0.integer() >> 1 & .max) } ?? .zero
    window.verdict = [.ok, .warning, .critical, .unknown].randomElement(using: &random) ?? .ok
    (window.coverage, window.coverageStrict) = (integer(), maybe { $0.integer() })
    (window.longestGap, window.best) = (length(), maybe { $0.length() })
    if Bool.random(using: &random) {
      window.bounds = ClockBounds(low: length(), high: length())
      (window.errorMost, window.errorProven) = (length(), length())
    }
    window.unseen = maybe { _ in Unseen() }
    (window.counts.sent, window.counts.good, window.counts.abandoned) = (count(), count(), count())
    (window.rejected, window.stray) = (checks(), checks())
    (window.offset, window.delay) = (maybe { $0.distribution() }, maybe { $0.distribution() })
    if Bool.random(using: &random) {
      window.guest.rate = Rate(partsPerTrillion: integer())
      window.guest.rateError = Rate(partsPerTrillion: integer())
    }
    window.guest.load.steal = maybe { _ in .milliseconds(10) }
    window.guest.pressure.io = maybe { _ in .zero }
    return window
  }

  mutating func checks() -> CheckCounts {
    var counts = CheckCounts()
    for check in PacketCheck.allCases where Bool.random(using: &random) { counts.count(check) }
    return counts
  }

  mutating func loss() -> LossRecord {
    let reasons: [LossReason] = [
      .timeout, .rejected, .rateLimited, .denied, .icmp("host-unreachable"), .abandoned,
      .sendFailed(Int32.random(in: .min ... .max, using: &random)),
    ]
    return LossRecord(
      header: header(),
      loss: Loss(
        query: count(), reason: reasons.randomElement(using: &random) ?? .timeout, sent: reading(),
        ended: instant(), rejected: checks()))
  }

  mutating func reference() -> ReferenceInfo {
    ReferenceInfo(
      name: text(), address: text(), port: UInt16.random(in: 0...(.max), using: &random), source: text(),
      interface: text(), mtu: integer(), link: maybe { $0.link() })
  }

  mutating func link() -> LinkFacts {
    var link = LinkFacts()
    (link.driver, link.gateway) = (text(), text())
    link.route = [nil, .local, .direct, .gateway].randomElement(using: &random) ?? nil
    link.stamping = maybe {
      let bits = UInt32.random(in: 0...(.max), using: &$0.random)
      return StampingAbility(
        flags: bits, transmitTypes: bits, receiveFilters: bits >> 8, phc: $0.maybe { _ in Int32(bits >> 1) })
    }
    link.transmitState = maybe { Int32.random(in: .min ... .max, using: &$0.random) }
    link.receiveState = maybe { Int32.random(in: -1...20, using: &$0.random) }
    return link
  }

  mutating func texts() -> [String] { (0..<Int.random(in: 0...3, using: &random)).map { _ in text() } }

  mutating func guest() -> Guest {
    var guest = Guest()
    guest.machine = Machine.allCases.randomElement(using: &random) ?? .unknown
    guest.container = Container.allCases.randomElement(using: &random) ?? .unknown
    guest.machineMode = [nil, "pv", "hvm", "pvh"].randomElement(using: &random) ?? nil
    guest.platform = maybe { _ in "cloud-hypervisor" }
    guest.orchestrator = maybe { _ in "kubernetes" }
    (guest.machineEvidence, guest.containerEvidence) = (texts(), texts())
    guest.timeShift = maybe { TimeShift(monotonic: $0.length(), boottime: $0.length()) }
    guest.processors = ProcessorShare(
      online: maybe { _ in 2 }, allowed: maybe { _ in 1 },
      limit: maybe { ProcessorLimit(quota: Nanoseconds($0.integer() >> 1 | 1), period: .milliseconds(1)) })
    if let limit = guest.processors.limit, limit.quota <= .zero { guest.processors.limit = nil }
    guest.steering.view = ProcessView.allCases.randomElement(using: &random) ?? .none
    guest.steering.isKernelSynchronised = maybe { Bool.random(using: &$0.random) }
    for role in SteeringRole.allCases where Bool.random(using: &random) {
      let pid = maybe { _ in Int64(812) }
      guest.steering.programs.append(Steerer("ntpd", pid: pid, role: role, evidence: texts()))
    }
    if Bool.random(using: &random) { guest.miss("a" + text(), "b" + text(), "c" + text()) }
    return guest
  }

  mutating func hello() -> Hello {
    var hello = Hello(
      header: header(), version: "0.1.0", host: text(), kernel: text(), clocksource: maybe { $0.text() },
      guest: maybe { $0.guest() }, references: [reference(), reference()], interval: length(),
      timeout: length(), warning: length(),
      critical: length())
    if Bool.random(using: &random) {
      let capabilities: [StaticString] = Bool.random(using: &random) ? [] : ["CAP_NET_ADMIN", "CAP_SYS_NICE"]
      hello.service = ServiceFacts(
        user: UInt32.random(in: 0...UInt32.max, using: &random), capabilities: capabilities)
    }
    return hello
  }

  mutating func distribution() -> Distribution {
    Distribution(min: length(), median: length(), p99: length(), max: length())
  }

  mutating func envelope() -> Envelope {
    var envelope = Envelope(span: .milliseconds(1))
    let start = integer() / 2
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let step = Int64.random(in: 0...1_000_000_000, using: &random)
      envelope.add(length(), at: Instant(nanoseconds: start + step))
    }
    return envelope
  }

  mutating func summary() -> Summary {
    var summary = Summary(reference: reference())
    (summary.counts.sent, summary.counts.good, summary.counts.lost) = (count(), count(), count())
    (summary.counts.transmitKernel, summary.counts.receiveHardware) = (count(), count())
    summary.counts.checks = checks()
    summary.counts.icmpName = maybe { _ in "port-unreachable" }
    summary.counts.sendError = Int32.random(in: .min ... .max, using: &random)
    (summary.duration, summary.interval, summary.longestGap) = (length(), length(), length())
    summary.slow = [nil, .publicAddress, .farAway, .rateLimited].randomElement(using: &random) ?? nil
    summary.server = maybe { $0.server() }
    (summary.best, summary.boundLow) = (maybe { $0.length() }, maybe { $0.length() })
    (summary.boundHigh, summary.worst) = (maybe { $0.length() }, maybe { $0.length() })
    (summary.coverageCritical, summary.coverageWarning) = (integer(), integer())
    summary.offset = maybe { $0.distribution() }
    summary.delay = maybe { $0.distribution() }
    (summary.localTransmit, summary.out) = (maybe { $0.length() }, maybe { $0.length() })
    (summary.serverTime, summary.back) = (maybe { $0.length() }, maybe { $0.length() })
    summary.offsetOverTime = maybe { $0.envelope() }
    summary.delayOverTime = maybe { $0.envelope() }
    summary.window = maybe { $0.window() }
    summary.unknown = maybe { .unresolved($0.text()) }
    return summary
  }

  /// As a replay of this log would have it.
  mutating func replay(_ format: RecordedFormat) -> Report {
    var report = report()
    report.summaries = report.summaries.map {
      var summary = $0
      summary.recorded = format
      return summary
    }
    report.hello.isReplay = true
    (report.hello.host, report.hello.kernel) = (text(), text())
    var facts = ReplayFacts()
    facts.inputs = [ReplayInputFacts(name: text())]
    for problem in LineProblem.allCases where Bool.random(using: &random) { facts.problems.count(problem) }
    facts.missingRecords = Bool.random(using: &random) ? count() : 0
    facts.formats = Bool.random(using: &random) ? [format] : RecordedFormat.allCases
    facts.isWithoutReply = Bool.random(using: &random)
    report.replay = facts
    return report
  }

  /// An exchange of another program's log.
  mutating func recorded(_ format: RecordedFormat) -> Exchange {
    var exchange = exchange()
    exchange.recorded = format
    exchange.resolution = length()
    if Bool.random(using: &random) {
      exchange.transmit.source = .unknown
      exchange.receive.source = .unknown
    }
    if Bool.random(using: &random) { exchange.server.precision = .unknown }
    if Bool.random(using: &random) { exchange.server.stratum = 0 }
    return exchange
  }

  mutating func report() -> Report {
    Report(
      origin: origin(), hello: hello(), summaries: [summary(), summary()], dropped: count(),
      verdict: [.ok, .warning, .critical, .unknown].randomElement(using: &random) ?? .ok)
  }

  mutating func rate() -> RateBound {
    RateBound(
      best: Rate(partsPerTrillion: integer()), low: Rate(partsPerTrillion: integer()),
      high: Rate(partsPerTrillion: integer()))
  }

  mutating func clock() -> ClockEntry {
    var entry = ClockEntry(name: "x" + text(), what: "a clock")
    (entry.label, entry.driver) = (text(), text())
    entry.state = [.ok, .frozen, .fast, .stepped, .implausible, .absent].randomElement(using: &random) ?? .ok
    entry.via = maybe { _ in "vDSO" }
    entry.reason = maybe { _ in .right("open", 13) }
    entry.cost = maybe { Spread(min: $0.length(), median: $0.length()) }
    (entry.step, entry.readings, entry.backward) = (maybe { $0.length() }, count(), count())
    switch entry.state {
    case .ok, .fast, .implausible: entry.rate = rate()
    default: entry.jump = maybe { $0.length() }
    }
    entry.frequency = maybe { Double($0.count()) }
    entry.frequencyError = entry.frequency == nil ? nil : Rate(partsPerTrillion: 630_905)
    entry.offset = maybe { ClockOffset(low: $0.length(), high: $0.length(), from: "REALTIME") }
    entry.against = [maybe { $0.rate() }]
    return entry
  }

  mutating func clocks() -> ClockReport {
    var report = ClockReport(origin: origin(), hello: hello(), duration: .seconds(1))
    report.available = texts().map { "y" + $0 }
    report.availableReason = maybe { _ in .call("open", 2) }
    report.flags = maybe { UInt32.random(in: 0..<128, using: &$0.random) }
    let outcomes: [CounterSkew.Outcome] = [
      .bounds(low: length(), high: length(), rounds: 7), .inconsistent(rounds: 3), .offline, .notAllowed,
      .failed(22), .skipped,
    ]
    report.skews = outcomes.enumerated().map { CounterSkew(processor: $0 + 1, outcome: $1) }
    var switching = ClockSwitching(first: Array(text().utf8))
    switching.failures = [.init(Array(text().utf8), .kept(text()))]
    switching.restoration =
      [.unchanged, .restored, .failed(now: nil), .failed(now: [0xff])]
      .randomElement(using: &random) ?? .unchanged
    report.switching = maybe { _ in switching }
    report.wasInterrupted = Bool.random(using: &random)
    var table = ClockTable()
    (table.clocksource, table.changedTo) = (text(), maybe { $0.text() })
    table.mode = [nil, .vdso, .syscall, .unclear].randomElement(using: &random) ?? nil
    table.combined = maybe { Spread(min: $0.length(), median: $0.length()) }
    var reference = ClockReference(info: self.reference())
    reference.rate = maybe { $0.rate() }
    reference.unknown = maybe { .unresolved($0.text()) }
    table.references = [reference]
    table.clocks = [clock(), clock()]
    report.tables = [table, table]
    return report
  }

  /// A line of each kind.
  mutating func write(to writer: inout ByteWriter) {
    let (origin, reference) = (origin(), reference())
    writer.json(hello(), origin)
    writer.json(sample(), origin, reference)
    writer.json(loss(), origin, reference)
    writer.json(WindowRecord(header: header(), window: window()), origin, reference)
    writer.json(Drop(header: header(), from: count(), to: count()), origin)
    writer.json(report())
    for format in RecordedFormat.allCases {
      writer.json(replay(format))
      guard format != .timeprobe else { continue }
      var sample = sample()
      sample.exchange = recorded(format)
      writer.json(sample, origin, reference)
    }
    var hello = hello()
    hello.isReplay = true
    writer.json(hello, origin)
    let clocks = clocks()
    writer.jsonLines(clocks)
    writer.json(clocks)
  }
}
