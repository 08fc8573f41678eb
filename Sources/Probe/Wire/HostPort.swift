/// A numeric address as typed, with or without a zone.
struct NumericHost: Sendable {
  var address: IPAddress
  /// The interface's name or number after the `%` (RFC 4007 section 11).
  var zone: ArraySlice<UInt8>?

  init?(_ word: ArraySlice<UInt8>) {
    let parts = word.split(separator: UInt8(ascii: "%"), maxSplits: 1, omittingEmptySubsequences: false)
    let digits = Array(parts.first ?? [])
    guard let address = IPAddress.parse(digits.span) else { return nil }
    self.address = address
    guard parts.count == 2 else { return }
    guard address.family == .v6, isInterfaceName(parts[1]) else { return nil }
    zone = parts[1]
  }
}

/// What a user means by NAME, ADDRESS, ADDRESS:PORT, [V6], [V6]:PORT or V6%ZONE.
struct HostPort: Sendable {
  /// Without brackets.
  var host: String
  /// nil: it is a name.
  var numeric: NumericHost?
  /// nil: none was given.
  var port: UInt16?

  /// Why a word is none of them.
  enum Problem: Error, Sendable {
    case form
    case port
    /// It ends in a number, so that it would be read as an address, and is none.
    case address
  }

  init(_ word: [UInt8]) throws(Problem) {
    var host = word[...]
    var rest: ArraySlice<UInt8> = []
    let isBracketed = word.first == UInt8(ascii: "[")
    if isBracketed {
      guard let end = word.firstIndex(of: UInt8(ascii: "]")) else { throw .form }
      host = word[1..<end]
      rest = word[(end + 1)...]
    } else if let colon = word.firstIndex(of: UInt8(ascii: ":")),
      colon == word.lastIndex(of: UInt8(ascii: ":"))
    {
      host = word[..<colon]
      rest = word[colon...]
    }
    numeric = NumericHost(host)
    if numeric == nil {
      guard !isBracketed, isHostName(host) else { throw .form }
      guard !endsInNumber(host) else { throw .address }
    } else if isBracketed {
      guard numeric?.address.family == .v6 else { throw .form }
    }
    self.host = String(decoding: host, as: UTF8.self)
    guard let colon = rest.first else { return }
    let digits = rest.dropFirst()
    guard colon == UInt8(ascii: ":"), digits.allSatisfy(isDigit) else { throw .form }
    guard let number = decimal(digits), (1...65535).contains(number) else { throw .port }
    port = UInt16(number)
  }
}

/// RFC 1123 section 2.1, and underscores, which some networks have.
func isHostName(_ word: ArraySlice<UInt8>) -> Bool {
  var name = word
  if name.last == UInt8(ascii: ".") { name = name.dropLast() }
  guard (1...253).contains(name.count), name.first != UInt8(ascii: "-") else { return false }
  for label in name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
    guard (1...63).contains(label.count), label.allSatisfy(isNameCharacter) else { return false }
  }
  return true
}

private func isNameCharacter(_ byte: UInt8) -> Bool {
  isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

/// Resolvers read "10.1" and "0x7f000001" as addresses, each in its own way (RFC 6943 section 3.1.1).
private func endsInNumber(_ word: ArraySlice<UInt8>) -> Bool {
  let labels = word.split(separator: UInt8(ascii: "."))
  guard let last = labels.last else { return false }
  if last.allSatisfy(isDigit) { return true }
  let isPrefixed = last.starts(with: "0x".utf8) || last.starts(with: "0X".utf8)
  return isPrefixed && last.dropFirst(2).allSatisfy(isHexadecimalDigit)
}

private func isHexadecimalDigit(_ byte: UInt8) -> Bool {
  isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
}

/// What the kernel takes for an interface: at most 15 bytes (IFNAMSIZ), no slash, no space (dev_valid_name).
func isInterfaceName(_ word: ArraySlice<UInt8>) -> Bool {
  let isDots = word.elementsEqual([0x2e]) || word.elementsEqual([0x2e, 0x2e])
  return (1...15).contains(word.count) && !isDots
    && word.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
}
