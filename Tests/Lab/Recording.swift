import Foundation

/// One request and its reply, as they went over the wire.
struct Recording {
  let name: String
  /// Program and version of the side that a constant is named for.
  let source: String
  let request: [UInt8]
  let reply: RawPacket
}

/// The recordings as a Swift source file for the tests of the parser. The fields beside the bytes are read by
/// `RawPacket`, not by that parser.
enum RecordedSource {
  static func text(_ recordings: [Recording]) -> String {
    let head = """
      // Made by Tests/Lab/RecordTests.swift with TIMEPROBE_RECORD=1; do not edit.

      /// A request and the reply of a real server, byte for byte, with the header fields of the reply as RFC
      /// 5905 names them, read by other code than the parser under test.
      struct RecordedPacket: Sendable {
        let name: String
        /// Program and version.
        let source: String
        let request: [UInt8]
        let reply: [UInt8]
        let leap: UInt8
        let version: UInt8
        let mode: UInt8
        let stratum: UInt8
        /// Log2 of seconds.
        let poll: Int8
        let precision: Int8
        /// 2^-16 s.
        let rootDelay: UInt32
        let rootDispersion: UInt32
        let refid: UInt32
        /// 2^-32 s since 1900.
        let reference: UInt64
        let origin: UInt64
        let receive: UInt64
        let transmit: UInt64
        /// Bytes after the header: extension fields and MAC.
        let trailerCount: Int
      }

      enum RecordedPackets {
        static let all: [RecordedPacket] = [
          \(recordings.map(\.identifier).joined(separator: ",\n    ")),
        ]
      """
    return head + "\n\n" + recordings.map(\.declaration).joined(separator: "\n\n") + "\n}\n"
  }
}

extension Recording {
  /// "chrony GPS" becomes `chronyGPS`.
  fileprivate var identifier: String {
    let words = name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    return words[0].lowercased()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  fileprivate var declaration: String {
    """
      static let \(identifier) = RecordedPacket(
        name: "\(name)",
        source: "\(source)",
        request: [
    \(Self.rows(request))
        ],
        reply: [
    \(Self.rows(reply.bytes))
        ],
        leap: \(reply.leap), version: \(reply.version), mode: \(reply.mode), stratum: \(reply.stratum),
        poll: \(reply.poll), precision: \(reply.precision),
        rootDelay: \(Self.hex(reply.rootDelay, 8)), rootDispersion: \(Self.hex(reply.rootDispersion, 8)),
        refid: \(Self.hex(reply.refid.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, 8)),
        reference: \(Self.hex(reply.reference, 16)), origin: \(Self.hex(reply.origin, 16)),
        receive: \(Self.hex(reply.receive, 16)), transmit: \(Self.hex(reply.transmit, 16)),
        trailerCount: \(reply.trailer.count))
    """
  }

  private static func rows(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 16).map { start in
      let row = bytes[start..<min(start + 16, bytes.count)]
      return "      " + row.map { hex($0, 2) + "," }.joined(separator: " ")
    }.joined(separator: "\n")
  }

  private static func hex<T: FixedWidthInteger & UnsignedInteger>(_ value: T, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    let padded = Array(String(repeating: "0", count: max(0, digits - text.count)) + text)
    let groups = stride(from: 0, to: padded.count, by: 4).map {
      String(padded[$0..<min($0 + 4, padded.count)])
    }
    return "0x" + groups.joined(separator: "_")
  }
}
