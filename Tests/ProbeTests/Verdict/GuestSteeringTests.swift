import Testing

@testable import Probe

@Suite("Who steers the clock")
struct GuestSteeringTests {
  /// A command line, and what it does to the clock.
  private static let commands: [(comm: String, command: [String], word: String)] = [
    ("chronyd", ["/usr/sbin/chronyd", "-F", "1"], "chronyd steers"),
    ("chronyd", ["chronyd", "-x"], "chronyd watches"),
    ("chronyd", ["chronyd", "-dx", "-f", "/etc/c"], "chronyd watches"),
    ("chronyd", ["chronyd", "-f", "-x"], "chronyd steers"),
    ("chronyd", ["chronyd", "-fx"], "chronyd steers"),
    ("chronyd", ["chronyd", "--", "-x"], "chronyd steers"),
    ("chronyd", ["chronyd", "-Q"], "chronyd watches"),
    ("ntpd", ["/usr/sbin/ntpd", "-u", "ntp:ntp", "-g"], "ntpd steers"),
    ("ntpd", ["ntpd", "-gq"], "ntpd sets"),
    ("busybox", ["busybox", "ntpd", "-n"], "ntpd steers"),
    ("busybox", ["busybox", "ntpd", "-w", "-p", "pool"], "ntpd watches"),
    ("xntpd", ["xntpd"], "xntpd steers"),
    ("ntp-daemon", ["/usr/bin/ntp-daemon"], "ntpd-rs steers"),
    ("systemd-timesyn", ["/lib/systemd/systemd-timesyncd"], "systemd-timesyncd steers"),
    ("phc2sys", ["phc2sys", "-s", "eth0", "-w"], "phc2sys steers"),
    ("phc2sys", ["phc2sys", "-a", "-r"], "phc2sys steers"),
    ("phc2sys", ["phc2sys", "-ar"], "phc2sys steers"),
    ("phc2sys", ["phc2sys", "-a"], "phc2sys phc"),
    ("phc2sys", ["phc2sys", "-s", "CLOCK_REALTIME", "-c", "eth0"], "phc2sys phc"),
    ("phc2sys", ["phc2sys", "-s", "eth0", "-cCLOCK_REALTIME"], "phc2sys steers"),
    ("phc2sys", ["phc2sys", "-s", "eth0", "-E", "ntpshm"], "phc2sys watches"),
    ("ptp4l", ["ptp4l", "-i", "eth0"], "ptp4l phc"),
    ("ptp4l", ["ptp4l", "-S", "-i", "eth0"], "ptp4l steers"),
    ("timemaster", ["timemaster", "-f", "x"], "timemaster watches"),
    ("sptp", ["sptp"], "sptp phc"),
    ("vmtoolsd", ["/usr/bin/vmtoolsd"], "vmtoolsd sets"),
    ("qemu-ga", ["/usr/sbin/qemu-ga"], "qemu-ga sets"),
    ("VBoxService", ["VBoxService"], "VBoxService steers"),
    ("VBoxService", ["VBoxService", "--disable-timesync"], "VBoxService watches"),
    ("google_guest_ag", ["/usr/bin/google_guest_agent"], "google_guest_agent sets"),
  ]

  @Test(arguments: commands.indices) func aProgramByItsCommandLine(index: Int) throws {
    let one = Self.commands[index]
    let fixture = try GuestFixture.system()
    try fixture.process(812, one.comm, one.command)
    let guest = fixture.survey()
    #expect(guest.steering.programs.map { guest.word($0) } == [one.word], "\(one.command)")
    #expect(guest.steering.programs.first?.pid == 812)
  }

  @Test func othersAreNotListed() throws {
    let fixture = try GuestFixture.system()
    try fixture.process(10, "bash", ["bash", "-c", "chronyd"])
    try fixture.process(11, "chronyc", ["chronyc"])
    try fixture.process(12, "busybox", ["busybox", "sh"])
    try fixture.process(13, "chronyd2", ["chronyd2"])
    let steering = fixture.survey().steering
    #expect(steering.programs.isEmpty && !steering.isConflict && !steering.isUnseen)
    #expect(steering.view == .all && steering.isKernelSynchronised == false)
  }

  @Test func twoThatSteerAreAConflict() throws {
    let fixture = try GuestFixture.system()
    try fixture.process(812, "chronyd", ["chronyd"])
    try fixture.process(77, "qemu-ga", ["qemu-ga"])
    #expect(!fixture.survey().steering.isConflict)
    try fixture.process(900, "systemd-timesyn", ["systemd-timesyncd"])
    let steering = fixture.survey().steering
    #expect(steering.isConflict && steering.steerers.count == 2)
  }

  @Test func twoOfTheSameAreAConflictToo() throws {
    let fixture = try GuestFixture.system()
    try fixture.process(812, "chronyd", ["chronyd"])
    try fixture.process(900, "chronyd", ["chronyd"])
    #expect(fixture.survey().steering.isConflict)
  }

  /// OpenNTPD: master, then "ntp engine", then "dns engine".
  @Test func helpersOfADaemonAreTheDaemon() throws {
    let fixture = try GuestFixture.system()
    try fixture.process(810, "ntpd", ["/usr/sbin/ntpd"])
    try fixture.process(811, "ntpd", ["ntpd: ntp engine"], parent: 810)
    try fixture.process(812, "ntpd", ["ntpd: dns engine"], parent: 811)
    let steering = fixture.survey().steering
    #expect(steering.programs.map(\.pid) == [810] && !steering.isConflict)
  }

  @Test func withoutTheRightNobodySteers() throws {
    let fixture = try GuestFixture.system()
    try fixture.process(812, "chronyd", ["chronyd"], rights: "000001fffdffffff")
    try fixture.process(813, "ntpd", ["ntpd"], map: "0 100000 65536\n")
    let guest = fixture.survey()
    #expect(Set(guest.steering.programs.map { guest.word($0) }) == ["chronyd watches", "ntpd watches"])
    let evidence = guest.steering.programs.flatMap(\.evidence)
    #expect(evidence.contains("without CAP_SYS_TIME") && evidence.contains("in a user namespace"))
  }

  @Test func theKernelKnowsOfOneWhoIsNotSeen() throws {
    let fixture = try GuestFixture.system(first: false)
    fixture.clock = .bits(0x2001)
    var steering = fixture.survey().steering
    #expect(steering.isUnseen && steering.view == .namespace)
    try fixture.process(812, "chronyd", ["chronyd", "-x"])
    #expect(fixture.survey().steering.isUnseen)
    try fixture.process(813, "ntpd", ["ntpd"])
    steering = fixture.survey().steering
    #expect(!steering.isUnseen && steering.steerers.count == 1)
  }

  @Test func hyperVsDriver() throws {
    let fixture = try GuestFixture.system()
    let device = "sys/bus/vmbus/devices/2dd1ce17-079e-403c-b352-a1921ee207ee"
    try fixture.file("\(device)/class_id", "{9527e630-d0ae-497b-adce-e80ab0175caf}\n")
    #expect(fixture.survey().steering.programs.isEmpty)
    try fixture.file("\(device)/driver/module", "")
    let guest = fixture.survey()
    #expect(guest.steering.programs.map { guest.word($0) } == ["hv_timesync sets"])
    #expect(guest.steering.programs.first?.pid == nil)
  }

  @Test func hiddenProcessesAreSaidToBe() throws {
    let fixture = try GuestFixture()
    try fixture.file("proc/self/stat", "")
    try fixture.file("sys/class/net/x", "")
    let guest = fixture.survey()
    #expect(guest.steering.view == .own)
    #expect(guest.missing.map(\.what).contains("other users' processes"))
    #expect(guest.missing.map(\.what).contains("/proc beside the processes"))
  }
}
