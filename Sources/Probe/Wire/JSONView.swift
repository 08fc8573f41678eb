/// A value in a JSON text that a program of ours wrote; for what is read once. What is not as expected is absent.
struct JSONView {
  private let text: [UInt8]
  private let range: Range<Int>

  init(_ text: [UInt8]) {
    self.text = text
    range = 0..<text.count
  }

  private init(_ text: [UInt8], _ range: Range<Int>) {
    self.text = text
    self.range = range
  }

  subscript(_ key: StaticString) -> JSONView? {
    var scanner = JSONScanner(range)
    let span = text.span
    guard scanner.take("{", span) else { return nil }
    var (isFirst, isEnd) = (true, false)
    while let found = scanner.key(span, isFirst: isFirst, isEnd: &isEnd) {
      isFirst = false
      _ = scanner.peek(span)
      let start = scanner.place
      guard scanner.skip(span) else { return nil }
      if text[found].elementsEqual(key.bytes) { return JSONView(text, start..<scanner.place) }
    }
    return nil
  }

  /// Of an array.
  var elements: [JSONView] {
    var scanner = JSONScanner(range)
    let span = text.span
    var found: [JSONView] = []
    guard scanner.take("[", span) else { return [] }
    while scanner.peek(span) != UInt8(ascii: "]"), !scanner.isTruncated {
      if !found.isEmpty, !scanner.take(",", span) { return found }
      _ = scanner.peek(span)
      let start = scanner.place
      guard scanner.skip(span) else { return found }
      found.append(JSONView(text, start..<scanner.place))
    }
    return found
  }

  var integer: Int64? {
    let digits = text[range].first == UInt8(ascii: "-") ? text[range].dropFirst() : text[range]
    var value: Int64 = 0
    for byte in digits {
      guard byte >= 0x30, byte <= 0x39, value < Int64.max / 10 else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    return digits.isEmpty ? nil : digits.count == range.count ? value : -value
  }

  /// Without quotes; escapes as they stand, which only odd names have.
  var bytes: [UInt8] {
    var scanner = JSONScanner(range)
    if let inner = scanner.string(text.span) { return Array(text[inner]) }
    return Array(text[range])
  }
}
