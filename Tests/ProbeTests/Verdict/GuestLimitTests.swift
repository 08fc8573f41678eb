import Foundation
import Testing

@testable import Probe

@Suite("Processors, time namespaces, hostile files")
struct GuestLimitTests {
  private static let unified = "/ /sys/fs/cgroup rw - cgroup2 cgroup2 rw"
  private static let version1 = "/ /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct"

  @Test func theTightestLimitOnTheWayUp() throws {
    let fixture = try GuestFixture.system()
    try fixture.mounts([Self.unified])
    try fixture.file("proc/self/cgroup", "0::/a/b/c\n")
    #expect(fixture.survey().processors.limit == nil)
    try fixture.file("sys/fs/cgroup/a/cpu.max", "150000 100000\n")
    try fixture.file("sys/fs/cgroup/a/b/cpu.max", "max 100000\n")
    try fixture.file("sys/fs/cgroup/a/b/c/cpu.max", "400000 100000\n")
    let limit = try #require(fixture.survey().processors.limit)
    #expect(limit == ProcessorLimit(quota: .milliseconds(150), period: .milliseconds(100)))
    #expect(limit.thousandths == 1500)
  }

  @Test func versionOne() throws {
    let fixture = try GuestFixture.system()
    try fixture.mounts([Self.version1])
    try fixture.file("proc/self/cgroup", "4:cpu,cpuacct:/x\n0::/\n")
    try fixture.file("sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "-1\n")
    try fixture.file("sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000\n")
    #expect(fixture.survey().processors.limit == nil)
    try fixture.file("sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "5000\n")
    #expect(fixture.survey().processors.limit?.thousandths == 50)
  }

  /// Without a cgroup namespace a container's mount begins at its own cgroup.
  @Test func aMountThatBeginsBelow() throws {
    let fixture = try GuestFixture.system(first: false)
    try fixture.mounts(["/docker/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu"])
    try fixture.file("proc/self/cgroup", "4:cpu:/docker/abc\n")
    try fixture.file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n")
    try fixture.file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n")
    #expect(fixture.survey().processors.limit?.thousandths == 500)
  }

  @Test func whereThrottlingIsCounted() throws {
    let fixture = try GuestFixture.system()
    func files() -> [String] {
      fixture.world.files.throttleFiles().map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(files() == [])
    try fixture.mounts([Self.unified, Self.version1])
    try fixture.file("proc/self/cgroup", "4:cpu,cpuacct:/x\n0::/a/b\n")
    try fixture.file("sys/fs/cgroup/a/b/cpu.stat", "")
    try fixture.file("sys/fs/cgroup/a/cpu.stat", "")
    try fixture.file("sys/fs/cgroup/cpu/x/cpu.stat", "")
    #expect(
      files() == [
        "/sys/fs/cgroup/a/b/cpu.stat", "/sys/fs/cgroup/a/cpu.stat", "/sys/fs/cgroup/cpu/x/cpu.stat",
      ])
  }

  @Test(
    arguments: [
      "proc/self/schedstat", "sys/devices/system/clocksource/clocksource0/current_clocksource",
    ]) func whatTheWatchAsksForIsMissing(file: String) throws
  {
    let fixture = try GuestFixture.system()
    let name = file.hasPrefix("proc") ? "/proc/self/schedstat" : "current_clocksource"
    #expect(!fixture.survey().missing.map(\.what).contains(name))
    try FileManager.default.removeItem(atPath: fixture.folder.path + "/" + file)
    #expect(fixture.survey().missing.map(\.what).filter { $0 == name }.count == 1)
  }

  @Test func limitsThatNobodyMountsAreMissing() throws {
    let fixture = try GuestFixture.system()
    try fixture.file("proc/self/cgroup", "0::/a\n")
    #expect(fixture.survey().missing.map(\.what).contains("CPU limits"))
  }

  @Test(
    arguments: [
      ("0-3\n", 4), ("0\n", 1), ("0-1,4,8-9\n", 5), ("", nil), ("3-1\n", nil), ("a\n", nil),
      ("0-99999999\n", nil),
      ("-1\n", nil), ("1-2-3\n", nil),
    ] as [(String, Int?)])
  func processorsOnline(text: String, count: Int?) throws {
    let fixture = try GuestFixture.system()
    try fixture.file("sys/devices/system/cpu/online", text)
    #expect(fixture.survey().processors.online == count)
  }

  @Test func aTimeNamespace() throws {
    let fixture = try GuestFixture()
    try fixture.file("proc/self/stat", "")
    try fixture.file(
      "proc/self/timens_offsets", "monotonic       86400         5\nboottime          -10 500000000\n")
    #expect(fixture.survey().timeShift == nil)
    try fixture.link("proc/self/ns/time", "time:[4026532333]")
    #expect(
      fixture.survey().timeShift
        == TimeShift(monotonic: Nanoseconds(86_400_000_000_005), boottime: Nanoseconds(-9_500_000_000)))
  }

  @Test func aFirstTimeNamespaceShiftsNothing() throws {
    #expect(try GuestFixture.system().survey().timeShift == nil)
  }

  /// Any bytes in any file: a survey, never a trap, and a record that is JSON.
  @Test(arguments: 0..<200 as Range<UInt64>) func hostileBytes(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let fixture = try GuestFixture.system(first: Bool.random(using: &random))
    let words = [
      "container=", "0::/", "4:cpu:", "/../", "max ", "-9223372036854775808", "99999999999999999999", "\0",
      "\n",
      " - ", "cgroup2", "overlay", "/docker/", "/", ":", "-", "9223372036854775807 1", "PPid:", "CapEff:\t",
      "monotonic 9000000000 999999999", "\u{fffd}\u{1b}[31m", "xen", "control_d", "chronyd",
    ]
    func text() -> String {
      (0..<Int.random(in: 0...30, using: &random)).map { _ in words.randomElement(using: &random)! }.joined()
    }
    let files = [
      "proc/self/mountinfo", "proc/self/cgroup", "proc/self/timens_offsets", "proc/1/environ", "proc/cpuinfo",
      "proc/sysinfo", "proc/xen/capabilities", "proc/sys/kernel/osrelease", "proc/900/comm",
      "proc/900/cmdline",
      "proc/900/status", "proc/900/uid_map", "sys/class/dmi/id/product_name", "sys/class/dmi/id/sys_vendor",
      "sys/hypervisor/type", "sys/hypervisor/properties/features", "sys/devices/system/cpu/online",
      "sys/firmware/dmi/entries/0-0/raw", "sys/firmware/acpi/tables/FACP", "run/systemd/container",
      "run/host/container-manager", "sys/fs/cgroup/cpu.max",
    ]
    for file in files where Bool.random(using: &random) { try fixture.file(file, text()) }
    if Bool.random(using: &random) { try fixture.file("proc/900/comm", "chronyd") }
    try? fixture.link("proc/self/ns/mnt", text().replacing("\0", with: "") + "x")
    fixture.signatures = [text(), text()]
    let guest = fixture.survey()
    var hello = Fixture.hello
    hello.guest = guest
    let line = Fixture.text { $0.json(hello, Fixture.origin) }
    #expect(!line.dropLast().contains("\n") && !line.contains("\u{1b}"))
  }
}
