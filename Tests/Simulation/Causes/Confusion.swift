import Foundation
import Testing

@testable import Probe

/// What became of the seeds of one fault.
struct Row {
  let name: String
  var runs = 0
  var right = 0
  var missed = 0
  var provenWrong = 0
  /// Runs in which something was told of a time in which nothing happened.
  var spurious = 0
  /// Runs in which something else was told of the same time.
  var besides = 0
  /// How often each cause was told first.
  var first: [String: Int] = [:]
  var examples: [String] = []

  mutating func note(_ text: String) { if examples.count < 6 { examples.append(text) } }
}

extension Fault {
  static var all: [Fault] { guest + path + server }

  /// Readings and exchanges around a fault may still be of it.
  private static let slack = Nanoseconds.milliseconds(10)

  /// What is true of a fault that is too small for its label: a packet was late, C was set.
  private var allowedInNoise: [Cause] {
    if label == [.guestStall] { return [.localReceive, .localTransmit] }
    if label == [.guestSuspend] { return [.clockStep] }
    return label == [.pathBoth] ? [.pathOut, .pathBack] : []
  }

  func judge(_ seed: UInt64, scale: Double = 1, into row: inout Row) {
    let (scenario, stretches) = scenario(seed, scale: scale)
    let outcome = scenario.run()
    row.runs += 1
    let spans = stretches.map { (raw($0.from, outcome) - Self.slack, raw($0.to, outcome) + Self.slack) }
    let allowed = (provable ?? label) + (scale < 1 ? allowedInNoise : [])
    var first: LocalEvent?
    var isSpurious = false
    for event in outcome.audit.events {
      let overlaps = spans.contains { event.from <= $0.1 && $0.0 <= event.to }
      if overlaps && first == nil { first = event }
      if !overlaps { isSpurious = true }
      if event.certainty == .proven, !allowed.contains(event.cause) || isQuiet {
        row.provenWrong += 1
        row.note("seed \(seed): proven \(describe(event, outcome))")
      } else if !overlaps {
        row.note("seed \(seed): of nothing \(describe(event, outcome))")
      }
    }
    if isSpurious { row.spurious += 1 }
    let known = outcome.audit.events.filter { label.contains($0.cause) }
    if let other = outcome.audit.events.first(where: { !label.contains($0.cause) }) {
      row.besides += 1
      row.note("seed \(seed): besides \(describe(other, outcome))")
    }
    guard let first else {
      row.first["-", default: 0] += 1
      if isQuiet { row.right += 1 } else { row.missed += 1 }
      if !isQuiet {
        row.note(
          "seed \(seed): missed, \(stretches.map { "\($0.from.count / 1000)..\($0.to.count / 1000)" }) queues \(scenario.network.out.queueing), \(scenario.network.back.queueing)"
        )
      }
      return
    }
    row.first[name(first), default: 0] += 1
    if isRight(first) && (known.count == times || !alike.isEmpty) {
      row.right += 1
    } else {
      let all = outcome.audit.events.prefix(6).map { describe($0, outcome) }
      row.note("seed \(seed): \(all.joined(separator: "; "))")
    }
  }

  private func raw(_ at: Nanoseconds, _ outcome: Outcome) -> Instant<Raw> {
    Instant(nanoseconds: outcome.truth.world.clocks.raw.reading(.beginning + at))
  }

  private func isRight(_ event: LocalEvent) -> Bool {
    if isProven && event.certainty != .proven { return false }
    if let taker, event.evidence.taker != taker { return false }
    let isAlike = !alike.isEmpty && alike.allSatisfy { event.cause == $0 || event.also.contains($0) }
    return isAlike || alike.isEmpty && label.contains(event.cause)
  }

  private func name(_ event: LocalEvent) -> String {
    var text = "\(event.cause.name)"
    for cause in Cause.allCases where event.also.contains(cause) { text += "+\(cause.name)" }
    if let taker = event.evidence.taker { text += "(\(taker.name))" }
    return text + (event.certainty == .proven ? "!" : "")
  }

  private func describe(_ event: LocalEvent, _ outcome: Outcome) -> String {
    let start = outcome.start.raw
    return "\(name(event)) \((event.from - start).count / 1000)..\((event.to - start).count / 1000) us"
      + " size \(event.size?.count ?? 0) "
      + Stage.allCases.map { "\((event.evidence.slow?[$0] ?? .zero).count / 1000)" }.joined(separator: "/")
      + " of \(event.evidence.exchanges ?? 0)"
  }
}

@Suite("The confusion matrix") struct Confusion {
  /// `make bench` raises it.
  static let seeds = ProcessInfo.processInfo.environment["TIMEPROBE_CAUSE_SEEDS"].flatMap(UInt64.init) ?? 1
  static let only = ProcessInfo.processInfo.environment["TIMEPROBE_CAUSE_FAULT"]

  @Test("what each fault is called: 99 in a hundred rightly, none proven that is wrong")
  func matrix() {
    var rows: [Row] = []
    for fault in Fault.all where Self.only.map({ fault.name.hasPrefix($0) }) ?? true {
      var row = Row(name: fault.name)
      for seed in 0..<Self.seeds { fault.judge(seed, into: &row) }
      rows.append(row)
    }
    for row in rows { print("cause | " + Self.line(row)) }
    for row in rows { for text in row.examples { print("      \(row.name): \(text)") } }
    let runs = rows.map(\.runs).reduce(0, +)
    let right = rows.map(\.right).reduce(0, +)
    let wrong = rows.map(\.provenWrong).reduce(0, +)
    let missed = rows.map(\.missed).reduce(0, +)
    let spurious = rows.map(\.spurious).reduce(0, +)
    print(
      "causes: \(rows.count) faults, \(runs) runs, \(right) right, \(missed) missed, \(wrong) proven wrong,"
        + " \(spurious) with an event of nothing")
    #expect(wrong == 0)
    #expect(right * 100 >= runs * 99)
    #expect(spurious * 100 <= runs)
  }

  @Test("nothing is proven wrong of what is in the noise either", arguments: [0.1, 0.01])
  func noise(scale: Double) {
    var (runs, told, wrong) = (0, 0, 0)
    for fault in Fault.all {
      var row = Row(name: fault.name)
      for seed in 0..<Self.seeds { fault.judge(seed, scale: scale, into: &row) }
      #expect(row.provenWrong == 0, "\(fault.name): \(row.examples)")
      runs += row.runs
      wrong += row.provenWrong
      told += row.runs - (row.first["-"] ?? 0)
    }
    print("causes of sizes x \(scale): \(runs) runs, \(told) with an event, \(wrong) proven wrong")
  }

  private static func line(_ row: Row) -> String {
    let told = row.first.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
    return row.name.padding(toLength: 28, withPad: " ", startingAt: 0)
      + "| \(row.right)/\(row.runs) right, \(row.missed) missed, \(row.provenWrong) proven wrong, \(row.spurious) of nothing, \(row.besides) besides"
      + " | " + told.joined(separator: ", ")
  }
}
