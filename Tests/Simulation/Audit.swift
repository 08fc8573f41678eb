@testable import Probe

/// Keeps what a run finds, and holds each finding against the truth as it comes.
final class Audit: Recorder {
  let hasFailed = false

  let truth: Truth
  let sockets: [SimulatedSocket]
  /// Off where a scenario breaks an assumption on purpose: then violations are only counted.
  let holds: Bool
  private(set) var findings: [Finding] = []
  private(set) var losses: [Loss] = []
  private(set) var violations: [String] = []
  /// Samples whose bounds missed the truth.
  private(set) var wrong: UInt64 = 0
  /// Samples, or bands, that missed the truth where an assumption was broken on purpose.
  private(set) var excused: UInt64 = 0
  /// Samples whose bounds the band made narrower.
  private(set) var narrowed: UInt64 = 0
  private var ended: [Set<UInt64>]
  private var bandIsPoisoned = false

  init(_ truth: Truth, _ sockets: [SimulatedSocket], holds: Bool) {
    self.truth = truth
    self.sockets = sockets
    self.holds = holds
    ended = Array(repeating: [], count: sockets.count)
  }

  func idle(_ now: Instant<Raw>, until wake: Instant<Raw>) {}

  private(set) var events: [LocalEvent] = []

  func event(_ event: LocalEvent) { events.append(event) }

  private(set) var windows: [WindowReport] = []

  func window(_ window: WindowReport, _ target: Target, _ reading: LocalReading) {
    if target.index == 0 { windows.append(window) }
  }

  func loss(_ loss: Loss, _ target: Target) {
    losses.append(loss)
    end(loss.query, target)
  }

  func sample(_ finding: Finding, _ target: Target) {
    findings.append(finding)
    end(finding.exchange.query, target)
    let socket = sockets[target.index]
    guard let index = socket.flightAfter[finding.exchange.sent.rawBefore] else {
      return report("no such query was sent: \(finding.exchange.query)")
    }
    let flight = socket.flights[index]
    guard let arrival = arrival(finding, flight) else {
      return report("sample of \(finding.exchange.query), whose reply never came")
    }
    if arrival.isCorrupted {
      // Bits that flipped under a checksum that fits cannot be told from the server's own word.
      bandIsPoisoned = true
      return
    }
    check(finding, flight, arrival.at)
    if !bandIsPoisoned { check(target.tally.band) }
  }

  private func arrival(_ finding: Finding, _ flight: Flight) -> Flight.Arrival? {
    let receive = finding.exchange.receive
    if receive.source == .user {
      guard let moment = truth.world.momentOfReading[finding.exchange.received.rawBefore] else { return nil }
      let isCorrupted = flight.arrivals.contains(where: \.isCorrupted)
      return flight.arrivals.isEmpty ? nil : Flight.Arrival(at: moment, isCorrupted: isCorrupted)
    }
    return flight.arrivals.last { truth.world.clocks.realtime.reading($0.at) == receive.at.nanoseconds }
  }

  private func check(_ finding: Finding, _ flight: Flight, _ arrived: Moment) {
    let bound = finding.bound
    let offset = truth.offset(arrived)
    let query = "query \(finding.exchange.query)\(finding.exchange.isTorn ? " (torn)" : "")"
    for (proof, least, most) in [
      ("exchange", bound.offsetLow, bound.offsetHigh), ("all", finding.proven.low, finding.proven.high),
    ] {
      // A bit that flipped stays in the band.
      if bandIsPoisoned && proof == "all" { continue }
      let (low, high) = (offset.above(least), offset.above(most))
      if low < 0 || high > 0 {
        miss("\(query), \(proof): S - C is \(low) above the lower bound, \(high) above the upper")
      }
    }
    if finding.proven.source == .band { narrowed += 1 }
    if truth.g(truth.moment(bound.departed)).above(bound.high) > 0 {
      miss("\(query): g at departure is \(truth.g(truth.moment(bound.departed)).above(bound.high)) too high")
    }
    if truth.g(truth.moment(bound.arrived)).above(bound.low) < 0 {
      miss("\(query): g at arrival is \(truth.g(truth.moment(bound.arrived)).above(bound.low)) too low")
    }
  }

  private func check(_ band: Band) {
    let g = truth.g(truth.moment(band.at))
    if g.above(band.low) < 0 || g.above(band.high) > 0 {
      miss("band: g is \(g.above(band.low)) above its lower edge, \(g.above(band.high)) above its upper")
    }
    if holds && band.contradictions > 0 { miss("band: contradiction") }
  }

  private func miss(_ text: @autoclosure () -> String) {
    if holds {
      wrong += 1
      report(text())
    } else {
      excused += 1
    }
  }

  private func end(_ query: UInt64, _ target: Target) {
    if !ended[target.index].insert(query).inserted { report("query \(query) ended twice") }
    if query == 0 || query > target.query.sent { report("query \(query) was never sent") }
  }

  func report(_ text: @autoclosure () -> String) {
    if violations.count < 20 { violations.append(text()) }
  }

  /// Each query ended in one record, and the counts say the same.
  func close(_ target: Target, _ counts: QueryCounts) {
    if ended[target.index].count != Int(counts.sent) {
      report("\(counts.sent) sent, \(ended[target.index].count) ended")
    }
    let sum = counts.good + counts.lost + counts.rejected + counts.abandoned
    if counts.sent != sum { report("\(counts.sent) sent, \(sum) counted") }
  }
}
