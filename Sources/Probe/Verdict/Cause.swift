/// What happened to the guest's clock, or to the guest (DESIGN section 3). The names are for ever.
public enum Cause: UInt8, CaseIterable, Sendable {
  /// The kernel inserted or removed a leap second.
  case leapSecond
  /// The guest was suspended: BOOTTIME ran on and MONOTONIC did not.
  case guestSuspend
  /// Somebody set REALTIME.
  case clockStep
  /// Somebody changed the rate of REALTIME and MONOTONIC.
  case clockSlew
  /// The kernel reads another counter, or reads it by another rate.
  case clocksourceChange
  /// The host stopped the guest, or moved it: its hypervisor says so.
  case guestPause
  /// The guest's clocks went on and this process did not run.
  case guestStall
  /// A stage inside this guest was slow.
  case localTransmit
  case localReceive
  /// A leg outside of this guest was slow.
  case pathOut
  case pathBack
  case pathBoth
  /// A leg's floor moved and stayed.
  case routeChange
  /// The reference's clock or its word changed, or it was slow to answer.
  case reference
  /// No reply.
  case loss
  /// The reference asked for fewer queries.
  case rateLimited
  /// Replies failed a check.
  case rejected

  public var name: StaticString {
    switch self {
    case .leapSecond: "leap-second"
    case .guestSuspend: "guest-suspend"
    case .clockStep: "clock-step"
    case .clockSlew: "clock-slew"
    case .clocksourceChange: "clocksource-change"
    case .guestPause: "guest-pause"
    case .guestStall: "guest-stall"
    case .localTransmit: "local-tx"
    case .localReceive: "local-rx"
    case .pathOut: "path-out"
    case .pathBack: "path-back"
    case .pathBoth: "path-both"
    case .routeChange: "route-change"
    case .reference: "reference"
    case .loss: "loss"
    case .rateLimited: "rate-limited"
    case .rejected: "rejected"
    }
  }
}

/// Causes that fit as well.
public struct CauseSet: Equatable, Sendable, ExpressibleByArrayLiteral {
  private var bits: UInt32 = 0

  public init(arrayLiteral causes: Cause...) {
    for cause in causes { insert(cause) }
  }

  public mutating func insert(_ cause: Cause) { bits |= 1 << UInt32(cause.rawValue) }

  mutating func remove(_ cause: Cause) { bits &= ~(1 << UInt32(cause.rawValue)) }

  public func contains(_ cause: Cause) -> Bool { bits & 1 << UInt32(cause.rawValue) != 0 }

  public var isEmpty: Bool { bits == 0 }
}

public enum Certainty: Sendable {
  /// The evidence allows nothing else.
  case proven
  case indicated

  public var name: StaticString {
    switch self {
    case .proven: "proven"
    case .indicated: "indicated"
    }
  }
}

/// Who kept this process from running.
public enum Taker: UInt8, CaseIterable, Sendable {
  /// Somebody stopped it by a signal (SIGSTOP, SIGTSTP) and continued it.
  case stopped
  /// Its cgroup had used up its processor time.
  case throttled
  /// Other tasks of this guest ran.
  case preempted
  /// The hypervisor gave the processor to somebody else.
  case stolen
  /// No counter that can be read here explains it.
  case unknown

  public var name: StaticString {
    switch self {
    case .stopped: "stopped"
    case .throttled: "throttled"
    case .preempted: "preempted"
    case .stolen: "stolen"
    case .unknown: "unknown"
    }
  }
}
