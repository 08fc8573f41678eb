/// An option of the table with the value that it was given.
struct OptionValue: Sendable {
  var entry: OptionEntry
  var word: [UInt8]

  var id: OptionID { entry.id }

  /// "--interval: '8' PROBLEM"
  func refusal(_ problem: String) -> UsageError {
    UsageError("\(entry.spelling): \(quoted(word)) \(problem)")
  }

  func outside(_ range: ClosedRange<Nanoseconds>) -> UsageError {
    refusal("is outside \(range.lowerBound.exactText) to \(range.upperBound.exactText)")
  }
}

extension OptionValue {
  func duration(in range: ClosedRange<Nanoseconds>) throws(UsageError) -> Nanoseconds {
    let length: Nanoseconds
    do throws(QuantityError) {
      length = try parseDuration(word)
    } catch {
      switch error {
      case .noNumber: throw refusal("is no duration; write 8ms or 1s")
      case .noUnit: throw refusal("has no unit; write \(withUnit("ms")) or \(withUnit("s"))")
      case .unknownUnit: throw refusal("has an unknown unit; known are ns us ms s min h d")
      case .minuteOrMillisecond:
        let (minutes, milliseconds) = (with(word.dropLast(), "min"), with(word.dropLast(), "ms"))
        throw refusal("may be minutes or milliseconds; write \(minutes) or \(milliseconds)")
      case .tooFine: throw refusal("is not a whole number of nanoseconds")
      case .tooLarge: throw outside(range)
      }
    }
    guard range.contains(length) else { throw outside(range) }
    return length
  }

  /// `limit` is in ppm, to both sides.
  func rate(limit: Int64) throws(UsageError) -> Rate {
    let outside = refusal("is outside -\(limit)ppm to \(limit)ppm")
    let rate: Rate
    do throws(QuantityError) {
      rate = try parseRate(word)
    } catch {
      switch error {
      case .noNumber: throw refusal("is no rate; write 20ppm or -3ppb")
      case .noUnit: throw refusal("has no unit; write \(withUnit("ppm")) or \(withUnit("ppb"))")
      case .unknownUnit, .minuteOrMillisecond: throw refusal("has an unknown unit; known are ppm ppb")
      case .tooFine: throw refusal("is finer than 0.000001ppm")
      case .tooLarge: throw outside
      }
    }
    guard abs(rate.partsPerTrillion) <= limit * 1_000_000 else { throw outside }
    return rate
  }

  func number(in range: ClosedRange<UInt64>) throws(UsageError) -> UInt64 {
    let digits = word.first == UInt8(ascii: "-") ? word.dropFirst() : word[...]
    guard !digits.isEmpty, digits.allSatisfy(isDigit) else { throw refusal("is no whole number") }
    guard digits.count == word.count, let number = decimal(digits), range.contains(number) else {
      throw refusal("is outside \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A file's name. Names that are not UTF-8 cannot pass through a `String` unharmed.
  func path() throws(UsageError) -> String {
    guard !word.isEmpty else { throw refusal("is no file") }
    let text = String(decoding: word, as: UTF8.self)
    guard text.utf8.elementsEqual(word) else { throw refusal("is not UTF-8") }
    return text
  }

  /// What the kernel takes for an interface: at most 15 bytes (IFNAMSIZ), no slash, no space (dev_valid_name).
  func interface() throws(UsageError) -> String {
    guard isInterfaceName(word[...]) else { throw refusal("is no interface's name") }
    return String(decoding: word, as: UTF8.self)
  }

  /// A numeric address, with a zone where it has one.
  func address() throws(UsageError) -> (text: String, family: IPAddress.Family) {
    guard let host = NumericHost(word[...]) else { throw refusal("is no IPv4 or IPv6 address") }
    return (String(decoding: word, as: UTF8.self), host.address.family)
  }

  /// RFC 5905 section 7.3: four ASCII characters, left justified and filled with zeros.
  func referenceID() throws(UsageError) -> UInt32 {
    guard (1...4).contains(word.count), word.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw refusal("is not 1 to 4 printable ASCII characters")
    }
    var bits: UInt32 = 0
    for index in 0..<4 { bits = bits << 8 | (index < word.count ? UInt32(word[index]) : 0) }
    return bits
  }

  /// The place of the word among `choices`.
  func choice(of choices: [StaticString]) throws(UsageError) -> Int {
    if let index = choices.firstIndex(where: { word.elementsEqual($0.bytes) }) { return index }
    if let nearest = NearestWord.of(word, among: choices) {
      throw refusal("is not known; did you mean '\(nearest.text)'?")
    }
    var known = ""
    for choice in choices { known += " " + choice.text }
    throw refusal("is not known; known are\(known)")
  }

  private func withUnit(_ unit: String) -> String { with(word[...], unit) }

  /// The number as typed, or another where it would fill the line.
  private func with(_ number: ArraySlice<UInt8>, _ unit: String) -> String {
    (number.count <= 12 ? String(decoding: number, as: UTF8.self) : "8") + unit
  }
}

func isInterfaceName(_ word: ArraySlice<UInt8>) -> Bool {
  let isDots = word.elementsEqual([0x2e]) || word.elementsEqual([0x2e, 0x2e])
  return (1...15).contains(word.count) && !isDots
    && word.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
}
