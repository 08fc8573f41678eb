/// Something that the guest's own clocks and counters showed, without any network.
public struct LocalEvent: Equatable, Sendable {
  public var cause: Cause
  public var certainty: Certainty
  /// It happened after this moment, the last that showed nothing of it, ...
  public var from: Instant<Raw>
  /// ... and before this one, the first that did.
  public var to: Instant<Raw>
  /// When it was known.
  public var known: LocalReading
  /// What it did to S - C: positive = C was set back, or fell behind. nil: it cannot be told.
  public var size: Nanoseconds?
  /// `size` is true to +- this.
  public var error = Nanoseconds.zero
  /// For how long, of a stall; how much time M and R did not see, of a suspend.
  public var length: Nanoseconds?
  /// Of which reference the exchanges were; nil: it was the guest's own.
  public var reference: Int?
  /// What else fits.
  public var also: CauseSet = []
  public var evidence = Evidence()

  public init(
    _ cause: Cause, _ certainty: Certainty, from: Instant<Raw>, to: Instant<Raw>, known: LocalReading
  ) {
    self.cause = cause
    self.certainty = certainty
    self.from = from
    self.to = to
    self.known = known
  }
}

/// What an event was told by; nil and false: it was not asked, or had nothing to say.
public struct Evidence: Equatable, Sendable {
  /// A timer of the kernel was cancelled because C was set (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
  public var timer = false
  /// M against R before and after; positive = faster than R.
  public var rateBefore: Rate?
  public var rate: Rate?
  /// `rate` is true to +- this.
  public var rateError: Rate?
  /// Whether a slew led C toward the reference; nil: it cannot be told.
  public var isToward: Bool?
  /// adjtimex told the rate; otherwise it was measured by reading M and R.
  public var isKernelRate = false
  public var leap: KernelClock.Leap?
  /// TAI - UTC in s, where it changed.
  public var tai: Int32?
  public var clocksourceBefore: Word?
  public var clocksource: Word?
  /// The pvclock page of this guest has another rate.
  public var isPvclock = false
  /// The disruption marker of this guest's vmclock page is another.
  public var isVmclock = false
  /// The pvclock page says that the guest was stopped (PVCLOCK_GUEST_STOPPED).
  public var isStopped = false
  public var taker: Taker?
  /// By how much each counter grew over the stall.
  public var runDelay: Nanoseconds?
  public var throttled: Nanoseconds?
  public var steal: Nanoseconds?
  /// Exchanges, or queries, of which it was told.
  public var exchanges: UInt64?
  /// By how much the stages of an exchange were longer than their floor, where they were.
  public var slow: SlowStages?
  /// How far S - R jumped; true to +- `error` of the event.
  public var jump: Nanoseconds?
  /// A drift of 500 ppm at most explains it, at another rate than before.
  public var isBend = false
  /// Other references that jumped alike, and that did not jump. Of a step of C: references that are shown not to have moved.
  public var jumped: UInt8 = 0
  public var held: UInt8 = 0
  /// The reference's own fields, where they changed.
  public var serverBefore: ServerState?
  public var server: ServerState?
  /// What the replies failed, or a kiss.
  public var check: PacketCheck?

  public init() {}
}

/// Lengths of stages in excess of their floors; zero: not longer than usual. Negative: a leg that had become longer is
/// shorter again.
public struct SlowStages: Equatable, Sendable {
  private var lengths = InlineArray<5, Nanoseconds>(repeating: .zero)

  public init() {}

  public subscript(stage: Stage) -> Nanoseconds {
    get { lengths[stage.rawValue] }
    set { lengths[stage.rawValue] = newValue }
  }

  public static func == (a: SlowStages, b: SlowStages) -> Bool {
    for stage in Stage.allCases where a[stage] != b[stage] { return false }
    return true
  }
}

extension LocalEvent {
  /// How much time R did not see, where that is proven.
  public var lost: Nanoseconds? {
    switch cause {
    case .guestSuspend: length
    case .guestPause where certainty == .proven: size.flatMap { $0 > .zero ? $0 : nil }
    default: nil
    }
  }

  /// What it takes from the band's proofs: after a suspend R is not what it was, and of another counter the rate is
  /// another.
  public var reopens: Band.Reason? {
    switch cause {
    case .guestSuspend, .guestPause: .gap
    case .clocksourceChange: .clocksource
    default: nil
    }
  }
}
