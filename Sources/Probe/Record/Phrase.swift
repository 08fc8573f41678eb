/// What fills a place in a phrase.
enum PhrasePart {
  case none
  case length(Nanoseconds)
  case number(UInt64)
  /// Bytes.
  case size(Int64)
  /// Typed by somebody: in quotes.
  case word([UInt8])
  case text(StaticString)
  /// Made here: printable.
  case bytes([UInt8])
  case string(String)
  /// With a space before each.
  case names([StaticString])
}

/// A sentence of a message: each `@` takes the next part. One call in place of a String's interpolation, which costs ten
/// times as much code.
@inline(never)
func phrase(
  _ template: StaticString, _ a: PhrasePart = .none, _ b: PhrasePart = .none, _ c: PhrasePart = .none
) -> String {
  var text = ByteWriter(capacity: 128)
  var place = 0
  for byte in template.bytes {
    guard byte == UInt8(ascii: "@") else {
      text.append(byte: byte)
      continue
    }
    text.append(place == 0 ? a : place == 1 ? b : c)
    place += 1
  }
  return String(decoding: text.bytes, as: UTF8.self)
}

extension ByteWriter {
  @inline(never)
  fileprivate mutating func append(_ part: PhrasePart) {
    switch part {
    case .none: return
    case .length(let length): append(length.exactText)
    case .number(let number): append(number)
    case .size(let size): append(exact: size, QuantityUnit.data, zero: "0B")
    case .word(let word): append(quoted: word)
    case .text(let text): append(text)
    case .bytes(let bytes): append(bytes)
    case .string(let text): append(text)
    case .names(let names):
      for name in names {
        append(byte: 0x20)
        append(name)
      }
    }
  }
}
