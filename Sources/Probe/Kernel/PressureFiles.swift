/// The kernel's account of pressure: of the whole guest where it is told, else of this process's cgroup.
public struct PressureFiles {
  private let cpu: KernelFile?
  private let io: KernelFile?
  private let memory: KernelFile?

  /// - Parameter group: the folder of this process's own cgroup of version 2; nil: none is seen
  public init(group: [UInt8]?) {
    func open(_ system: StaticString, _ own: StaticString) -> KernelFile? {
      // A kernel that keeps no account refuses the reading.
      if let file = try? KernelFile(system), file.read(LoadText.pressure) != nil { return file }
      guard let group, let file = try? KernelFile(group + own.ascii), file.read(LoadText.pressure) != nil
      else { return nil }
      return file
    }
    cpu = open("/proc/pressure/cpu", "/cpu.pressure")
    io = open("/proc/pressure/io", "/io.pressure")
    memory = open("/proc/pressure/memory", "/memory.pressure")
  }

  public func read() -> PressureCounters {
    PressureCounters(
      cpu: cpu?.read(LoadText.pressure), io: io?.read(LoadText.pressure),
      memory: memory?.read(LoadText.pressure))
  }
}
