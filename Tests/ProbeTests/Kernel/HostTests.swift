import Testing

@testable import Probe

@Suite struct HostTests {
  @Test func argumentsAreThoseOfThisProcess() {
    #expect(Host.arguments == CommandLine.arguments.dropFirst().map { Array($0.utf8) })
  }

  @Test func variablesAndNames() {
    #expect(Host.variable("PATH")?.isEmpty == false)
    #expect(Host.variable("NO_SUCH_VARIABLE_HERE") == nil)
    #expect(!Host.name.isEmpty && Host.kernel.contains("."))
  }

  @Test func theFirstLineAlone() {
    #expect(Host.firstLine(of: "/proc/self/status")?.hasPrefix("Name:") == true)
    #expect(Host.firstLine(of: "/dev/null") == nil)
    #expect(Host.firstLine(of: "/no/such/file") == nil)
    #expect(Host.firstLine(of: "/") == nil)
  }

  @Test func interfacesByAddressAndNumber() {
    #expect(Interfaces.name(of: IPAddress(v4: 0x7f00_0001)) == "lo")
    #expect(Interfaces.name(of: IPAddress(v4: 0xc000_0201)) == nil)
    #expect(Interfaces.name(index: 1) == "lo")
    #expect(Interfaces.name(index: .max) == nil)
  }

  @Test func errorsHaveTheKernelsWords() {
    #expect(SystemError.text(111) == "Connection refused")
    #expect(SystemError.text(28) == "No space left on device")
    #expect(SystemError.text(-7) == "unknown error")
  }

  /// C and M lie between the two readings of R, which never runs backwards.
  @Test func clocksAreReadInOrder() {
    var last = LocalReading.now()
    for _ in 0..<1000 {
      let next = LocalReading.now()
      #expect(next.bracket >= .zero && next.rawBefore >= last.rawAfter)
      #expect(next.monotonic >= last.monotonic)
      last = next
    }
  }
}

@Suite struct RandomNumbersTests {
  /// Past several fetches; the same of two in 2000 has a chance of 10^-13.
  @Test func noNumberComesTwice() {
    let sources = [RandomNumbers(), RandomNumbers()]
    var seen: Set<UInt64> = []
    for index in 0..<2000 { seen.insert(sources[index % 2].next()) }
    #expect(seen.count == 2000)
  }

  @Test func everyBitIsUsed() {
    let source = RandomNumbers()
    var ones: UInt64 = 0
    var zeros: UInt64 = 0
    for _ in 0..<200 {
      let number = source.next()
      ones |= number
      zeros |= ~number
    }
    #expect(ones == .max && zeros == .max)
  }
}
