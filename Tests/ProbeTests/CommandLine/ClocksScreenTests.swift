import Testing

@testable import Probe

@Suite("The table of --clocks")
struct ClocksScreenTests {
  private func screen(_ report: ClockReport) -> [String] {
    Fixture.text { appendClocksScreen(report, colour: false, to: &$0) }.split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
  }

  @Test func theGuestStandsAtTheHead() {
    let lines = screen(Fixture.clocks)
    #expect(lines.allSatisfy { $0.utf8.count <= 80 })
    #expect(lines[0] == "vm7: every clock of this guest, read for 1s")
    #expect(lines[1] == "guest    docker on kvm (ec2), kernel 6.1.0-28-amd64")
    #expect(lines.contains("clock    the host's: a container has no clock of its own"))
    #expect(lines.contains { $0.hasPrefix("missing  adjtimex: not permitted; needs ") })
    #expect(lines.contains { $0.hasPrefix("switch   the clocksource is still tsc") })
  }

  @Test func aMarkerThatAnImageLeftIsNoReason() {
    var report = Fixture.clocks
    report.hello.guest?.container = .none
    report.hello.guest?.containerEvidence = ["/.dockerenv", "the kernel's first pid namespace"]
    let line = "inside   no container; seen: /.dockerenv; the kernel's first pid namespace"
    #expect(screen(report).contains(line))
  }

  @Test func whatAClockIsCalledStandsBesideIt() throws {
    let lines = screen(Fixture.clocks)
    let device = try #require(lines.firstIndex { $0.hasPrefix("ptp0 ") })
    #expect(lines[device].hasSuffix("stepped"))
    let notes = lines[(device + 1)...(device + 3)].joined(separator: " ")
    #expect(notes.contains("STEPPED by -1ms; so it has no one rate"))
    #expect(lines.contains("rtc0             unreadable"))
  }

  @Test func anEstimateThatSaysNothingIsNotShown() {
    func words(_ best: Int64, _ low: Int64, _ high: Int64) -> String {
      let million = Int64(1_000_000)
      let bound = RateBound(
        best: Rate(partsPerTrillion: best * million), low: Rate(partsPerTrillion: low * million - 1),
        high: Rate(partsPerTrillion: high * million + 1))
      return Fixture.text { $0.append(bound) }
    }
    #expect(words(6579, -18798, 31956) == "-18799 to +31957")
    #expect(words(6579, 5, 31956) == "+4 to +31957")
    #expect(words(20, 19, 21) == "+20.000 +-1.001")
    // It runs too fast, whatever the bounds leave open.
    #expect(words(1_500_000, 1_400_000, 1_600_000).hasPrefix("+1500000.000 +-"))
    #expect(words(-2000, -5000, -1001).hasPrefix("-2000.000 +-"))
  }
}
