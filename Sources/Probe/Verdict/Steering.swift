/// What a program does to this system's clock.
public enum SteeringRole: UInt8, CaseIterable, Sendable {
  /// It adjusts the clock all the time.
  case steers
  /// It sets the clock on some occasion: when its host asks, or once.
  case sets
  /// It adjusts the clock of a network card, not the system's.
  case phc
  /// It leaves clocks alone.
  case watches

  public var name: StaticString {
    switch self {
    case .steers: "steers"
    case .sets: "sets"
    case .phc: "phc"
    case .watches: "watches"
    }
  }
}

/// A program that has to do with a clock of this guest.
public struct Steerer: Sendable {
  public var name: StaticString
  /// nil: a driver of the kernel.
  public var pid: Int64?
  public var role: SteeringRole
  /// What speaks for the role.
  public var evidence: [String]

  public init(_ name: StaticString, pid: Int64?, role: SteeringRole, evidence: [String] = []) {
    self.name = name
    self.pid = pid
    self.role = role
    self.evidence = evidence
  }
}

/// How far the list of programs reaches.
public enum ProcessView: UInt8, CaseIterable, Sendable {
  /// No /proc.
  case none
  /// Only this user's processes (hidepid of proc(5), systemd's ProtectProc=).
  case own
  /// Those of this pid namespace; a container's host has more.
  case namespace
  case all

  public var name: StaticString {
    switch self {
    case .none: "none"
    case .own: "own"
    case .namespace: "namespace"
    case .all: "all"
    }
  }
}

/// Who steers the clock, as far as it can be seen from here.
public struct Steering: Sendable {
  public var programs: [Steerer] = []
  public var view = ProcessView.none
  /// STA_UNSYNC of adjtimex is clear: somebody has told the kernel that its clock is right, within some nine hours
  /// (the kernel adds 500 ppm to the error until it reaches 16 s). nil: the call was refused.
  public var isKernelSynchronised: Bool?

  public init() {}

  public var steerers: [Steerer] { programs.filter { $0.role == .steers } }

  /// Two at once pull the clock to and fro.
  public var isConflict: Bool { steerers.count > 1 }

  /// The kernel says that somebody steers, and nobody here does.
  public var isUnseen: Bool { isKernelSynchronised == true && steerers.isEmpty }
}
