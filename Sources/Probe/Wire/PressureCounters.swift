/// For how long tasks waited for something that there was too little of, as counters that only grow
/// (Documentation/accounting/psi.rst, `some`); nil: it cannot be read here.
public struct PressureCounters: Equatable, Sendable {
  public var cpu: Nanoseconds?
  public var io: Nanoseconds?
  public var memory: Nanoseconds?

  public init(cpu: Nanoseconds? = nil, io: Nanoseconds? = nil, memory: Nanoseconds? = nil) {
    self.cpu = cpu
    self.io = io
    self.memory = memory
  }

  /// By how much each grew since.
  public func growth(since earlier: PressureCounters) -> PressureCounters {
    PressureCounters(
      cpu: LoadCounters.grown(cpu, earlier.cpu), io: LoadCounters.grown(io, earlier.io),
      memory: LoadCounters.grown(memory, earlier.memory))
  }
}
