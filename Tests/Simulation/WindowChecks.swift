@testable import Probe

/// The windows of a run, beside the truth.
extension Outcome {
  var windows: [WindowReport] { audit.windows }
  func windows(_ span: WindowSpan) -> [WindowReport] { windows.filter { $0.span == span } }

  /// They follow one another, and each query is in one of them.
  func checkWindows() {
    guard let whole = windows.last, whole.span == .whole else {
      return audit.report("no window of the whole")
    }
    for span in WindowSpan.allCases {
      let windows = windows(span)
      if windows.isEmpty { continue }
      if windows.first?.from != start.raw || windows.last?.to != end.raw {
        audit.report("the windows of \(span.name) are not of the whole time")
      }
      for (one, next) in zip(windows, windows.dropFirst()) where one.to != next.from || one.to <= one.from {
        audit.report("a gap between two windows of \(span.name)")
      }
      var sum = WindowCounts()
      for window in windows {
        sum.add(window.counts)
        if window.longestGap > window.length { audit.report("a gap that is longer than its window") }
      }
      let all = summary.counts
      if sum.sent != all.sent || sum.good != all.good || sum.lost != all.lost || sum.rejected != all.rejected
        || sum.abandoned != all.abandoned
      {
        audit.report("\(span.name): \(sum), not \(all)")
      }
    }
    if whole.coverage != summary.coverageCritical { audit.report("two figures of the coverage") }
  }

  /// What is proven within the limit was within it: of the whole and of each window.
  func checkCoverage(_ critical: Nanoseconds, isGentle: Bool) {
    if isGentle {
      check(summary.coverageWarning, start.raw, end.raw, critical.half, "warning")
      guard let worst = summary.worst else { return }
      let largest = audit.course(start.raw, end.raw, critical).largest
      if largest > Double(worst.count) + 1 { audit.report("worst possible \(worst.count), truly \(largest)") }
    }
    for window in windows {
      if isGentle { check(window.coverage, window.from, window.to, critical, "\(window.span.name)") }
      if let strict = window.coverageStrict {
        check(strict, window.from, window.to, critical, "\(window.span.name), strict")
        if strict > window.coverage { audit.report("more is proven strictly than loosely") }
      }
      let largest = audit.course(window.from, window.to, critical).largest
      if let proven = window.errorProven, Double(proven.count) > largest + 1 {
        audit.report("\(window.span.name): an error of \(proven.count) is proven, truly \(largest)")
      }
    }
  }

  private func check(
    _ covered: Int64, _ from: Instant<Raw>, _ to: Instant<Raw>, _ limit: Nanoseconds, _ what: String
  ) {
    let past = audit.course(from, to, limit).past
    // Coverage is cut to a part in a million, to the safe side. Time that R lost only adds to what is unproven.
    let unproven = Double((to - from).count) * (1 - Double(covered) * 1e-6) + 10
    if past > unproven {
      audit.report("\(what): past \(limit.count) ns for \(past) ns, unproven for only \(unproven) ns")
    }
  }
}

extension Audit {
  func course(
    _ from: Instant<Raw>, _ to: Instant<Raw>, _ limit: Nanoseconds
  ) -> (largest: Double, past: Double) {
    truth.course(truth.moment(from), truth.moment(to), limit: limit)
  }
}
