/// Why a value is refused, in words that follow it: "is outside 100us to 1h".
struct Refusal: Error, Equatable, Sendable {
  var text: String

  init(_ text: String) { self.text = text }

  static func outside(_ range: ClosedRange<Nanoseconds>) -> Refusal {
    Refusal("is outside \(range.lowerBound.exactText) to \(range.upperBound.exactText)")
  }
}

/// One word as one value: what the command line and the configuration have in common.
enum ValueReading {
  static func duration(
    _ word: [UInt8], in range: ClosedRange<Nanoseconds>
  ) throws(Refusal) -> Nanoseconds {
    let length: Nanoseconds
    do throws(QuantityError) {
      length = try parseDuration(word)
    } catch {
      switch error {
      case .noNumber: throw Refusal("is no duration; write 8ms or 1s")
      case .noUnit: throw Refusal("has no unit; write \(with(word[...], "ms")) or \(with(word[...], "s"))")
      case .unknownUnit: throw Refusal("has an unknown unit; known are ns us ms s min h d")
      case .minuteOrMillisecond:
        let (minutes, milliseconds) = (with(word.dropLast(), "min"), with(word.dropLast(), "ms"))
        throw Refusal("may be minutes or milliseconds; write \(minutes) or \(milliseconds)")
      case .tooFine: throw Refusal("is not a whole number of nanoseconds")
      case .tooLarge: throw .outside(range)
      }
    }
    guard range.contains(length) else { throw .outside(range) }
    return length
  }

  /// Bytes.
  static func size(_ word: [UInt8], in range: ClosedRange<Int64>) throws(Refusal) -> Int64 {
    let outside = Refusal("is outside \(sizeText(range.lowerBound)) to \(sizeText(range.upperBound))")
    let size: Int64
    do throws(QuantityError) {
      size = try parseQuantity(word, units: QuantityUnit.data)
    } catch {
      switch error {
      case .noNumber: throw Refusal("is no size; write 64MB or 1GiB")
      case .noUnit: throw Refusal("has no unit; write \(with(word[...], "MB")) or \(with(word[...], "MiB"))")
      case .unknownUnit, .minuteOrMillisecond:
        throw Refusal("has an unknown unit; known are B kB KiB MB MiB GB GiB TB TiB")
      case .tooFine: throw Refusal("is not a whole number of bytes")
      case .tooLarge: throw outside
      }
    }
    guard range.contains(size) else { throw outside }
    return size
  }

  static func sizeText(_ size: Int64) -> String {
    var text = ByteWriter(capacity: 24)
    text.append(exact: size, QuantityUnit.data, zero: "0B")
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// `outside`: what is said of a rate that is not in the range.
  static func rate(
    _ word: [UInt8], in range: ClosedRange<Rate>, outside: String
  ) throws(Refusal) -> Rate {
    let rate: Rate
    do throws(QuantityError) {
      rate = try parseRate(word)
    } catch {
      switch error {
      case .noNumber: throw Refusal("is no rate; write 20ppm or -3ppb")
      case .noUnit: throw Refusal("has no unit; write \(with(word[...], "ppm")) or \(with(word[...], "ppb"))")
      case .unknownUnit, .minuteOrMillisecond: throw Refusal("has an unknown unit; known are ppm ppb")
      case .tooFine: throw Refusal("is finer than 0.000001ppm")
      case .tooLarge: throw Refusal(outside)
      }
    }
    guard range.contains(rate) else { throw Refusal(outside) }
    return rate
  }

  static func number(_ word: [UInt8], in range: ClosedRange<UInt64>) throws(Refusal) -> UInt64 {
    let digits = word.first == UInt8(ascii: "-") ? word.dropFirst() : word[...]
    guard !digits.isEmpty, digits.allSatisfy(isDigit) else { throw Refusal("is no whole number") }
    guard digits.count == word.count, let number = decimal(digits), range.contains(number) else {
      throw Refusal("is outside \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  static func interface(_ word: [UInt8]) throws(Refusal) -> String {
    guard isInterfaceName(word[...]) else { throw Refusal("is no interface's name") }
    return String(decoding: word, as: UTF8.self)
  }

  /// A numeric address, with a zone where it has one.
  static func address(_ word: [UInt8]) throws(Refusal) -> (text: String, family: IPAddress.Family) {
    guard let host = NumericHost(word[...]) else { throw Refusal("is no IPv4 or IPv6 address") }
    return (String(decoding: word, as: UTF8.self), host.address.family)
  }

  static func host(_ word: [UInt8], orForm form: StaticString) throws(Refusal) -> HostPort {
    do throws(HostPort.Problem) {
      return try HostPort(word)
    } catch {
      switch error {
      case .form: throw Refusal(form.text)
      case .port: throw Refusal("has a port outside 1 to 65535")
      case .address: throw Refusal("is no IPv4 address; write four numbers of 0 to 255")
      }
    }
  }

  static let referenceForm: StaticString = "is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"

  /// The place of the word among `choices`.
  static func choice(_ word: [UInt8], of choices: [StaticString]) throws(Refusal) -> Int {
    if let index = choices.firstIndex(where: { word.elementsEqual($0.bytes) }) { return index }
    if let nearest = NearestWord.of(word, among: choices) {
      throw Refusal("is not known; did you mean '\(nearest.text)'?")
    }
    var known = ""
    for choice in choices { known += " " + choice.text }
    throw Refusal("is not known; known are\(known)")
  }

  /// The number as typed, or another where it would fill the line.
  private static func with(_ number: ArraySlice<UInt8>, _ unit: String) -> String {
    (number.count <= 12 ? String(decoding: number, as: UTF8.self) : "8") + unit
  }
}
