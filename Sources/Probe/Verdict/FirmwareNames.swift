/// What the firmware calls the machine (/sys/class/dmi/id).
struct FirmwareNames {
  var machine: Machine?
  var platform: StaticString?
  /// EC2 without a hypervisor.
  var isMetal = false
  var evidence: [String] = []

  /// The product first: it tells KVM from QEMU.
  private static var fields: [StaticString] {
    [
      "product_name", "sys_vendor", "board_vendor", "bios_vendor", "product_version", "board_name",
      "chassis_asset_tag", "bios_version",
    ]
  }

  /// With what a field begins, and what that tells. The Azure tag is Microsoft's own constant.
  private static var names: [(StaticString, Machine?, StaticString?)] {
    [
      ("KVM", .kvm, nil), ("OpenStack", .kvm, "openstack"), ("KubeVirt", .kvm, "kubevirt"),
      ("Amazon EC2", .kvm, "ec2"), ("Google Compute Engine", .kvm, "google"), ("QEMU", .qemu, nil),
      ("VMware", .vmware, nil), ("VMW", .vmware, nil), ("innotek GmbH", .virtualBox, nil),
      ("VirtualBox", .virtualBox, nil), ("Xen", .xen, nil), ("Bochs", .bochs, nil),
      ("Parallels", .parallels, nil), ("BHYVE", .bhyve, nil), ("Hyper-V", .hyperV, nil),
      ("Virtual Machine", .hyperV, nil), ("Apple Virtualization", .apple, nil),
      ("Cloud Hypervisor", .kvm, "cloud-hypervisor"), ("7783-7084-3265-9085-8269-3286-77", .hyperV, "azure"),
      ("OracleCloud", nil, "oracle"), ("Alibaba Cloud", .kvm, "alibaba"),
      ("DigitalOcean", .kvm, "digitalocean"),
      ("Hetzner", nil, "hetzner"), ("Linode", .kvm, "linode"), ("Vultr", .kvm, "vultr"),
      ("Scaleway", nil, "scaleway"), ("Nutanix", nil, "nutanix"), ("LXD", .kvm, "lxd"),
      ("Incus", .kvm, "incus"),
    ]
  }

  init(_ files: FileWorld) {
    var vendor: String?
    for field in Self.fields {
      var path = ("/sys/class/dmi/id/" as StaticString).ascii
      path.append(ascii: field)
      guard let value = files.word(path) else { continue }
      let text = Guest.evidence("dmi ", field.ascii + [0x20] + value)
      if field.ascii[...].is("sys_vendor") { vendor = text }
      if field.ascii[...].is("product_name"), value.has(".metal") { isMetal = true }
      var hasTold = false
      for (name, machine, platform) in Self.names where value.begins(name) {
        if self.machine == nil, let machine { (self.machine, hasTold) = (machine, true) }
        if self.platform == nil, let platform { (self.platform, hasTold) = (platform, true) }
      }
      // Xen of EC2: "4.11.amazon".
      if platform == nil, value.has(".amazon") { (platform, hasTold) = ("ec2", true) }
      if hasTold { evidence.append(text) }
    }
    if evidence.isEmpty, let vendor { evidence.append(vendor) }
  }
}
