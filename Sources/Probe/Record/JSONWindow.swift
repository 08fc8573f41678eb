/// A `window` record, and the same members where a burst's object has the whole of it.
extension ByteWriter {
  public mutating func json(_ record: WindowRecord, _ origin: Origin, _ reference: ReferenceInfo) {
    begin("window", record.header, origin, reference)
    members(of: record.window)
    endRecord()
  }

  mutating func members(of window: WindowReport) {
    member("span", word: window.span.name)
    member("from_raw", seconds: window.from)
    member("to_raw", seconds: window.to)
    member("length_ns", window.length)
    if window.lost > .zero { member("lost_ns", window.lost) }
    member("verdict", word: window.verdict == .ok ? "within" : window.verdict.name)
    member("coverage", partsPerMillion: window.coverage)
    if let strict = window.coverageStrict { member("coverage_strict", partsPerMillion: strict) }
    member("unproven_ns", window.longestGap)
    member("best_ns", window.best)
    if let bounds = window.bounds {
      member("bound_low_ns", bounds.low)
      member("bound_high_ns", bounds.high)
    }
    member("error_max_ns", window.errorMost)
    member("error_proven_ns", window.errorProven)
    if let unseen = window.unseen {
      member("blind_ns", unseen.once)
      member("blind_max_ns", unseen.most)
    }
    counts(window)
    if let offset = window.offset { distribution("offset", offset) }
    if let delay = window.delay { distribution("delay", delay) }
    members(of: window.guest)
  }

  private mutating func counts(_ window: WindowReport) {
    let counts = window.counts
    openObject("queries")
    member("sent", counts.sent)
    member("good", counts.good)
    member("lost", counts.lost)
    member("rejected", counts.rejected)
    member("abandoned", counts.abandoned)
    closeObject()
    checks("rejected", window.rejected)
    checks("stray", window.stray)
  }

  private mutating func members(of guest: GuestSpan) {
    if let rate = guest.rate { member("rate_ppb", rate.partsPerBillion) }
    if let error = guest.rateError { member("rate_error_ppb", error.partsPerBillion + 1) }
    guard guest.load != LoadCounters() || guest.pressure != PressureCounters() else { return }
    openObject("load_ns")
    member("steal", guest.load.steal)
    member("throttled", guest.load.throttled)
    member("run_delay", guest.load.runDelay)
    member("pressure_cpu", guest.pressure.cpu)
    member("pressure_io", guest.pressure.io)
    member("pressure_memory", guest.pressure.memory)
    closeObject()
  }
}
