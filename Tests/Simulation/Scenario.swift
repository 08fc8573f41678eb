@testable import Probe

/// One run of the real loop in a simulated world.
struct Scenario {
  var seed: UInt64
  var clocks = ClockPlan()
  var guest = GuestPlan()
  var network = Network()
  /// The way to a second reference, which nothing happens to.
  var other: Network?
  var plan = Query.Plan(count: nil, slowCount: nil, duration: .seconds(2), timeout: .seconds(1))
  var scope = IPAddress.Scope.privateUse
  var rateAgreed = false
  var interval = Nanoseconds.milliseconds(8)
  var critical = Nanoseconds.milliseconds(1)
  /// Every assumption that the proofs rest on holds.
  var holds = true
  /// Between two readings C moves no more than coverage takes for possible: no step that is undone, ...
  var isSeen = true
  /// ... and one change of rate at most.
  var isGentle = true

  init(_ seed: UInt64) { self.seed = seed }

  func run() -> Outcome {
    let world = World(clocks, guest, seed: seed)
    var sockets = [SimulatedSocket(world, network, seed: seed)]
    if let other { sockets.append(SimulatedSocket(world, other, seed: ~seed, index: 1)) }
    let evidence = LocalEvidence(world, clocks)
    var cookies = Dice(seed, .cookies)
    let environment = Environment(
      read: { world.read() }, random: { cookies.next() },
      wait: { length, wanted in world.wait(length) { evidence.ready(sockets, for: wanted) } },
      isInterrupted: { world.isInterrupted }, local: evidence.sources)
    let start = world.read()
    let targets = sockets.enumerated().map { index, socket in
      Target(
        index: index, transport: socket,
        query: Query(
          plan, Politeness(scope: scope, rateAgreed: rateAgreed, wished: interval), start: start.raw),
        tally: Tally(
          Limits(warning: critical.half, critical: critical), span: interval, timeout: plan.timeout,
          start: start.raw))
    }
    let audit = Audit(Truth(world: world), sockets, holds: holds)
    var loop = Loop(environment, targets, audit, start: start.raw)
    let end = loop.run()
    let (target, socket) = (targets[0], sockets[0])
    let summary = target.tally.summary(
      ReferenceInfo(name: "simulated", address: "10.0.0.1", port: 123), target.query, end: end.raw)
    audit.close(target, summary.counts)
    let outcome = Outcome(
      audit: audit, socket: socket, target: target, summary: summary, start: start, end: end)
    if holds { outcome.checkClaims(critical) }
    if holds { outcome.checkWindows() }
    if isSeen && holds { outcome.checkCoverage(critical, isGentle: isGentle && hasLoneSlews) }
    return outcome
  }
}

extension Scenario {
  /// No two changes of rate so near to each other that no reading may be between them.
  private var hasLoneSlews: Bool {
    let slews = clocks.slews.map(\.at).sorted()
    guard slews.count > 1 else { return true }
    guard guest.stalls.isEmpty, guest.taken.isEmpty, clocks.pauses.isEmpty, clocks.suspends.isEmpty else {
      return false
    }
    return zip(slews, slews.dropFirst()).allSatisfy { $1 - $0 > .milliseconds(40) }
  }
}

/// What a run came to, beside the truth.
struct Outcome {
  let audit: Audit
  let socket: SimulatedSocket
  let target: Target
  let summary: Summary
  let start: LocalReading
  let end: LocalReading

  var findings: [Finding] { audit.findings }
  var losses: [Loss] { audit.losses }
  var counts: QueryCounts { summary.counts }
  var truth: Truth { audit.truth }
  var violations: [String] { audit.violations }

  /// When each query left this guest.
  var departures: [Moment] { socket.flights.map(\.departed) }
  /// Between each query and the one before it.
  var gaps: [Nanoseconds] { zip(departures.dropFirst(), departures).map { $0 - $1 } }

  /// A verdict that says "proven" is true.
  func checkClaims(_ critical: Nanoseconds) {
    let course = audit.course(start.raw, end.raw, critical)
    if summary.verdict == .critical && course.past == 0 { audit.report("proven critical, and never was") }
    if summary.verdict == .warning && audit.course(start.raw, end.raw, critical.half).past == 0
      && (summary.best?.magnitude ?? .zero) <= critical
    {
      audit.report("proven past warning, and never was")
    }
    guard let low = summary.boundLow, let high = summary.boundHigh else { return }
    if low > high { audit.report("the final bounds are empty") }
    if let best = summary.best, best < low || best > high {
      audit.report("the best estimate is not within the bounds")
    }
  }
}
