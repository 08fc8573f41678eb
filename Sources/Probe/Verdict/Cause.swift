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

  public var name: StaticString {
    switch self {
    case .leapSecond: "leap-second"
    case .guestSuspend: "guest-suspend"
    case .clockStep: "clock-step"
    case .clockSlew: "clock-slew"
    case .clocksourceChange: "clocksource-change"
    case .guestPause: "guest-pause"
    case .guestStall: "guest-stall"
    }
  }
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
