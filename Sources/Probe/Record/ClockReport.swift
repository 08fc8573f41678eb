/// Why a clock could not be read, or is not believed.
public enum ClockReason: Sendable {
  /// A call failed: which, and errno.
  case call(StaticString, Int32)
  /// In words of this program's own.
  case words(StaticString)
  /// The right that is missing, with errno.
  case right(StaticString, Int32)
}

/// Two figures of many.
public struct Spread: Equatable, Sendable {
  public var min: Nanoseconds
  public var median: Nanoseconds

  public init(min: Nanoseconds, median: Nanoseconds) {
    self.min = min
    self.median = median
  }

  /// nil of none.
  public init?(_ lengths: [Nanoseconds]) {
    guard !lengths.isEmpty else { return nil }
    var sorted: [Nanoseconds] = []
    for length in lengths {
      var place = sorted.count
      while place > 0, sorted[place - 1] > length { place -= 1 }
      sorted.insert(length, at: place)
    }
    self.init(min: sorted[0], median: sorted[sorted.count / 2])
  }
}

/// How much more a clock reads than another, with the bounds that its brackets prove. Positive = it reads more.
public struct ClockOffset: Equatable, Sendable {
  public var low: Nanoseconds
  public var high: Nanoseconds
  /// Than which.
  public var from: StaticString

  public init(low: Nanoseconds, high: Nanoseconds, from: StaticString) {
    self.low = low
    self.high = high
    self.from = from
  }

  public var middle: Nanoseconds { low + (high - low).half }

  public static func == (a: ClockOffset, b: ClockOffset) -> Bool { a.low == b.low && a.high == b.high }
}

/// One clock of this guest.
public struct ClockEntry: Sendable {
  public var name: String
  /// What it is, for people.
  public var what: StaticString
  /// Of a device: what it and its driver call themselves; empty where unknown.
  public var label = ""
  public var driver = ""
  /// How it was read.
  public var via: StaticString?
  public var state = ClockState.ok
  public var reason: ClockReason?

  /// What one reading costs.
  public var cost: Spread?
  /// What a reading between two of R leaves open.
  public var bracket: Spread?
  /// The finest step that was seen; of counters in `ticks`.
  public var step: Nanoseconds?
  public var readings: UInt64 = 0
  /// How often it read less than before, and by how much at most.
  public var backward: UInt64 = 0
  public var furthestBack: Nanoseconds?
  /// Against R.
  public var rate: RateBound?
  /// Of a counter: ticks a second, to within `rate`'s bounds or `frequencyError`.
  public var frequency: Double?
  /// What is proven of the frequency, to either side.
  public var frequencyError: Rate?
  public var offset: ClockOffset?
  /// Of a clock that stepped: by how much in all.
  public var jump: Nanoseconds?
  /// Of one that is unsteady: how far its rate strayed.
  public var wander: Rate?
  /// Against each reference's own clock, in the order of the table's references; nil: that one is not rated.
  public var against: [RateBound?] = []

  public init(name: String, what: StaticString) {
    self.name = name
    self.what = what
  }
}

/// How CLOCK_MONOTONIC is read under a clocksource.
public enum ReadingMode: Sendable {
  case vdso
  case syscall
  /// The figures tell neither.
  case unclear

  public var name: StaticString {
    switch self {
    case .vdso: "vdso"
    case .syscall: "syscall"
    case .unclear: "unclear"
    }
  }

  /// By evidence: what a reading costs through libc, and by a system call. Without the vDSO the first contains the second.
  public init(cost: Nanoseconds, systemCall: Nanoseconds) {
    if cost.scaled(by: 5) < systemCall.scaled(by: 3) {
      self = .vdso
    } else if cost.scaled(by: 5) > systemCall.scaled(by: 4) {
      self = .syscall
    } else {
      self = .unclear
    }
  }
}

/// The counters of two processors against each other.
public struct CounterSkew: Sendable {
  public enum Outcome: Sendable {
    /// The other's counter less the first one's, in ns, is between these; of this many exchanges.
    case bounds(low: Nanoseconds, high: Nanoseconds, rounds: UInt64)
    /// No constant offset fits all exchanges.
    case inconsistent(rounds: UInt64)
    case offline
    case notAllowed
    /// It could not be reached in time, or at all: errno.
    case failed(Int32)
    /// There was no time left for it.
    case skipped
  }

  public var processor: Int
  public var outcome: Outcome

  public init(processor: Int, outcome: Outcome) {
    self.processor = processor
    self.outcome = outcome
  }
}

/// Every clock under one clocksource.
public struct ClockTable: Sendable {
  /// Empty where /sys does not tell.
  public var clocksource = ""
  public var mode: ReadingMode?
  /// CLOCK_MONOTONIC through libc, and by a system call.
  public var cost: Spread?
  public var systemCall: Spread?
  /// One reading of R, C, M and R.
  public var combined: Spread?
  public var clocks: [ClockEntry] = []
  public var references: [ClockReference] = []
  /// The clocksource was another one at the end.
  public var changedTo: String?

  public init() {}
}

/// A reference that was asked during the survey, and its own clock against R.
public struct ClockReference: Sendable {
  public var info: ReferenceInfo
  public var sent: UInt64 = 0
  public var good: UInt64 = 0
  public var rate: RateBound?
  public var unknown: UnknownReason?

  public init(info: ReferenceInfo) { self.info = info }
}

/// What `--clocks` found.
public struct ClockReport: Sendable {
  public var origin: Origin
  public var hello: Hello
  public var duration: Nanoseconds
  /// Empty where /sys does not tell, and why.
  public var available: [String] = []
  public var availableReason: ClockReason?
  /// Bits of `ProcessorText.counterFlags`; nil: unknown here.
  public var flags: UInt32?
  /// The first processor that the skews are against; nil: none was measured.
  public var baseProcessor: Int?
  public var skews: [CounterSkew] = []
  /// Why there is no skew to tell.
  public var skewReason: ClockReason?
  public var tables: [ClockTable] = []
  /// With `--switch`.
  public var switching: ClockSwitching?
  /// A signal ended it early.
  public var wasInterrupted = false

  public init(origin: Origin, hello: Hello, duration: Nanoseconds) {
    self.origin = origin
    self.hello = hello
    self.duration = duration
  }

  /// A reference was asked for, and none answered.
  public var lacksReference: Bool {
    tables.contains { !$0.references.isEmpty && $0.references.allSatisfy { $0.good == 0 } }
  }
}
