/// The registers of a CPUID leaf.
public struct CPUIDRegisters: Sendable {
  public var eax: UInt32
  public var ebx: UInt32
  public var ecx: UInt32
  public var edx: UInt32

  public init(eax: UInt32, ebx: UInt32, ecx: UInt32, edx: UInt32) {
    self.eax = eax
    self.ebx = ebx
    self.ecx = ecx
    self.edx = edx
  }
}

/// What read-only adjtimex(2) says.
public enum ClockStatus: Equatable, Sendable {
  /// STA_* bits (linux/timex.h).
  case bits(UInt32)
  /// errno.
  case refused(Int32)

  /// Nobody has told the kernel within the last hours that its clock is right.
  static let unsynchronised: UInt32 = 0x40
}

/// Everything that a survey of the guest asks.
public struct GuestWorld {
  public var files: FileWorld
  /// nil: no such instruction on this processor.
  public var cpuid: (UInt32) -> CPUIDRegisters?
  /// Processors that this process may run on.
  public var allowed: () -> Int?
  public var clockStatus: () -> ClockStatus
  /// Of this process's own environment.
  public var variable: (StaticString) -> [UInt8]?

  public init(
    files: FileWorld, cpuid: @escaping (UInt32) -> CPUIDRegisters?, allowed: @escaping () -> Int?,
    clockStatus: @escaping () -> ClockStatus, variable: @escaping (StaticString) -> [UInt8]?
  ) {
    self.files = files
    self.cpuid = cpuid
    self.allowed = allowed
    self.clockStatus = clockStatus
    self.variable = variable
  }
}

/// The kernel gives its first namespace of each kind a fixed number (`init_ns_ino` in uapi/linux/nsfs.h; before 6.18
/// the same numbers in linux/proc_ns.h).
enum NamespaceNumber {
  static let pid: Int64 = 0xefff_fffc
  static let time: Int64 = 0xefff_fffa
}

extension FileWorld {
  /// Whether this process is in the kernel's first namespace of a kind; nil where that is not told.
  /// - Parameter path: as `/proc/self/ns/pid`, whose text is `pid:[4026531836]`
  @inline(never)
  func isFirstNamespace(_ path: StaticString, _ first: Int64) -> Bool? {
    guard let text = link(path.ascii), let open = text[...].find("[") else { return nil }
    guard let number = text[(open + 1)...].prefix(while: { $0 != UInt8(ascii: "]") }).decimal else {
      return nil
    }
    return number == first
  }
}
