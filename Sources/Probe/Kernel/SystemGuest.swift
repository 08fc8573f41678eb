import CShim

extension GuestWorld {
  /// What this process can find out about the system that it runs on.
  public static func system() -> GuestWorld {
    GuestWorld(
      files: .system(), cpuid: cpuid,
      allowed: {
        let count = tp_cpus_allowed()
        return count > 0 ? Int(count) : nil
      },
      clockStatus: clockStatus,
      variable: { name in
        guard let text = FileWorld.withPath(name.ascii, { tp_environment($0) }) else { return nil }
        var bytes: [UInt8] = []
        while bytes.count < 256, text[bytes.count] != 0 { bytes.append(UInt8(bitPattern: text[bytes.count])) }
        return bytes
      })
  }

  private static func cpuid(_ leaf: UInt32) -> CPUIDRegisters? {
    var registers = tp_cpuid()
    guard tp_cpuid(leaf, &registers) == 0 else { return nil }
    return CPUIDRegisters(eax: registers.eax, ebx: registers.ebx, ecx: registers.ecx, edx: registers.edx)
  }

  private static func clockStatus() -> ClockStatus {
    var state = tp_timex()
    let result = tp_adjtimex_read(&state)
    return result < 0 ? .refused(-result) : .bits(UInt32(bitPattern: state.status))
  }
}
