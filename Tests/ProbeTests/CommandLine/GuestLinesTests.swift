import Testing

@testable import Probe

@Suite("What people are told of the guest")
struct GuestLinesTests {
  private func screen(_ guest: Guest, link: LinkFacts? = nil) -> [String] {
    var summary = ReportFixture.good()
    summary.reference.link = link
    var report = ReportFixture.report([summary])
    report.hello.guest = guest
    return Fixture.text { appendScreen(report, colour: false, to: &$0) }.split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
  }

  private var plain: Guest {
    var guest = Guest()
    guest.machine = .kvm
    guest.container = .none
    guest.steering.view = .all
    guest.steering.programs = [Steerer("chronyd", pid: 812, role: .steers)]
    return guest
  }

  @Test func asTheDesignHasIt() {
    var link = Fixture.link
    link.gateway = ""
    let lines = screen(plain, link: link)
    #expect(lines[1] == "guest    kvm, clocksource tsc, steered by chronyd")
    #expect(lines[2] == "path     eth0 (virtio_net) 10.0.0.7, MTU 1500, kernel stamps both ways")
    #expect(lines.count <= 25 && lines.allSatisfy { $0.utf8.count <= 80 })
    #expect(lines.contains { $0.hasPrefix("offset ") && $0.contains("|") }, "the plot has room")
  }

  @Test func aGatewayThatDoesNotFitIsLeftOut() {
    let lines = screen(plain, link: Fixture.link)
    #expect(lines[2] == "path     eth0 10.0.0.7, MTU 1500, kernel stamps both ways")
  }

  @Test func aContainersClockIsItsHosts() {
    var guest = Fixture.guest
    guest.orchestrator = "kubernetes"
    let lines = screen(guest)
    #expect(lines[1] == "guest    docker (kubernetes) on kvm (ec2), clocksource tsc, steered by somebody")
    #expect(lines[2] == "         unseen")
    #expect(lines[3] == "clock    the host's: a container has no clock of its own")
  }

  @Test func aConflict() {
    var guest = plain
    guest.steering.programs += [
      Steerer("ntpd", pid: 9, role: .steers), Steerer("qemu-ga", pid: 7, role: .sets),
      Steerer("VBoxService", pid: 4_194_304, role: .steers),
    ]
    let lines = screen(guest)
    #expect(lines[1] == "guest    kvm, clocksource tsc, steered by chronyd, ntpd and VBoxService")
    #expect(
      lines[2] == "conflict 3 steer the clock at once: chronyd (pid 812), ntpd (pid 9) and")
    #expect(lines[3] == "         VBoxService (pid 4194304)")
  }

  @Test(arguments: [
    (Machine.bareMetal, Container.none, "bare metal"), (.unknown, .unknown, "an unknown machine"),
    (.other, .other, "a container on a virtual machine"),
    (.hyperV, .wsl, "wsl on hyperv"),
  ]) func places(machine: Machine, container: Container, words: String) {
    var guest = Guest()
    (guest.machine, guest.container) = (machine, container)
    let line = screen(guest)[1...2].joined(separator: " ").replacing("          seen", with: " seen")
    #expect(line.hasPrefix("guest    \(words), clocksource tsc, steered by nobody seen"))
  }

  @Test func everythingThatIsKnown() {
    var guest = Fixture.guest
    guest.timeShift = TimeShift(monotonic: .seconds(5), boottime: .zero)
    var page = Page()
    appendGuestLines(guest, kernel: "6.1.0-28-amd64", to: &page)
    #expect(
      String(decoding: page.text.bytes, as: UTF8.self) == """
        guest    docker on kvm (ec2), kernel 6.1.0-28-amd64
        machine  cpuid KVMKVMKVM; dmi sys_vendor Amazon EC2
        inside   docker: /.dockerenv; a pid namespace of its own
        clock    the host's: a container has no clock of its own
        shifted  in a time namespace: MONOTONIC +5s, BOOTTIME not at all
        cpus     4 online, 2 allowed here, at most 150ms in each 100ms
        steering chronyd (pid 812): leaves the clock alone; /usr/sbin/chronyd; option -x
        steering qemu-ga (pid 77): sets the clock on occasion
        steering somebody unseen: the kernel says so; only this container's processes
                 can be seen from here
        missing  adjtimex: not permitted; needs ProtectClock=no under systemd

        """)
  }

  @Test func anyTextsStayInTheirColumns() {
    var any = AnyRecord(seed: 31)
    for _ in 0..<500 {
      let guest = any.guest()
      var page = Page()
      appendGuestLines(guest, kernel: any.text() + String(repeating: "k", count: 90), to: &page)
      let lines = page.text.bytes.split(separator: 0x0a)
      #expect(lines.allSatisfy { $0.count <= 80 && $0.allSatisfy { (0x20...0x7e).contains($0) } })
      #expect(screen(guest).count <= 25)
    }
  }
}
