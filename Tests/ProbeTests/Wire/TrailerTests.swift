import Testing

@testable import Probe

/// A datagram of zeros with this version, and what follows its header.
private func datagram(version: UInt8 = 4, _ tail: [UInt8]) -> [UInt8] {
  [version << 3 | 4] + [UInt8](repeating: 0, count: 47) + tail
}

private func field(_ type: UInt16, length: Int, claimed: Int? = nil) -> [UInt8] {
  let claimed = UInt16(claimed ?? length)
  return [UInt8(type >> 8), UInt8(type & 0xff), UInt8(claimed >> 8), UInt8(claimed & 0xff)]
    + [UInt8](repeating: 0xee, count: length - 4)
}

private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

@Suite struct TrailerTests {
  private static let wellFormed: [(name: String, tail: [UInt8], fields: Int, mac: Int)] = [
    ("nothing", [], 0, 0),
    ("crypto-NAK", zeros(4), 0, 4),
    ("MD5 or AES-CMAC", zeros(20), 0, 20),
    ("SHA-1, or SHA-512 cut short", zeros(24), 0, 24),
    ("shortest single field", field(1, length: 28), 1, 0),
    ("shortest field before a last one", field(1, length: 16) + field(2, length: 28), 2, 0),
    ("shortest field before a MAC", field(1, length: 16) + zeros(20), 1, 20),
    ("two before a MAC", field(1, length: 16) + field(2, length: 24) + zeros(24), 2, 24),
    ("a field and a crypto-NAK", field(1, length: 28) + zeros(4), 1, 4),
    ("chrony's experimental field", field(0xf323, length: 28), 1, 0),
  ]

  private static let malformed: [(name: String, tail: [UInt8])] = [
    ("one byte", zeros(1)),
    ("8 bytes", zeros(8)),
    ("16 bytes are no MAC, and too short for a last field", field(1, length: 16)),
    ("22 bytes", zeros(22)),
    ("a field of length 0", field(1, length: 28, claimed: 0)),
    ("a field of length 4", field(1, length: 28, claimed: 4)),
    ("a field of length 12", field(1, length: 28, claimed: 12)),
    ("not a multiple of 4", field(1, length: 31)),
    ("past the end", field(1, length: 28, claimed: 32)),
    ("far past the end", field(1, length: 28, claimed: 0xfffc)),
    ("8 bytes left behind a field", field(1, length: 28) + zeros(8)),
    ("a last field that is too short", field(1, length: 28) + field(2, length: 16)),
    ("a long digest, which version 4 cuts", zeros(36)),
  ]

  @Test func followsRFC7822() {
    for (name, tail, fields, mac) in Self.wellFormed {
      let trailer = Trailer(datagram(tail))
      #expect(trailer?.extensionFields == fields, "\(name)")
      #expect(trailer?.macLength == mac, "\(name)")
    }
    for (name, tail) in Self.malformed {
      #expect(Trailer(datagram(tail)) == nil, "\(name)")
    }
    #expect(Trailer(zeros(47)) == nil)
  }

  /// All that follows a version 3 header is a MAC, whatever it looks like.
  @Test func versionThreeHasNoFields() {
    for length in 0...100 {
      let trailer = Trailer(datagram(version: 3, zeros(length)))
      let valid = [0, 4, 12].contains(length) || (20...72).contains(length) && length % 4 == 0
      #expect((trailer != nil) == valid)
      #expect(trailer == nil || trailer?.macLength == length)
    }
    #expect(Trailer(datagram(version: 3, field(1, length: 28)))?.extensionFields == 0)
  }

  @Test func findsTheFirstFieldOfAType() throws {
    let bytes = datagram(
      field(0x0104, length: 36) + field(0x0204, length: 16) + field(0x0104, length: 28) + zeros(20))
    let trailer = try #require(Trailer(bytes))
    #expect(trailer.value(ofType: 0x0104, in: bytes) == 52..<84)
    #expect(trailer.value(ofType: 0x0204, in: bytes) == 88..<100)
    #expect(trailer.value(ofType: 0, in: bytes) == nil)
    // Another, shorter datagram than the one it was read from.
    #expect(trailer.value(ofType: 0x0204, in: Array(bytes[..<60])) == nil)
    #expect(trailer.value(ofType: 0x0204, in: []) == nil)
  }

  @Test func whatWasBuiltIsFound() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<3000 {
      let count = Int.random(in: 0...5, using: &random)
      let mac = [0, 4, 20, 24].randomElement(using: &random)!
      var tail: [UInt8] = []
      var places: [Range<Int>] = []
      for index in 0..<count {
        let shortest = index == count - 1 && mac < 20 ? 28 : 16
        let length = shortest + 4 * Int.random(in: 0...20, using: &random)
        places.append(48 + tail.count + 4..<48 + tail.count + length)
        tail += field(UInt16(index), length: length)
      }
      let bytes = datagram(tail + random.bytes(mac))
      let trailer = try #require(Trailer(bytes))
      #expect(trailer.extensionFields == count)
      #expect(trailer.macLength == mac)
      for (index, place) in places.enumerated() {
        #expect(trailer.value(ofType: UInt16(index), in: bytes) == place)
      }
    }
  }

  @Test func noiseNeverTraps() {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<20_000 {
      var bytes = random.bytes(Int(random.next() % 200))
      // Small lengths, so that some of the noise is well-formed.
      for offset in stride(from: 50, to: bytes.count - 1, by: 4) where random.next() % 2 == 0 {
        bytes[offset] = 0
        bytes[offset + 1] &= 0x3c
      }
      guard let trailer = Trailer(bytes.span) else { continue }
      #expect(48 + 16 * trailer.extensionFields + trailer.macLength <= bytes.count)
      for type in 0..<4 as Range<UInt16> {
        guard let place = trailer.value(ofType: type, in: bytes) else { continue }
        #expect(place.lowerBound >= 52 && place.upperBound + trailer.macLength <= bytes.count)
      }
    }
  }
}
