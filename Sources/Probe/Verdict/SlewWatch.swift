/// M - R: moves along a straight line as long as nobody changes the rate of C and M.
///
/// Readings that no line of the rate in force explains prove that the rate changed. By how much is told by adjtimex
/// at once, or measured over the time since.
struct SlewWatch {
  /// A change of at least this is an event; a smaller one is followed in silence.
  static let threshold = Rate.partsPerMillion(1)
  /// How far the kernel's rate is from what it says for a moment: it has whole steps of the multiplier between
  /// which it alternates (kernel/time/timekeeping.c, timekeeping_adjust), some 0.1 ppm.
  static let kernelError = Rate(partsPerTrillion: 300_000)
  /// A measured rate is good enough; when it is reported if it is another than before whatever the error; and when
  /// it is taken as it is.
  static let goodError = Rate(partsPerTrillion: 500_000)
  static let patience = Nanoseconds.milliseconds(200)
  static let longPatience = Nanoseconds.seconds(2)

  struct Change: Equatable {
    var before: Rate
    var rate: Rate
    var error: Rate
    /// From adjtimex, not measured.
    var isKernelRate: Bool
    /// The readings exclude that the rate is what it was.
    var isProven: Bool
    var from: Instant<Raw>
    var to: Instant<Raw>
    /// What it moved C by since, against the rate before; positive = C fell behind. True to +- `sizeError`.
    var size: Nanoseconds
    var sizeError: Nanoseconds
  }

  private struct Pending {
    /// The rate changed between these.
    var from: Instant<Raw>
    var to: Instant<Raw>
    /// M - R at `to`: from there on the new rate is measured.
    var first: Interval
    var isProven: Bool
  }

  private var rate: Rate
  private var error: Rate
  private var isKernelRate: Bool
  /// By the rate in force, at `at`.
  private var line: Interval
  private var at: Instant<Raw>
  /// Where the rate is learned from, while it is.
  private var origin: (at: Instant<Raw>, value: Interval)
  private var pending: Pending?
  /// While it pends: how far the rate may be from `rate`.
  private var doubt = Assumption.largestSlew
  /// Of the last reading: how far it may be from the line of the rate before, where it was found to be off it.
  private(set) var departure: Nanoseconds?
  /// The kernel's own word, and when it was asked before.
  private var kernel: Rate?
  private var asked: Instant<Raw>

  init(_ reading: LocalReading, kernel: Rate?) {
    line = .monotonicOverRaw(reading)
    at = reading.raw
    asked = at
    origin = (at, line)
    rate = kernel ?? Rate(partsPerTrillion: 0)
    // Without the kernel's word anything that it allows.
    error = kernel == nil ? Assumption.largestSlew : Self.kernelError
    isKernelRate = kernel != nil
    self.kernel = kernel
  }

  /// The rate of M against R that is taken to be in force, and how far it may be from that: after a change that is not
  /// known yet, as far as the readings since allow.
  var inForce: (rate: Rate, error: Rate) { (rate, pending == nil ? error : doubt) }

  /// The rate may be another than before; the kernel's word is wanted.
  var isChanging: Bool { pending != nil }

  /// - Parameter asks: the kernel's word, where it was asked
  mutating func add(_ reading: LocalReading, kernel asks: Rate??) -> Change? {
    let now = reading.raw
    let seen = Interval.monotonicOverRaw(reading)
    departure = nil
    if let answer = asks { hear(answer, seen, now) }
    if pending == nil { follow(seen, now) } else { extend(seen, now) }
    if asks != nil { asked = now }
    return pending.flatMap { pending in
      let measured = Self.rate(from: pending.first, pending.to, to: seen, now)
      doubt = min((measured.rate - rate).magnitude + measured.error, Assumption.largestSlew)
      return conclude(pending, measured, seen, now)
    }
  }

  /// The kernel's word changed: where it is a change to speak of, the readings are to prove it.
  private mutating func hear(_ answer: Rate?, _ seen: Interval, _ now: Instant<Raw>) {
    defer { kernel = answer }
    guard let answer, let kernel, answer != kernel, pending == nil else { return }
    if (answer - rate).magnitude >= Self.threshold {
      pending = Pending(from: asked, to: now, first: seen, isProven: false)
      return
    }
    // Below the threshold: since when is not known, so both rates are allowed for in between.
    let drift = (answer - rate).magnitude.over(now - asked)
    line.move(-drift, drift)
    rate = answer
  }

  private mutating func follow(_ seen: Interval, _ now: Instant<Raw>) {
    let elapsed = now - at
    line.move((rate - error).over(elapsed), (rate + error).over(elapsed))
    let before = at
    at = now
    if line.narrow(seen) {
      learn(seen, now)
    } else {
      // A small change takes some readings to show; at the last look the rate was still the old one.
      pending = Pending(from: kernel == nil ? before : asked, to: now, first: seen, isProven: true)
      departure = max(seen.high - line.low, line.high - seen.low)
    }
  }

  /// Without the kernel's word the rate is measured, the better the longer it lasts.
  private mutating func learn(_ seen: Interval, _ now: Instant<Raw>) {
    guard !isKernelRate else { return }
    let (measured, uncertain) = Self.rate(from: origin.value, origin.at, to: seen, now)
    guard uncertain < error, uncertain >= Self.kernelError else { return }
    (rate, error) = (measured, uncertain)
  }

  /// What the old line says, and whether the readings still allow it.
  private mutating func extend(_ seen: Interval, _ now: Instant<Raw>) {
    let elapsed = now - at
    line.move((rate - error).over(elapsed), (rate + error).over(elapsed))
    at = now
    guard pending?.isProven == false else { return }
    var old = line
    if !old.narrow(seen) { pending?.isProven = true }
  }

  private mutating func conclude(
    _ pending: Pending, _ measured: (rate: Rate, error: Rate), _ seen: Interval, _ now: Instant<Raw>
  ) -> Change? {
    let waited = now - pending.to
    if let kernel, (kernel - rate).magnitude >= Self.threshold, pending.isProven || waited >= Self.patience {
      return end(pending, kernel, Self.kernelError, true, seen, now)
    }
    // What is not known well may still be the old rate, whatever its middle is.
    let isGood = waited > .zero && measured.error <= Self.goodError
    let least = isGood ? Self.threshold : Self.threshold + measured.error
    let isChange = pending.isProven && (measured.rate - rate).magnitude >= least
    guard isGood || waited >= Self.patience && isChange || waited >= Self.longPatience else { return nil }
    let change = end(pending, measured.rate, measured.error, false, seen, now)
    return isChange ? change : nil
  }

  private mutating func end(
    _ pending: Pending, _ new: Rate, _ uncertain: Rate, _ isKernel: Bool, _ seen: Interval,
    _ now: Instant<Raw>
  ) -> Change {
    let change = Change(
      before: rate, rate: new, error: uncertain, isKernelRate: isKernel, isProven: pending.isProven,
      from: pending.from, to: pending.to, size: line.middle - seen.middle,
      sizeError: (line.width + seen.width).half + Nanoseconds(1))
    self.pending = nil
    // The kernel's word stands where the readings bear it out; what it does besides is measured anew.
    isKernelRate = isKernel || kernel.map { ($0 - new).magnitude <= uncertain + Self.kernelError } ?? false
    rate = isKernelRate ? kernel ?? new : new
    error = isKernelRate ? Self.kernelError : max(uncertain, Self.kernelError)
    line = seen
    at = now
    origin = (now, seen)
    return change
  }

  /// The rate between two readings, and by how much the two may be read wrong.
  static func rate(
    from a: Interval, _ start: Instant<Raw>, to b: Interval, _ end: Instant<Raw>
  ) -> (rate: Rate, error: Rate) {
    let length = end - start
    guard length > .zero else { return (Rate(partsPerTrillion: 0), Assumption.largestSlew) }
    return (
      Rate(of: b.middle - a.middle, in: length),
      Rate(of: (a.width + b.width).half + Nanoseconds(1), in: length)
    )
  }
}
