import Foundation
import Testing

@testable import Probe

@Suite("JSON strings")
struct JSONEscapeTests {
  private func escaped(_ bytes: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.append("keep \" " as StaticString)
    let start = writer.count
    writer.append(bytes)
    writer.escapeJSON(from: start)
    #expect(writer.bytes.starts(with: Array("keep \" ".utf8)))
    return Array(writer.bytes.dropFirst(start))
  }

  @Test(arguments: [
    ("plain", "plain"), ("", ""), (#"a"b\c"#, #"a\"b\\c"#), ("a\n\r\tb", #"a\n\r\tb"#),
    ("\u{0}\u{1f}\u{7f}", #"\u0000\u001f\u007f"#), ("Zürich 時 🕰", "Zürich 時 🕰"),
  ])
  func table(text: String, expected: String) {
    #expect(escaped(Array(text.utf8)) == Array(expected.utf8))
  }

  @Test(
    arguments: [
      [0x80], [0xc0, 0xaf], [0xc2], [0xc2, 0x20], [0xe0, 0x80, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80],
      [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x9f, 0x95], [0xf4, 0x90, 0x80, 0x80], [0xf5], [0xff, 0xfe],
    ] as [[UInt8]])
  func illFormedBytesAreReplaced(bytes: [UInt8]) throws {
    let expected = bytes.flatMap { $0 < 0x80 ? [$0] : [0xef, 0xbf, 0xbd] }
    #expect(escaped(bytes) == expected)
  }

  private func parsed(_ bytes: [UInt8]) throws -> String {
    let document = Data([0x5b, 0x22] + escaped(bytes) + [0x22, 0x5d])
    let array = try JSONSerialization.jsonObject(with: document) as? [String]
    return try #require(array?.first)
  }

  @Test func everyCharacterComesBackAsItWas() throws {
    for code in 0..<UInt32(0x11_0000) where code < 0x800 || code % 241 == 0 || code > 0x10_fff0 {
      guard let scalar = Unicode.Scalar(code) else { continue }
      let text = "a\(Character(scalar))b"
      #expect(try parsed(Array(text.utf8)) == text)
    }
  }

  @Test func anyBytesMakeAValidString() throws {
    var random = SplitMix(seed: 1)
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      let text = try parsed(bytes)
      if let whole = String(validating: bytes, as: UTF8.self) {
        #expect(text == whole)
      } else {
        #expect(text.unicodeScalars.contains("\u{fffd}"), "\(bytes)")
      }
    }
  }
}
