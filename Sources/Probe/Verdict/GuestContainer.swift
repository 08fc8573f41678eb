/// Which container. In this order: what the kernel shows (OpenVZ, WSL), what the manager left for us to read, its
/// files, where the mounts come from, the names of the cgroups, a process namespace of its own.
extension Guest {
  mutating func findContainer(_ world: GuestWorld, _ mounts: MountTable?, _ cgroups: CgroupPaths?) {
    let files = world.files
    let isFirst = files.isFirstNamespace("/proc/self/ns/pid", NamespaceNumber.pid)
    findOrchestrator(world, mounts, cgroups)
    findByKernel(files)
    findByManager(world)
    findByMarkers(world)
    if let mounts { findByMounts(mounts) }
    if let cgroups { findByCgroups(cgroups) }
    if orchestrator != nil, container == .unknown { take(.kubernetes, nil) }
    // CRI-O leaves Podman's marker and keeps its files where Podman does.
    if orchestrator != nil, container == .podman { container = .crio }
    if container == .lxc { findManagerOfLXC(files) }

    if isFirst == true {
      if container != .unknown, isImageAsMachine(mounts) {
        container = .none
        containerEvidence.append(Self.evidence("the root is all of ", mounts?.root?.source ?? []))
      }
      if container == .unknown { container = .none }
      containerEvidence.append(Self.evidence("the kernel's first pid namespace"))
    } else if isFirst == false {
      containerEvidence.append(Self.evidence("a pid namespace of its own"))
      if container == .unknown { container = .other }
    }
  }

  /// A container's image that became a machine's disk keeps its markers. Who sees all processes and has a whole block
  /// device for its root is in no container.
  private func isImageAsMachine(_ mounts: MountTable?) -> Bool {
    guard let root = mounts?.root else { return false }
    return root.root.is("/") && root.source.begins("/dev/") && container != .wsl && container != .openVZ
  }

  /// The first that tells decides; what the others add is evidence.
  @inline(never)
  private mutating func take(_ found: Container, _ evidence: String?) {
    if container == .unknown { container = found }
    if let evidence { containerEvidence.append(evidence) }
  }

  /// /proc/bc is there for the host alone.
  private mutating func findByKernel(_ files: FileWorld) {
    if files.exists("/proc/vz"), !files.exists("/proc/bc") { take(.openVZ, Self.evidence("/proc/vz without /proc/bc")) }
    if let release = files.word("/proc/sys/kernel/osrelease"),
      release.has("Microsoft") || release.has("microsoft") || release.has("WSL")
    {
      take(.wsl, Self.evidence("kernel ", release))
    }
  }

  /// systemd's CONTAINER_INTERFACE: a file of the host, PID 1's variable, or what PID 1 wrote of it into /run.
  private mutating func findByManager(_ world: GuestWorld) {
    let files = world.files
    if let name = files.word("/run/host/container-manager") {
      take(Self.manager(name), Self.evidence("/run/host/container-manager ", name))
    }
    if let name = files.word("/run/systemd/container") {
      take(Self.manager(name), Self.evidence("/run/systemd/container ", name))
    }
    if let variables = files.text("/proc/1/environ", most: FileWorld.most) {
      variables.forEachPart(0) { variable in
        guard let name = variable.dropping("container="), !name.isEmpty else { return }
        take(Self.manager(name), Self.evidence("container=", name, " in /proc/1/environ"))
      }
    }
    if let name = world.variable("container")?[...], !name.isEmpty {
      take(Self.manager(name), Self.evidence("container=", name, " in the environment"))
    }
  }

  private static func manager(_ name: ByteText) -> Container {
    if name.begins("lxc") { return .lxc }
    if name.is("systemd-nspawn") { return .nspawn }
    if name.is("docker") { return .docker }
    if name.is("podman") { return .podman }
    if name.is("wsl") { return .wsl }
    return .other
  }

  private mutating func findByMarkers(_ world: GuestWorld) {
    if world.files.exists("/run/.containerenv") { take(.podman, Self.evidence("/run/.containerenv")) }
    if world.files.exists("/.dockerenv") { take(.docker, Self.evidence("/.dockerenv")) }
  }

  /// The storage of the root, and of the files that a runtime puts over /etc.
  private mutating func findByMounts(_ mounts: MountTable) {
    var told = Container.unknown
    for mount in mounts.etc + (mounts.root.map { [$0] } ?? []) {
      for text in [mount.root, mount.source, mount.options] {
        guard let found = Self.storage(text), found != told else { continue }
        told = found
        take(found, Self.evidence("mount ", mount.point + (" of " as StaticString).ascii + found.name.ascii))
      }
    }
  }

  private static func storage(_ text: ByteText) -> Container? {
    if text.has("/containerd/io.containerd.") { return .containerd }
    if text.has("/docker/containers/") || text.has("/docker/overlay2/") { return .docker }
    if text.has("/containers/storage/") || text.has("/overlay-containers/") { return .podman }
    return nil
  }

  private mutating func findByCgroups(_ cgroups: CgroupPaths) {
    for path in cgroups.all {
      guard let found = Self.cgroup(path) else { continue }
      return take(found, Self.evidence("cgroup ", path))
    }
  }

  private static func cgroup(_ path: ByteText) -> Container? {
    var isBelowDocker = false
    for word in path.parts(UInt8(ascii: "/")) {
      if isBelowDocker, isContainerNumber(word) { return .docker }
      isBelowDocker = word.is("docker")
      if let rest = word.dropping("docker-"), isContainerNumber(rest) { return .docker }
      if let rest = word.dropping("libpod-"), isContainerNumber(rest) { return .podman }
      if let rest = word.dropping("crio-"), isContainerNumber(rest) { return .crio }
      if let rest = word.dropping("cri-containerd-"), isContainerNumber(rest) { return .containerd }
      if word.begins("lxc.payload") { return .lxc }
    }
    return path.begins("/lxc/") ? .lxc : nil
  }

  /// Twelve hexadecimal digits or more: `docker.service` of a host has none.
  private static func isContainerNumber(_ word: ByteText) -> Bool {
    word.prefix { $0.hexadecimalDigit != nil }.count >= 12
  }

  private mutating func findOrchestrator(_ world: GuestWorld, _ mounts: MountTable?, _ cgroups: CgroupPaths?)
  {
    var evidence: [String] = []
    if world.variable("KUBERNETES_SERVICE_HOST") != nil { evidence.append(Self.evidence("KUBERNETES_SERVICE_HOST")) }
    if world.files.exists("/run/secrets/kubernetes.io") { evidence.append(Self.evidence("/run/secrets/kubernetes.io")) }
    if let path = cgroups?.all.first(where: { $0.has("/kubepods") || $0.has("/kubelet") }) {
      evidence.append(Self.evidence("cgroup ", path))
    }
    if let mount = mounts?.etc.first(where: { $0.root.has("/kubelet/pods/") || $0.root.has("/pods/") }) {
      evidence.append(Self.evidence("mount ", mount.point, " of a pod"))
    }
    guard !evidence.isEmpty else { return }
    orchestrator = "kubernetes"
    containerEvidence += evidence
  }

  private mutating func findManagerOfLXC(_ files: FileWorld) {
    if files.exists("/dev/incus/sock") {
      container = .incus
      containerEvidence.append(Self.evidence("/dev/incus/sock"))
    } else if files.exists("/dev/lxd/sock") {
      container = .lxd
      containerEvidence.append(Self.evidence("/dev/lxd/sock"))
    }
  }
}
