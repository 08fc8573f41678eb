/// How far a stream has got: the place of its next line, and the last record that it has. Kept in a file of its own:
///
///     timeprobe-cursor 1 4194304 9c1f03a700112233445566778899aabb 18
public struct SpoolCursor: Equatable, Sendable {
  public var place: UInt64
  public var run: RunName
  public var seq: UInt64

  static let prefix: StaticString = "cursor-"
  private static let word: StaticString = "timeprobe-cursor"

  public init(place: UInt64, run: RunName, seq: UInt64) {
    (self.place, self.run, self.seq) = (place, run, seq)
  }

  /// nil: it was cut off, or is none.
  public init?(_ bytes: [UInt8]) {
    guard bytes.last == 10 else { return nil }
    let parts = bytes.dropLast().parts(0x20)
    guard parts.count == 5, parts[0].is(Self.word), parts[1].is("1"), let place = parts[2].decimal,
      place >= 0, let run = RunName(Array(parts[3]).span), let seq = parts[4].decimal, seq >= 0
    else { return nil }
    self.init(place: UInt64(place), run: run, seq: UInt64(seq))
  }

  public var bytes: [UInt8] {
    var text = ByteWriter(capacity: 96)
    text.append(Self.word)
    text.append(" 1 " as StaticString)
    text.append(place)
    text.append(byte: UInt8(ascii: " "))
    text.append(run)
    text.append(byte: UInt8(ascii: " "))
    text.append(seq)
    text.append(byte: 10)
    return text.bytes
  }

  /// "cursor-jsonl_20tcp_3a_2f_2fvector_3a9000": what is no letter or digit is hexadecimal. A name that would be too
  /// long for a file ends in a sum of all of it instead.
  public static func file(_ stream: [UInt8]) -> [UInt8] {
    var text = ByteWriter(capacity: 64)
    text.append(prefix)
    for byte in stream {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"): text.append(byte: byte)
      default:
        text.append(byte: UInt8(ascii: "_"))
        text.append(hex: UInt64(byte), digits: 2)
      }
    }
    guard text.count > 200 else { return text.bytes }
    // FNV-1a.
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in stream { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    text.truncate(to: 180)
    text.append(byte: UInt8(ascii: "-"))
    text.append(hex: sum, digits: 16)
    return text.bytes
  }
}
