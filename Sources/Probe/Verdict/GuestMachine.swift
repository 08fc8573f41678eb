/// Which hypervisor. In this order: what hides behind another's CPUID signature (User Mode Linux, VirtualBox, Parallels,
/// Xen), then CPUID, then DMI, /sys/hypervisor, device tree, /proc/sysinfo. CPUID has a second signature 256 leaves
/// further where a hypervisor also passes for Hyper-V (Linux: `hypervisor_cpuid_base`).
extension Guest {
  mutating func findMachine(_ world: GuestWorld) {
    let files = world.files
    let signatures = Signatures(world)
    let vendor = FirmwareNames(files)
    platform = vendor.platform ?? firecracker(files)
    if isUserMode(files) { return }
    if vendor.machine == .virtualBox || vendor.machine == .parallels {
      return take(vendor.machine, vendor.evidence)
    }
    if findXen(files, vendor, signatures) { return }
    if let machine = signatures.machine { return take(machine, signatures.evidence + vendor.evidence) }
    if let machine = vendor.machine, !(vendor.isMetal && signatures.hasHypervisor != true) {
      return take(machine, vendor.evidence)
    }
    if findByFiles(files) { return }
    if signatures.hasHypervisor == true || hasVirtualFirmware(files) {
      return take(.other, signatures.evidence + vendor.evidence)
    }
    if signatures.hasHypervisor == false {
      machineEvidence.append(Self.evidence("cpuid without the hypervisor bit"))
      return take(.bareMetal, vendor.evidence)
    }
    // Without CPUID: firmware that names its maker and no hypervisor is a machine's own.
    if !vendor.evidence.isEmpty { take(.bareMetal, vendor.evidence) }
  }

  private mutating func take(_ machine: Machine?, _ evidence: [String]) {
    self.machine = machine ?? .unknown
    machineEvidence += evidence
  }

  private mutating func isUserMode(_ files: FileWorld) -> Bool {
    guard let text = files.text("/proc/cpuinfo"), text.has("User Mode Linux") else { return false }
    take(.userMode, [Self.evidence("cpuinfo User Mode Linux")])
    return true
  }

  /// Xen's dom0 is on the metal, or in whatever else CPUID tells of.
  private mutating func findXen(_ files: FileWorld, _ vendor: FirmwareNames, _ cpu: Signatures) -> Bool {
    var evidence: [String] = []
    if vendor.machine == .xen { evidence += vendor.evidence }
    if files.exists("/proc/xen") { evidence.append(Self.evidence("/proc/xen")) }
    if let type = files.word("/sys/hypervisor/type"), type.is("xen") {
      evidence.append(Self.evidence("/sys/hypervisor/type xen"))
    }
    if cpu.machine == .xen { evidence += cpu.evidence }
    guard !evidence.isEmpty else { return false }
    if let type = files.word("/sys/hypervisor/guest_type") {
      machineMode = type.is("PV") ? "pv" : type.is("HVM") ? "hvm" : type.is("PVH") ? "pvh" : nil
    }
    if Self.isDom0(files) {
      evidence.append(Self.evidence("xen dom0"))
      machineMode = nil
      let outer = cpu.machine.flatMap { $0 == .xen ? nil : $0 }
      take(outer ?? .bareMetal, evidence + (outer == nil ? [] : cpu.evidence))
    } else {
      if files.word("/sys/hypervisor/uuid")?.begins("ec2") == true { platform = "ec2" }
      take(.xen, evidence)
    }
    return true
  }

  /// XENFEAT_dom0 is bit 11 (xen/include/public/features.h).
  private static func isDom0(_ files: FileWorld) -> Bool {
    if let features = files.word("/sys/hypervisor/properties/features")?.hexadecimal {
      return features >> 11 & 1 == 1
    }
    return files.text("/proc/xen/capabilities")?.has("control_d") == true
  }

  private mutating func findByFiles(_ files: FileWorld) -> Bool {
    if let type = files.word("/sys/hypervisor/type") {
      let evidence = [Self.evidence("/sys/hypervisor/type ", type)]
      take(.other, evidence)
      return true
    }
    if let kind = files.word("/proc/device-tree/hypervisor/compatible") {
      let evidence = [Self.evidence("device-tree hypervisor ", kind)]
      take(kind.is("linux,kvm") ? .kvm : kind.has("xen") ? .xen : kind.has("vmware") ? .vmware : .other, evidence)
      return true
    }
    if files.exists("/proc/device-tree/fw-cfg") || files.word("/proc/device-tree/compatible")?.has("qemu") == true {
      take(.qemu, [Self.evidence("device-tree of QEMU")])
      return true
    }
    if files.exists("/proc/device-tree/ibm,partition-name") {
      take(.powerVM, [Self.evidence("device-tree ibm,partition-name")])
      return true
    }
    guard let text = files.text("/proc/sysinfo"), let place = text.find("VM00 Control Program:") else {
      return false
    }
    let program = text.dropFirst(place + 21).line.trimmed
    let evidence = [Self.evidence("/proc/sysinfo ", program)]
    take(program.begins("z/VM") ? .zVM : program.begins("KVM") ? .kvm : .other, evidence)
    return true
  }

  /// SMBIOS type 0, extension byte 2, bit 4: "SMBIOS table describes a virtual machine" (DSP0134 section 7.1.2.2).
  /// Only root may read it.
  private func hasVirtualFirmware(_ files: FileWorld) -> Bool {
    guard let table = files.text("/sys/firmware/dmi/entries/0-0/raw"), table.count >= 20,
      table[table.startIndex + 1] >= 20
    else { return false }
    return table[table.startIndex + 19] & 0x10 != 0
  }

  /// Firecracker has no DMI; its ACPI tables have its name as their maker's (offset 10, ACPI section 5.2.6).
  private func firecracker(_ files: FileWorld) -> StaticString? {
    files.text("/sys/firmware/acpi/tables/FACP")?.begins("FIRECK", at: 10) == true ? "firecracker" : nil
  }
}

/// What CPUID tells: bit 31 of ECX in leaf 1, and the names in EBX, ECX, EDX of leaf 0x40000000 and, where a
/// hypervisor also passes for Hyper-V, of leaf 0x40000100.
private struct Signatures {
  /// nil: no CPUID.
  var hasHypervisor: Bool?
  var machine: Machine?
  var evidence: [String] = []

  init(_ world: GuestWorld) {
    guard let features = world.cpuid(1) else { return }
    hasHypervisor = features.ecx >> 31 == 1
    guard hasHypervisor == true else { return }
    let first = Self.name(world, 0x4000_0000)
    machine = Self.machine(first[...])
    evidence.append(Self.text(first))
    guard machine == .hyperV || machine == nil else { return }
    let second = Self.name(world, 0x4000_0100)
    guard let inner = Self.machine(second[...]), inner != .hyperV else { return }
    machine = inner
    evidence.append(Self.text(second))
  }

  private static func name(_ world: GuestWorld, _ leaf: UInt32) -> [UInt8] {
    guard let registers = world.cpuid(leaf) else { return [] }
    var name: [UInt8] = []
    for register in [registers.ebx, registers.ecx, registers.edx] {
      for place: UInt32 in [0, 8, 16, 24] { name.append(UInt8(truncatingIfNeeded: register >> place)) }
    }
    return name
  }

  private static func text(_ name: [UInt8]) -> String { Guest.evidence("cpuid ", name.prefix { $0 != 0 }.trimmed) }

  private static func machine(_ name: ByteText) -> Machine? {
    for (text, machine) in names where name.begins(text) { return machine }
    return nil
  }

  private static var names: [(StaticString, Machine)] {
    [
      ("KVMKVMKVM", .kvm), ("Linux KVM Hv", .kvm), ("TCGTCGTCGTCG", .qemu), ("VMwareVMware", .vmware),
      ("Microsoft Hv", .hyperV), ("XenVMMXenVMM", .xen), ("bhyve bhyve", .bhyve), ("BHyVE BHyVE", .bhyve),
      ("VBoxVBoxVBox", .virtualBox), ("prl hyperv", .parallels), (" lrpepyh  vr", .parallels),
      ("Apple VZ", .apple), ("ACRNACRNACRN", .acrn), ("QNXQVMBSQG", .qnx), ("Jailhouse", .jailhouse),
    ]
  }
}
