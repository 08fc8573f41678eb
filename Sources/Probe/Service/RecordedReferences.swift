/// The `references` of a recorded `hello`.
enum RecordedReferences {
  static func read(_ range: Range<Int>, _ text: borrowing Span<UInt8>) -> [(
    name: [UInt8], info: ReferenceInfo
  )] {
    var scanner = JSONScanner(range)
    var found: [(name: [UInt8], info: ReferenceInfo)] = []
    guard scanner.take("[", text), !scanner.take("]", text) else { return [] }
    repeat {
      guard scanner.take("{", text), let reference = one(&scanner, text) else { return found }
      found.append(reference)
    } while scanner.take(",", text)
    return found
  }

  private static func one(
    _ scanner: inout JSONScanner, _ text: borrowing Span<UInt8>
  ) -> (name: [UInt8], info: ReferenceInfo)? {
    var name: [UInt8]?
    var info = ReferenceInfo(name: "", address: "", port: 0)
    var (isFirst, isEnd) = (true, false)
    while let key = scanner.key(text, isFirst: isFirst, isEnd: &isEnd) {
      isFirst = false
      let word = text.extracting(key)
      if scanner.peek(text) == UInt8(ascii: "\"") {
        guard let range = scanner.string(text) else { return nil }
        let value = JSONScanner.text(range, of: text)
        let string = String(decoding: value, as: UTF8.self)
        if word.is("name") { name = value }
        if word.is("address") { info.address = string }
        if word.is("source") { info.source = string }
        if word.is("interface") { info.interface = string }
      } else if word.is("port") {
        guard let number = scanner.integer(text) else { return nil }
        info.port = UInt16(clamping: number)
      } else if word.is("mtu") {
        guard let number = scanner.integer(text) else { return nil }
        info.mtu = number
      } else if !scanner.skip(text) {
        return nil
      }
    }
    guard isEnd, let name else { return nil }
    info.name = String(decoding: name, as: UTF8.self)
    return (name, info)
  }
}
