/// What one reference's queries came to in a stretch of time, and what is proven of it.
struct Window: Sendable {
  private(set) var from: Instant<Raw>
  var to: Instant<Raw>
  /// Not proven within the critical limit: beside what is seen of C, and by anything that the kernel lets somebody do.
  private(set) var critical = Share()
  private(set) var strict = Share()
  private(set) var warning = Share()
  /// R stood still for so long.
  private(set) var lost = Nanoseconds.zero
  /// Of S - C, at any moment; nothing is known where the low one is the greater.
  private(set) var low = Nanoseconds.max
  private(set) var high = Nanoseconds.min
  /// The largest |S - C| that the proofs allow, what nobody saw included; and the largest that they prove.
  private(set) var errorMost = Nanoseconds.zero
  private(set) var errorProven = Nanoseconds.zero
  private(set) var unseen = Unseen()
  /// The best estimate at its end.
  var best: Nanoseconds?
  var counts = WindowCounts()
  /// Replies that failed a check: to queries that were lost, and to none that was open.
  var rejected = CheckCounts()
  var stray = CheckCounts()
  var offset: CoarseQuantiles
  var delay: CoarseQuantiles

  /// - Parameter hasValues: it counts offsets and delays
  init(from: Instant<Raw>, to: Instant<Raw>, hasValues: Bool = true) {
    self.from = from
    self.to = to
    offset = CoarseQuantiles(isUsed: hasValues)
    delay = CoarseQuantiles(isUsed: hasValues)
  }

  /// The same memory for another time.
  mutating func begin(_ from: Instant<Raw>, _ to: Instant<Raw>) {
    (self.from, self.to) = (from, to)
    (critical, strict, warning) = (Share(), Share(), Share())
    (lost, low, high) = (.zero, .max, .min)
    (errorMost, errorProven, unseen, best) = (.zero, .zero, Unseen(), nil)
    (counts, rejected, stray) = (WindowCounts(), CheckCounts(), CheckCounts())
    offset.removeAll()
    delay.removeAll()
  }

  /// R's time, and what R lost.
  var length: Nanoseconds { to - from + lost }

  @_optimize(speed)
  mutating func add(_ stretch: ProofStretch, _ unseen: Unseen, _ limits: Limits) {
    self.unseen.add(unseen)
    if stretch.joint == .line, let before = stretch.before, let after = stretch.after {
      low = min(low, before.low, after.low)
      high = max(high, before.high, after.high)
      let farthest = max(before.farthest, after.farthest)
      errorMost = max(errorMost, farthest + unseen.once)
      // Nearly always all is proven.
      if farthest + unseen.most <= min(limits.warning, limits.critical), unseen.once <= unseen.most {
        critical.prove()
        strict.prove()
        warning.prove()
        return
      }
    }
    judge(stretch, unseen, limits)
  }

  @inline(never)
  private mutating func judge(_ stretch: ProofStretch, _ unseen: Unseen, _ limits: Limits) {
    critical.add(stretch, limit: limits.critical - unseen.once)
    strict.add(stretch, limit: limits.critical - unseen.most)
    warning.add(stretch, limit: limits.warning - unseen.once)
    guard let extremes = stretch.extremes else { return }
    low = min(low, extremes.low)
    high = max(high, extremes.high)
    errorMost = max(errorMost, extremes.farthest + unseen.once)
  }

  /// What is proven of S - C at one moment.
  @inline(__always)
  mutating func prove(_ low: Nanoseconds, _ high: Nanoseconds) {
    errorProven = max(errorProven, low, .zero - high)
  }

  mutating func lose(_ length: Nanoseconds) {
    lost += length
    takeBack(length)
  }

  /// What was taken for proven is not.
  mutating func takeBack(_ length: Nanoseconds) {
    critical.leave(length)
    strict.leave(length)
    warning.leave(length)
  }

  /// A query that was sent in it has a sample.
  @_optimize(speed)
  mutating func add(
    _ offset: Nanoseconds, _ delay: Nanoseconds, around centre: (offset: Nanoseconds, delay: Nanoseconds)
  ) {
    addTorn()
    self.offset.add(offset, around: centre.offset)
    self.delay.add(delay, around: centre.delay)
  }

  @inline(__always)
  mutating func addTorn() {
    counts.sent += 1
    counts.good += 1
  }

  /// How a query ended that was sent in it.
  mutating func add(_ loss: Loss) {
    counts.sent += 1
    rejected.add(loss.rejected)
    switch loss.reason {
    case .timeout, .icmp, .sendFailed: counts.lost += 1
    case .rejected, .rateLimited, .denied: counts.rejected += 1
    case .abandoned: counts.abandoned += 1
    }
  }

  /// The window after this one; its time follows.
  mutating func append(_ other: Window) {
    to = other.to
    critical.append(other.critical)
    strict.append(other.strict)
    warning.append(other.warning)
    lost += other.lost
    (low, high) = (min(low, other.low), max(high, other.high))
    errorMost = max(errorMost, other.errorMost)
    errorProven = max(errorProven, other.errorProven)
    unseen.add(other.unseen)
    best = other.best ?? best
    counts.add(other.counts)
    rejected.add(other.rejected)
    stray.add(other.stray)
  }

  /// Its values too; the whole of a measurement has finer ones elsewhere.
  mutating func appendValues(_ other: Window) {
    offset.merge(other.offset)
    delay.merge(other.delay)
  }
}

/// How the queries ended that were sent in a window.
public struct WindowCounts: Equatable, Sendable {
  public var sent: UInt64 = 0
  public var good: UInt64 = 0
  public var lost: UInt64 = 0
  public var rejected: UInt64 = 0
  public var abandoned: UInt64 = 0

  public init() {}

  mutating func add(_ other: WindowCounts) {
    sent += other.sent
    good += other.good
    lost += other.lost
    rejected += other.rejected
    abandoned += other.abandoned
  }
}
