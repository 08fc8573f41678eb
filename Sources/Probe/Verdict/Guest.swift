/// What this guest is, who steers its clock, and how each is known.
public struct Guest: Sendable {
  public var machine = Machine.unknown
  /// Of Xen: `pv`, `hvm`, `pvh`.
  public var machineMode: StaticString?
  /// Whose machine it is, where that is known: `ec2`, `firecracker`.
  public var platform: StaticString?
  public var machineEvidence: [String] = []

  public var container = Container.unknown
  /// `kubernetes`, beside the runtime.
  public var orchestrator: StaticString?
  public var containerEvidence: [String] = []

  /// nil: this process is in the kernel's first time namespace, or nobody tells.
  public var timeShift: TimeShift?
  public var processors = ProcessorShare()
  public var steering = Steering()
  /// Evidence that could not be had here, each once.
  public var missing: [MissingEvidence] = []

  public init() {}

  /// A container has no clock of its own: the time is its host's, and so is whoever steers it.
  public var hasClockOfHost: Bool { container != .none && container != .unknown }
}

/// What runs the kernel.
public enum Machine: UInt8, CaseIterable, Sendable {
  case unknown
  case bareMetal
  /// A virtual machine, nobody tells of which kind.
  case other
  case kvm
  /// QEMU without KVM's signature: software emulation, or an architecture that does not tell.
  case qemu
  case vmware
  case hyperV
  case xen
  case virtualBox
  case parallels
  case bhyve
  case apple
  case acrn
  case qnx
  case jailhouse
  case bochs
  case userMode
  case zVM
  case powerVM

  public var name: StaticString {
    switch self {
    case .unknown: "unknown"
    case .bareMetal: "bare-metal"
    case .other: "other"
    case .kvm: "kvm"
    case .qemu: "qemu"
    case .vmware: "vmware"
    case .hyperV: "hyperv"
    case .xen: "xen"
    case .virtualBox: "virtualbox"
    case .parallels: "parallels"
    case .bhyve: "bhyve"
    case .apple: "apple"
    case .acrn: "acrn"
    case .qnx: "qnx"
    case .jailhouse: "jailhouse"
    case .bochs: "bochs"
    case .userMode: "uml"
    case .zVM: "zvm"
    case .powerVM: "powervm"
    }
  }
}

/// What stands between this process and the kernel's own system.
public enum Container: UInt8, CaseIterable, Sendable {
  case unknown
  case none
  /// A process namespace of its own, and nothing says whose.
  case other
  case docker
  case podman
  case containerd
  case crio
  case kubernetes
  case lxc
  case lxd
  case incus
  case openVZ
  case nspawn
  case wsl

  public var name: StaticString {
    switch self {
    case .unknown: "unknown"
    case .none: "none"
    case .other: "other"
    case .docker: "docker"
    case .podman: "podman"
    case .containerd: "containerd"
    case .crio: "cri-o"
    case .kubernetes: "kubernetes"
    case .lxc: "lxc"
    case .lxd: "lxd"
    case .incus: "incus"
    case .openVZ: "openvz"
    case .nspawn: "systemd-nspawn"
    case .wsl: "wsl"
    }
  }
}

/// Evidence that is not to be had here.
public struct MissingEvidence: Sendable {
  public var what: String
  public var why: String
  /// What would give it.
  public var right: String

  public init(_ what: String, why: String, right: String) {
    self.what = what
    self.why = why
    self.right = right
  }
}

extension Guest {
  /// A piece of evidence: the program's own words, and what was read, as far as it can be printed.
  @inline(never)
  static func evidence(_ words: StaticString, _ text: ByteText = [], _ end: StaticString = "") -> String {
    var bytes = words.ascii
    for byte in text.prefix(48) { bytes.append((0x20...0x7e).contains(byte) ? byte : UInt8(ascii: "?")) }
    bytes.append(ascii: end)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Looks at everything once. Only reads.
  public static func survey(_ world: GuestWorld) -> Guest {
    var guest = Guest()
    let files = world.files
    let mounts = files.text("/proc/self/mountinfo", most: FileWorld.most).map { MountTable($0) }
    let cgroups = files.text("/proc/self/cgroup").map { CgroupPaths($0) }
    guest.findMachine(world)
    guest.findContainer(world, mounts, cgroups)
    guest.findTimeNamespace(files)
    guest.processors = ProcessorShare(world, mounts, cgroups)
    guest.findSteering(world)
    guest.listMissing(world, mounts, cgroups)
    return guest
  }

  private mutating func findTimeNamespace(_ files: FileWorld) {
    guard files.isFirstNamespace("/proc/self/ns/time", NamespaceNumber.time) == false else { return }
    timeShift = files.text("/proc/self/timens_offsets").map { TimeShift($0) } ?? TimeShift()
  }
}
