import Glibc
import Testing

@testable import Probe

private func parse(_ text: String) -> IPAddress? { IPAddress.parse(Array(text.utf8).span) }

private func parseEndpoint(_ text: String) -> Endpoint? { Endpoint.parse(Array(text.utf8).span) }

/// The C library's reading of a numeric address, as 4 or 16 bytes.
private func libraryBytes(_ text: String, _ family: Int32, _ size: Int) -> [UInt8]? {
  var bytes = [UInt8](repeating: 0, count: size)
  return inet_pton(family, text, &bytes) == 1 ? bytes : nil
}

@Suite struct AddressTests {
  /// RFC 5952 section 4 and 5.
  @Test(arguments: [
    ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"), ("2001:0db8::0001", "2001:db8::1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8::ABCD", "2001:db8::abcd"),
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:0", "::"), ("fe80::1", "fe80::1"),
    ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ("::ffff:c000:201", "::ffff:192.0.2.1"), ("::192.0.2.1", "::c000:201"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("192.0.2.1", "192.0.2.1"),
  ])
  func canonicalText(_ input: String, _ expected: String) throws {
    let address = try #require(parse(input))
    #expect(text { address.append(to: &$0) } == expected)
    #expect(parse(expected) == address)
  }

  static let refused = [
    "", " ", ".", ":", ":::", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", ".1.2.3.4", "1..2.3", "1.2.3.256",
    "01.2.3.4", "1.2.3.04", "0x1.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.+4", "1.2.3.-4", "1.2.3.99999999999",
    "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8", "1::2::3", "1:::2", "::1:", ":1",
    "1:", "1::2:3:4:5:6:7:8", "12345::", "::g", "::1%3", "fe80::1%lo", "::1.2.3", "::1.2.3.4.5", "::1.2.3.4:5",
    "1:2:3:4:5:6:7:1.2.3.4", "::ffff:1.2.3.256", "[::1]", "::1/128", "localhost", "1.2.3.4\0", "::1\0",
  ]

  @Test(arguments: refused)
  func refuses(_ input: String) {
    #expect(parse(input) == nil)
  }

  /// Texts made of the characters of addresses: this parser and the C library's accept the same, and
  /// read the same. (The C library ends at a NUL, so none is made.)
  @Test func agreesWithTheLibrary() {
    var random = SeededGenerator(seed: 14)
    let pieces = ["0", "1", "00", "ffff", "a", "12345", ":", ":", ":", "::", ".", "1.2.3.4", "255", "256", "g"]
    for _ in 0..<20_000 {
      let input = (0..<Int.random(in: 1...17, using: &random)).map { _ in pieces.randomElement(using: &random)! }
        .joined()
      check(input)
    }
    // Valid ones, then the same with one character lost, doubled or changed.
    for _ in 0..<5000 {
      let zeros = random.next()
      let groups = (0..<8).map { zeros >> UInt64($0) & 1 == 0 ? 0 : UInt64(random.next() & 0xffff) }
      var input = groups.map { String($0, radix: 16) }.joined(separator: ":")
      check(input)
      let place = input.indices.randomElement(using: &random)!
      switch random.next() % 3 {
      case 0: input.remove(at: place)
      case 1: input.insert(input[place], at: place)
      default: input.replaceSubrange(place...place, with: pieces.randomElement(using: &random)!)
      }
      check(input)
    }

    func check(_ input: String) {
      let v4 = libraryBytes(input, AF_INET, 4).flatMap { IPAddress(networkOrder: $0.span) }
      let v6 = libraryBytes(input, AF_INET6, 16).flatMap { IPAddress(networkOrder: $0.span) }
      #expect(parse(input) == v4 ?? v6, "\(input)")
    }
  }

  /// The C library writes the deprecated `::1.2.3.4` form; all else is the same.
  @Test func writesWhatTheLibraryWritesAndReadsItBack() throws {
    var random = SeededGenerator(seed: 15)
    for _ in 0..<10_000 {
      let zeros = random.next()
      var raw = random.bytes(16)
      for index in 0..<16 where zeros >> UInt64(index / 2) & 1 == 0 { raw[index] = 0 }
      let v6 = try #require(IPAddress(networkOrder: raw))
      let v4 = try #require(IPAddress(networkOrder: Array(raw[12...])))
      for address in [v4, v6] {
        let written = text { address.append(to: &$0) }
        #expect(parse(written) == address)
        var back = [UInt8](repeating: 0, count: address.size)
        var span = back.mutableSpan
        address.write(to: &span)
        #expect(back == raw.suffix(address.size))
        if address.family == .v6, address.high == 0, address.low >> 32 == 0 { continue }
        var buffer = [CChar](repeating: 0, count: 64)
        inet_ntop(address.family == .v4 ? AF_INET : AF_INET6, back, &buffer, 64)
        #expect(written == String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
      }
    }
  }

  @Test func zoneIsANumber() {
    #expect(text { IPAddress(v6: 0xfe80 << 48, 1, zone: 3).append(to: &$0) } == "fe80::1%3")
    #expect(text { IPAddress(v6: 0xfe80 << 48, 0, zone: .max).append(to: &$0) } == "fe80::%4294967295")
  }

  @Test(arguments: [
    ("127.0.0.1", .loopback), ("127.255.255.255", .loopback), ("126.255.255.255", .public),
    ("128.0.0.0", .public), ("::1", .loopback), ("::", .public), ("::2", .public), ("::1:0:0:1", .public),
    ("::ffff:127.0.0.1", .loopback), ("::ffff:10.0.0.1", .privateUse), ("::ffff:8.8.8.8", .public),
    ("::127.0.0.1", .public),
    ("169.253.255.255", .public), ("169.254.0.0", .linkLocal), ("169.254.255.255", .linkLocal),
    ("169.255.0.0", .public), ("fe7f:ffff::", .public), ("fe80::", .linkLocal), ("febf:ffff::1", .linkLocal),
    ("fec0::", .public), ("9.255.255.255", .public), ("10.0.0.0", .privateUse),
    ("10.255.255.255", .privateUse), ("11.0.0.0", .public), ("172.15.255.255", .public),
    ("172.16.0.0", .privateUse), ("172.31.255.255", .privateUse), ("172.32.0.0", .public),
    ("192.167.255.255", .public), ("192.168.0.0", .privateUse), ("192.168.255.255", .privateUse),
    ("192.169.0.0", .public), ("100.64.0.1", .public), ("0.0.0.0", .public), ("fbff::", .public),
    ("fc00::", .privateUse), ("fdff:ffff::", .privateUse), ("fe00::", .public), ("2001:db8::1", .public),
    ("ff02::101", .public), ("224.0.1.1", .public), ("255.255.255.255", .public),
  ] as [(String, IPAddress.Scope)])
  func scope(_ input: String, _ scope: IPAddress.Scope) {
    #expect(parse(input)?.scope == scope)
  }
}

@Suite struct EndpointTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1:123"), ("192.0.2.1:1", "192.0.2.1:1"), ("192.0.2.1:65535", "192.0.2.1:65535"),
    ("::1", "[::1]:123"), ("[::1]", "[::1]:123"), ("[2001:DB8::1]:11123", "[2001:db8::1]:11123"),
    ("1:2:3:4:5:6:7:123", "[1:2:3:4:5:6:7:123]:123"), ("[::ffff:1.2.3.4]:5", "[::ffff:1.2.3.4]:5"),
  ])
  func parses(_ input: String, _ expected: String) throws {
    let endpoint = try #require(parseEndpoint(input))
    #expect(text { endpoint.append(to: &$0) } == expected)
    #expect(parseEndpoint(expected) == endpoint)
  }

  @Test(arguments: [
    "", ":", ":123", "[", "[]", "[::1", "::1]", "[::1]:", "[::1]x", "[::1]123", "[::1]:0", "[::1]:65536",
    "[::1]:0123", "[::1]:+1", "[::1]: 1", "[::1]:1 ", "[[::1]]", "[1.2.3.4]", "[1.2.3.4]:123", "1.2.3.4:",
    "1.2.3.4:0", "1.2.3.4:99999999999999999999", "1.2.3.4:1:2", "1.2.3.4:0x7b", "1.2.3.4:123\0",
    "[fe80::1%3]:123", "fe80::1%3", "gps1", "gps1:123", "1.2.3.4.5:1", "1.2.3:123", "1.2.3.4/8",
  ])
  func refuses(_ input: String) {
    #expect(parseEndpoint(input) == nil)
  }

  @Test func defaultPort() {
    #expect(Endpoint.parse(Array("::1".utf8).span, defaultPort: 9)?.port == 9)
    #expect(Endpoint.parse(Array("[::1]".utf8).span, defaultPort: 9)?.port == 9)
    #expect(Endpoint.parse(Array("1.2.3.4:5".utf8).span, defaultPort: 9)?.port == 5)
    #expect(Endpoint(address: IPAddress(v4: 0x7f00_0001)).port == 123)
    #expect(Endpoint(address: IPAddress(v4: 0x7f00_0001)).scope == .loopback)
  }

  @Test func roundTrip() {
    var random = SeededGenerator(seed: 16)
    for _ in 0..<5000 {
      let address =
        random.next() % 2 == 0
        ? IPAddress(v4: UInt32(truncatingIfNeeded: random.next()))
        : IPAddress(v6: random.next() >> (random.next() % 64), random.next() >> (random.next() % 64))
      let endpoint = Endpoint(address: address, port: UInt16.random(in: 1...65535, using: &random))
      #expect(parseEndpoint(text { endpoint.append(to: &$0) }) == endpoint)
    }
  }
}
