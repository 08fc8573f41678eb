import Testing

@testable import Probe

/// One machine and container: the files that speak for it, and what the survey must say.
struct PlaceCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var place: String
  /// Each is part of some piece of evidence.
  var evidence: [String]
  var make: @Sendable () throws -> GuestFixture

  init(
    _ name: String, _ place: String, _ evidence: [String] = [], first: Bool = true,
    _ fill: @escaping @Sendable (GuestFixture) throws -> Void
  ) {
    testDescription = name
    self.place = place
    self.evidence = evidence
    make = {
      let fixture = try GuestFixture.system(first: first)
      try fill(fixture)
      return fixture
    }
  }
}

@Suite("What the guest is")
struct GuestPlaceTests {
  private static let overlay = "/ / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/x"
  private static let number = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

  static let machines: [PlaceCase] = [
    PlaceCase("bare metal", "none on bare-metal", ["without the hypervisor bit", "dmi sys_vendor Dell Inc."])
    {
      try $0.dmi(["sys_vendor": "Dell Inc.", "product_name": "PowerEdge R640"])
    },
    PlaceCase("KVM", "none on kvm", ["cpuid KVMKVMKVM", "dmi sys_vendor QEMU"]) {
      $0.signatures = ["KVMKVMKVM"]
      try $0.dmi(["sys_vendor": "QEMU", "product_name": "Standard PC (Q35 + ICH9, 2009)"])
    },
    PlaceCase("KVM that passes for Hyper-V", "none on kvm", ["cpuid Microsoft Hv", "cpuid KVMKVMKVM"]) {
      $0.signatures = ["Microsoft Hv", "KVMKVMKVM"]
    },
    PlaceCase("QEMU without KVM", "none on qemu", ["cpuid TCGTCGTCGTCG"]) {
      $0.signatures = ["TCGTCGTCGTCG"]
    },
    PlaceCase("VMware", "none on vmware", ["cpuid VMwareVMware"]) {
      $0.signatures = ["VMwareVMware"]
      try $0.dmi(["sys_vendor": "VMware, Inc.", "product_name": "VMware7,1"])
    },
    PlaceCase("Hyper-V", "none on hyperv", ["cpuid Microsoft Hv"]) {
      $0.signatures = ["Microsoft Hv"]
      try $0.dmi(["sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine"])
    },
    PlaceCase("Azure", "none on hyperv/azure", ["dmi chassis_asset_tag 7783-"]) {
      $0.signatures = ["Microsoft Hv"]
      try $0.dmi([
        "sys_vendor": "Microsoft Corporation", "chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77",
      ])
    },
    PlaceCase("EC2 Nitro", "none on kvm/ec2", ["cpuid KVMKVMKVM", "dmi sys_vendor Amazon EC2"]) {
      $0.signatures = ["KVMKVMKVM"]
      try $0.dmi(["sys_vendor": "Amazon EC2", "product_name": "m5.large", "bios_vendor": "Amazon EC2"])
    },
    PlaceCase("EC2 Nitro, arm64", "none on kvm/ec2", ["dmi sys_vendor Amazon EC2"]) {
      $0.signatures = nil
      try $0.dmi(["sys_vendor": "Amazon EC2", "product_name": "m7g.large"])
    },
    PlaceCase("EC2 without a hypervisor", "none on bare-metal/ec2") {
      try $0.dmi(["sys_vendor": "Amazon EC2", "product_name": "m5.metal"])
    },
    PlaceCase("EC2 of Xen", "none on xen hvm/ec2", ["/sys/hypervisor/type xen"]) {
      $0.signatures = ["XenVMMXenVMM"]
      try $0.dmi(["sys_vendor": "Xen", "product_name": "HVM domU", "bios_version": "4.11.amazon"])
      try $0.file("sys/hypervisor/type", "xen\n")
      try $0.file("sys/hypervisor/guest_type", "HVM\n")
    },
    PlaceCase("Google", "none on kvm/google", ["dmi product_name Google Compute Engine"]) {
      $0.signatures = ["KVMKVMKVM"]
      try $0.dmi(["sys_vendor": "Google", "product_name": "Google Compute Engine", "bios_vendor": "Google"])
    },
    PlaceCase("Firecracker", "none on kvm/firecracker", ["cpuid KVMKVMKVM"]) {
      $0.signatures = ["KVMKVMKVM"]
      try $0.file("sys/firmware/acpi/tables/FACP", "FACP\u{14}\u{1}\0\0\u{6}fFIRECKFCVMFADT")
    },
    PlaceCase("Xen PV", "none on xen pv", ["/proc/xen"]) {
      try $0.file("proc/xen/capabilities", "\n")
      try $0.file("sys/hypervisor/type", "xen\n")
      try $0.file("sys/hypervisor/guest_type", "PV\n")
    },
    PlaceCase("Xen dom0", "none on bare-metal", ["xen dom0"]) {
      try $0.file("proc/xen/capabilities", "control_d\n")
      try $0.file("sys/hypervisor/type", "xen\n")
      try $0.file("sys/hypervisor/guest_type", "PV\n")
    },
    PlaceCase("Xen dom0 by its features, in VMware", "none on vmware", ["xen dom0", "cpuid VMwareVMware"]) {
      $0.signatures = ["VMwareVMware"]
      try $0.file("proc/xen/privcmd", "")
      try $0.file("sys/hypervisor/properties/features", "00000800\n")
    },
    PlaceCase("VirtualBox with KVM's signature", "none on virtualbox", ["dmi product_name VirtualBox"]) {
      $0.signatures = ["KVMKVMKVM"]
      try $0.dmi(["sys_vendor": "innotek GmbH", "product_name": "VirtualBox"])
    },
    PlaceCase("Parallels", "none on parallels") {
      $0.signatures = ["prl hyperv"]
      try $0.dmi(["sys_vendor": "Parallels International GmbH."])
    },
    PlaceCase("bhyve", "none on bhyve") { $0.signatures = ["bhyve bhyve "] },
    PlaceCase("User Mode Linux", "none on uml") {
      try $0.file("proc/cpuinfo", "vendor_id\t: User Mode Linux\n")
    },
    PlaceCase("KVM by device tree", "none on kvm", ["device-tree hypervisor linux,kvm"]) {
      $0.signatures = nil
      try $0.file("proc/device-tree/hypervisor/compatible", "linux,kvm\0")
    },
    PlaceCase("z/VM", "none on zvm", ["/proc/sysinfo z/VM"]) {
      $0.signatures = nil
      try $0.file("proc/sysinfo", "Manufacturer: IBM\nVM00 Control Program: z/VM    6.4.0\n")
    },
    PlaceCase("a hypervisor nobody knows", "none on other", ["cpuid Strange"]) {
      $0.signatures = ["Strange"]
    },
    PlaceCase("arm64 that tells nothing", "none on unknown") { $0.signatures = nil },
  ]

  static let containers: [PlaceCase] = [
    PlaceCase("Docker in KVM", "docker on kvm", ["/.dockerenv", "mount / of docker"], first: false) {
      $0.signatures = ["KVMKVMKVM"]
      try $0.file(".dockerenv", "")
      try $0.mounts([overlay])
    },
    PlaceCase(
      "Docker, version 1 cgroups, no marker", "docker on bare-metal", ["cgroup /docker/"], first: false
    ) {
      try $0.file("proc/self/cgroup", "4:cpu,cpuacct:/docker/\(number)\n")
    },
    PlaceCase("Docker with the host's processes", "docker on bare-metal", ["/.dockerenv"]) {
      try $0.file(".dockerenv", "")
      try $0.mounts([overlay])
    },
    PlaceCase("a host that runs Docker", "none on bare-metal") {
      try $0.file("proc/self/cgroup", "0::/system.slice/docker.service\n")
    },
    PlaceCase("an image as a machine's disk", "none on kvm", ["/.dockerenv", "the root is all of /dev/vda"]) {
      $0.signatures = ["KVMKVMKVM"]
      try $0.file(".dockerenv", "")
      try $0.mounts(["/ / rw,relatime - ext4 /dev/vda rw"])
    },
    PlaceCase(
      "Podman without root", "podman on bare-metal", ["container=podman", "/run/.containerenv"], first: false
    ) {
      $0.variables["container"] = "podman"
      try $0.file("run/.containerenv", "")
      try $0.mounts(["/ / rw - fuse.fuse-overlayfs fuse-overlayfs rw"])
    },
    PlaceCase("LXC", "lxc on bare-metal", ["container=lxc in /proc/1/environ"], first: false) {
      try $0.file("proc/1/environ", "TERM=linux\0container=lxc\0PATH=/bin\0")
    },
    PlaceCase("LXD in KVM", "lxd on kvm", ["/dev/lxd/sock"], first: false) {
      $0.signatures = ["KVMKVMKVM"]
      try $0.file("run/systemd/container", "lxc\n")
      try $0.file("dev/lxd/sock", "")
    },
    PlaceCase("Incus", "incus on bare-metal", first: false) {
      try $0.file("proc/1/environ", "container=lxc\0")
      try $0.file("dev/incus/sock", "")
    },
    PlaceCase("OpenVZ", "openvz on bare-metal", ["/proc/vz without /proc/bc"], first: false) {
      try $0.file("proc/vz/veinfo", "")
    },
    PlaceCase("OpenVZ's host", "none on bare-metal") {
      try $0.file("proc/vz/veinfo", "")
      try $0.file("proc/bc/0/resources", "")
    },
    PlaceCase("systemd-nspawn", "systemd-nspawn on bare-metal", ["/run/host/container-manager"], first: false)
    {
      try $0.file("run/host/container-manager", "systemd-nspawn\n")
    },
    PlaceCase(
      "a pod of containerd, unified cgroups", "containerd+kubernetes on kvm/google",
      ["mount / of containerd", "mount /etc/hosts of a pod", "KUBERNETES_SERVICE_HOST"], first: false
    ) {
      $0.signatures = ["KVMKVMKVM"]
      $0.variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1"
      try $0.dmi(["product_name": "Google Compute Engine"])
      try $0.file("proc/1/cgroup", "0::/\n")
      try $0.file("proc/self/cgroup", "0::/\n")
      try $0.mounts([
        "/ / rw - overlay overlay rw,upperdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/1/fs",
        "/var/lib/kubelet/pods/0a1b/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw",
      ])
    },
    PlaceCase("a pod of CRI-O", "cri-o+kubernetes on bare-metal", ["/run/.containerenv"], first: false) {
      try $0.file("run/.containerenv", "")
      try $0.file("run/secrets/kubernetes.io/serviceaccount/namespace", "default")
      try $0.mounts(["/ / rw - overlay overlay rw,upperdir=/var/lib/containers/storage/overlay/a/diff"])
    },
    PlaceCase(
      "a pod of who knows whom", "kubernetes+kubernetes on bare-metal", ["cgroup /kubepods"], first: false
    ) {
      try $0.file("proc/self/cgroup", "5:cpuset:/kubepods/besteffort/pod1\n")
    },
    PlaceCase("WSL 2", "wsl on hyperv", ["kernel 5.15.90.1-microsoft-standard-WSL2"], first: false) {
      $0.signatures = ["Microsoft Hv"]
      try $0.file("proc/sys/kernel/osrelease", "5.15.90.1-microsoft-standard-WSL2\n")
    },
    PlaceCase("unshare --pid", "other on bare-metal", ["a pid namespace of its own"], first: false) { _ in },
  ]

  @Test(arguments: machines + containers) func bothLayersAndTheirEvidence(one: PlaceCase) throws {
    let guest = try one.make().survey()
    #expect(guest.place == one.place)
    let evidence = guest.machineEvidence + guest.containerEvidence
    for word in one.evidence {
      #expect(evidence.contains { $0.contains(word) }, "\(word) is not in \(evidence)")
    }
    #expect(guest.hasClockOfHost == !(one.place.hasPrefix("none ") || one.place.hasPrefix("unknown ")))
  }

  @Test func anEmptyRootIsUnknownAndSaysWhatIsMissing() throws {
    let fixture = try GuestFixture()
    fixture.signatures = nil
    fixture.allowed = nil
    fixture.clock = .refused(1)
    let guest = fixture.survey()
    #expect(guest.place == "unknown on unknown")
    #expect(guest.machineEvidence.isEmpty && guest.containerEvidence.isEmpty)
    #expect(guest.missing.map(\.what) == ["/proc", "/sys", "adjtimex"])
    #expect(guest.steering.view == .none && guest.steering.programs.isEmpty)
    #expect(guest.steering.isKernelSynchronised == nil && !guest.steering.isUnseen)
    #expect(guest.processors.online == nil && guest.processors.limit == nil)
  }
}
