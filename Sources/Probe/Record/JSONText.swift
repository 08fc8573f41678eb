/// The pieces of a JSON object. A comma goes before each member but the first.
extension ByteWriter {
  @inline(never)
  mutating func openObject() {
    separate()
    append(byte: UInt8(ascii: "{"))
  }

  @inline(never)
  mutating func openObject(_ key: StaticString) {
    write(key: key)
    append(byte: UInt8(ascii: "{"))
  }

  @inline(never)
  mutating func closeObject() { append(byte: UInt8(ascii: "}")) }

  @inline(never)
  mutating func openArray(_ key: StaticString) {
    write(key: key)
    append(byte: UInt8(ascii: "["))
  }

  @inline(never)
  mutating func closeArray() { append(byte: UInt8(ascii: "]")) }

  @inline(never)
  mutating func member(_ key: StaticString, _ number: Int64) {
    write(key: key)
    append(number)
  }

  @inline(never)
  mutating func member(_ key: StaticString, _ number: UInt64) {
    write(key: key)
    append(number)
  }

  /// A number that `body` writes.
  mutating func number(_ key: StaticString, _ body: (inout ByteWriter) -> Void) {
    write(key: key)
    body(&self)
  }

  /// A difference: an integer in nanoseconds. The key ends in `_ns`, or the object's does.
  @inline(never)
  mutating func member(_ key: StaticString, _ length: Nanoseconds) {
    write(key: key)
    append(length.count)
  }

  @inline(never)
  mutating func member(_ key: StaticString, _ length: Nanoseconds?) {
    if let length { member(key, length) }
  }

  /// An absolute instant: a string, because readers that keep numbers as doubles round what has more than
  /// 53 bits, and nanoseconds since 1970 have 61.
  mutating func member<Scale>(_ key: StaticString, seconds instant: Instant<Scale>) {
    write(key: key)
    append(byte: UInt8(ascii: "\""))
    append(seconds: instant.nanoseconds)
    append(byte: UInt8(ascii: "\""))
  }

  @inline(never)
  mutating func member(_ key: StaticString, time: Instant<Realtime>) {
    write(key: key)
    append(byte: UInt8(ascii: "\""))
    append(rfc3339: time)
    append(byte: UInt8(ascii: "\""))
  }

  /// One of the program's own words, which need no escapes.
  @inline(never)
  mutating func member(_ key: StaticString, word: StaticString) {
    write(key: key)
    append(byte: UInt8(ascii: "\""))
    append(word)
    append(byte: UInt8(ascii: "\""))
  }

  /// A text from outside.
  @inline(never)
  mutating func member(_ key: StaticString, text: String) {
    member(key) { $0.append(text) }
  }

  /// Left out where there is none.
  @inline(never)
  mutating func member(_ key: StaticString, unlessEmpty text: String) {
    if !text.utf8.isEmpty { member(key, text: text) }
  }

  /// The same under a key from outside.
  mutating func member(key: [UInt8], _ body: (inout ByteWriter) -> Void) {
    separate()
    append(byte: UInt8(ascii: "\""))
    let start = count
    append(key)
    escapeJSON(from: start)
    append("\":\"" as StaticString)
    let inside = count
    body(&self)
    escapeJSON(from: inside)
    append(byte: UInt8(ascii: "\""))
  }

  /// A string of what `body` writes, escaped.
  @inline(never)
  mutating func member(_ key: StaticString, _ body: (inout ByteWriter) -> Void) {
    write(key: key)
    append(byte: UInt8(ascii: "\""))
    let start = count
    body(&self)
    escapeJSON(from: start)
    append(byte: UInt8(ascii: "\""))
  }

  @inline(never)
  mutating func separate() {
    if needsComma { append(byte: UInt8(ascii: ",")) }
  }

  @inline(__always)
  private var needsComma: Bool {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\n"): false
    default: true
    }
  }

  @inline(never)
  private mutating func write(key: StaticString) {
    separate()
    append(byte: UInt8(ascii: "\""))
    append(key)
    append("\":" as StaticString)
  }

  /// Members that were written before, without the braces.
  mutating func members(_ text: [UInt8]) {
    separate()
    append(text)
  }
}
