import Testing

@testable import Probe

@Suite struct ICMPErrorTests {
  private func name(_ origin: UInt8, _ type: UInt8, _ code: UInt8) -> String? {
    ExtendedError(errno: 0, origin: origin, type: type, code: code, info: 0, data: 0).icmpName?.description
  }

  @Test(
    arguments: [
      (2, 3, 0, "net-unreachable"), (2, 3, 1, "host-unreachable"), (2, 3, 2, "protocol-unreachable"),
      (2, 3, 3, "port-unreachable"), (2, 3, 4, "too-big"), (2, 3, 9, "admin-prohibited"),
      (2, 3, 10, "admin-prohibited"), (2, 3, 13, "admin-prohibited"), (2, 11, 0, "time-exceeded"),
      (2, 11, 1, "reassembly-timeout"), (2, 12, 0, "parameter-problem"), (2, 3, 77, "icmp-other"),
      (3, 1, 0, "net-unreachable"), (3, 1, 1, "admin-prohibited"), (3, 1, 3, "host-unreachable"),
      (3, 1, 4, "port-unreachable"), (3, 1, 5, "admin-prohibited"), (3, 2, 0, "too-big"),
      (3, 3, 0, "time-exceeded"), (3, 4, 1, "parameter-problem"), (3, 200, 0, "icmp-other"),
    ] as [(UInt8, UInt8, UInt8, String)])
  func names(_ origin: UInt8, _ type: UInt8, _ code: UInt8, _ expected: String) {
    #expect(name(origin, type, code) == expected)
  }

  /// A local error and a transmit stamp are no ICMP errors, whatever their type and code.
  @Test func otherOriginsHaveNone() {
    for origin in [0, 1, 4, 5, 6, 255] as [UInt8] { #expect(name(origin, 3, 3) == nil) }
  }

  /// A name goes into records and metrics as it is.
  @Test func namesAreWords() {
    for origin in [2, 3] as [UInt8] {
      for type in 0...255 as ClosedRange<UInt8> {
        for code in 0...255 as ClosedRange<UInt8> {
          let isWord = name(origin, type, code)?.utf8.allSatisfy { $0 == 0x2d || (0x61...0x7a).contains($0) }
          #expect(isWord == true)
        }
      }
    }
  }
}
