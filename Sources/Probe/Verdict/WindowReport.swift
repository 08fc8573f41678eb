/// How long a window is meant to be. One that ends with the measurement is shorter, and one whose end the probe slept
/// through is longer.
public enum WindowSpan: UInt8, CaseIterable, Sendable {
  case second
  case minute
  /// The whole measurement.
  case whole

  /// The word in records; for ever.
  public var name: StaticString {
    switch self {
    case .second: "1s"
    case .minute: "1min"
    case .whole: "whole"
    }
  }
}

/// A window that is closed.
public struct WindowReport: Equatable, Sendable {
  public var span: WindowSpan
  public var from: Instant<Raw>
  public var to: Instant<Raw>
  public var lost = Nanoseconds.zero
  public var verdict = Verdict.unknown
  /// Shares of the time in parts per million that are proven within the critical limit.
  public var coverage: Int64 = 0
  /// nil: nobody watched C.
  public var coverageStrict: Int64?
  /// The longest time on end that is not.
  public var longestGap = Nanoseconds.zero
  /// The best estimate of S - C at its end.
  public var best: Nanoseconds?
  /// The lowest and the highest that S - C may have been.
  public var bounds: ClockBounds?
  public var errorMost: Nanoseconds?
  /// |S - C| was surely this at some moment.
  public var errorProven: Nanoseconds?
  /// nil: C was set by nobody knows what, or nobody watched it.
  public var unseen: Unseen?
  public var counts = WindowCounts()
  public var rejected = CheckCounts()
  public var stray = CheckCounts()
  public var offset: Distribution?
  public var delay: Distribution?
  public var guest = GuestSpan()

  public init(_ span: WindowSpan, from: Instant<Raw>, to: Instant<Raw>) {
    self.span = span
    self.from = from
    self.to = to
  }

  /// R's time, and what R lost.
  public var length: Nanoseconds { to - from + lost }
}

extension WindowReport {
  init(_ window: Window, _ span: WindowSpan, _ limits: Limits, isWatched: Bool) {
    self.init(span, from: window.from, to: window.to)
    lost = window.lost
    coverage = Self.share(window.critical.unproven, of: length)
    if isWatched {
      coverageStrict = Self.share(window.strict.unproven, of: length)
      unseen = window.unseen.isLost ? nil : window.unseen
    }
    longestGap = min(window.critical.longestGap, length)
    best = window.best
    counts = window.counts
    (rejected, stray) = (window.rejected, window.stray)
    if window.low <= window.high {
      bounds = ClockBounds(low: window.low, high: window.high)
      errorMost = window.errorMost
      errorProven = window.errorProven
    }
    verdict = Self.judge(window, coverage, limits)
    offset = window.offset.distribution
    delay = window.delay.distribution
  }

  /// Of the time a window has, in parts per million, rounded down; nothing is proven of no time at all.
  static func share(_ unproven: Nanoseconds, of length: Nanoseconds) -> Int64 {
    guard length > .zero, unproven < length else { return 0 }
    return ProofStretch.share(.init(1_000_000), length - unproven, length).count
  }

  /// DESIGN section 5: past a limit at some moment; the best estimate past critical; not proven; else within.
  static func judge(_ window: Window, _ coverage: Int64, _ limits: Limits) -> Verdict {
    if window.errorProven > limits.critical { return .critical }
    if window.errorProven > limits.warning || (window.best?.magnitude ?? .zero) > limits.critical {
      return .warning
    }
    return coverage < Verdict.leastCoverage ? .unknown : .ok
  }
}

extension Verdict {
  /// In parts per million of the time: what is proven of less proves nothing.
  static let leastCoverage: Int64 = 990_000
}
