/// An `event` of a recorded stream.
extension LocalEvent {
  /// nil: a key is missing, or the cause is not known.
  public init?(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let word = line.text(.cause), let cause = Cause(text.extracting(word)),
      let from = line.instant(.from, Raw.self), let to = line.instant(.to, Raw.self),
      let raw = line.instant(.raw, Raw.self)
    else { return nil }
    let moment = line.text(.time).flatMap { Instant<Realtime>(rfc3339: text.extracting($0)) }
    let isProven = line.text(.certainty).map { text.extracting($0).is(Certainty.proven.name) } ?? false
    self.init(
      cause, isProven ? .proven : .indicated, from: from, to: to,
      known: LocalReading(
        rawBefore: raw, realtime: moment ?? Instant(nanoseconds: raw.nanoseconds),
        monotonic: Instant(nanoseconds: raw.nanoseconds), rawAfter: raw))
    size = line.length(.size)
    error = line.length(.error) ?? .zero
    length = line.length(.length)
    evidence = Evidence(line.text(.evidence), text)
    if let taker = line.text(.taker) {
      for known in Taker.allCases where text.extracting(taker).is(known.name) { evidence.taker = known }
    }
  }
}

extension Cause {
  fileprivate init?(_ word: borrowing Span<UInt8>) {
    for cause in Cause.allCases where word.is(cause.name) {
      self = cause
      return
    }
    return nil
  }
}

extension Evidence {
  fileprivate init(_ range: Range<Int>?, _ text: borrowing Span<UInt8>) {
    self.init()
    guard let range else { return }
    var scanner = JSONScanner(range)
    guard scanner.take("{", text) else { return }
    var (isFirst, isEnd) = (true, false)
    while let key = scanner.key(text, isFirst: isFirst, isEnd: &isEnd) {
      isFirst = false
      guard add(text.extracting(key), &scanner, text) else { return }
    }
  }

  /// False: the value is of no form that the key has.
  private mutating func add(
    _ key: borrowing Span<UInt8>, _ scanner: inout JSONScanner, _ text: borrowing Span<UInt8>
  ) -> Bool {
    switch scanner.peek(text) {
    case UInt8(ascii: "t"):
      if key.is("timerfd") { timer = true }
      if key.is("pvclock") { isPvclock = true }
      if key.is("vmclock") { isVmclock = true }
      if key.is("guest_stopped") { isStopped = true }
      if key.is("toward_reference") { isToward = true }
      return scanner.skip(text)
    case UInt8(ascii: "f"):
      if key.is("toward_reference") { isToward = false }
      return scanner.skip(text)
    case UInt8(ascii: "["), UInt8(ascii: "{"): return scanner.skip(text)
    case UInt8(ascii: "\""):
      guard let word = scanner.string(text) else { return false }
      let value = text.extracting(word)
      if key.is("rate_source") { isKernelRate = value.is("adjtimex") }
      if key.is("clocksource_before") { clocksourceBefore = Word(value) }
      if key.is("clocksource") { clocksource = Word(value) }
      if key.is("leap_state") {
        for state: KernelClock.Leap in [.none, .insert, .delete, .inProgress, .over]
        where value.is(state.name) {
          leap = state
        }
      }
      return true
    default:
      guard let value = scanner.integer(text) else { return false }
      let rate = Rate(partsPerTrillion: Nanoseconds(value).scaled(by: 1000).count)
      if key.is("rate_before_ppb") { rateBefore = rate }
      if key.is("rate_ppb") { self.rate = rate }
      // It was rounded up by one when it was written.
      if key.is("rate_error_ppb") {
        rateError = Rate(partsPerTrillion: max(rate.partsPerTrillion - 1000, 0))
      }
      if key.is("tai_s") { tai = Int32(clamping: value) }
      if key.is("run_delay_ns") { runDelay = Nanoseconds(value) }
      if key.is("throttled_ns") { throttled = Nanoseconds(value) }
      if key.is("steal_ns") { steal = Nanoseconds(value) }
      if key.is("jump_ns") { jump = Nanoseconds(value) }
      return true
    }
  }
}
