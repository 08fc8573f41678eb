/// The windows of a tally: what its band proves of the time between exchanges.
extension Tally {
  /// A second may be over.
  /// - Parameters:
  ///   - edge: the last readings on both sides of its end, and what was not seen between them
  ///   - strays: replies to no open query since the beginning
  mutating func turn(_ now: Instant<Raw>, _ edge: Watched, strays: CheckCounts) {
    windows.count(strays: strays)
    windows.turn(now, edge)
  }

  /// A window that is closed by now, one a call.
  mutating func takeWindow(_ now: Instant<Raw>) -> WindowReport? {
    if !windows.isFinished { windows.reach(now) }
    while windows.isDue(now) {
      if let end = windows.due(now) { advance(to: end) }
      if let report = windows.close() { return report }
    }
    return nil
  }

  /// When a window is closed next.
  var closing: Instant<Raw> { windows.closing }

  /// Judges the time up to a moment by what is known so far.
  mutating func advance(to moment: Instant<Raw>) {
    guard moment > windows.position else { return }
    if windows.leavesSecond(moment) { keepBest() }
    guard windows.hasProof, band.isClosed else { return windows.leave(until: moment, isGap: false) }
    let bounds = band.nearly(at: moment)
    windows.add(Proof(at: moment, low: bounds.low, high: bounds.high), isBroken: false, nil)
  }

  mutating func keepBest() {
    if let latest, let best = bestNow() { windows.keep(best: best, at: latest.at) }
  }

  /// The measurement is over.
  mutating func finish(_ end: Instant<Raw>, strays: CheckCounts? = nil) {
    guard !windows.isFinished else { return }
    if let strays { windows.count(strays: strays) }
    advance(to: end)
    keepBest()
    windows.finish(end)
  }

  /// All of the measurement, when its windows were taken.
  mutating func wholeWindow() -> WindowReport {
    var report = windows.wholeReport(best: bestNow())
    (report.offset, report.delay) = (offset.distribution, delay.distribution)
    return report
  }
}
