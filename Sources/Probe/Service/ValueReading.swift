/// Why a value is refused, in words that follow it: "is outside 100us to 1h".
struct Refusal: Error, Equatable, Sendable {
  var text: String

  @inline(never)
  init(_ template: StaticString, _ a: PhrasePart = .none, _ b: PhrasePart = .none) {
    text = phrase(template, a, b)
  }

  static func outside(_ range: ClosedRange<Nanoseconds>) -> Refusal {
    Refusal("is outside @ to @", .length(range.lowerBound), .length(range.upperBound))
  }
}

/// One word as one value: what the command line and the configuration have in common.
enum ValueReading {
  @inline(never)
  static func duration(
    _ word: [UInt8], in range: ClosedRange<Nanoseconds>
  ) throws(Refusal) -> Nanoseconds {
    let length: Nanoseconds
    do throws(QuantityError) {
      length = try parseDuration(word)
    } catch {
      throw refusal(
        error, word, range,
        Names(
          none: "is no duration; write 8ms or 1s", small: "ms", large: "s", known: "ns us ms s min h d",
          fine: "is not a whole number of nanoseconds"))
    }
    guard range.contains(length) else { throw .outside(range) }
    return length
  }

  /// Bytes.
  @inline(never)
  static func size(_ word: [UInt8], in range: ClosedRange<Int64>) throws(Refusal) -> Int64 {
    let outside = Refusal("is outside @ to @", .size(range.lowerBound), .size(range.upperBound))
    let size: Int64
    do throws(QuantityError) {
      size = try parseQuantity(word, units: QuantityUnit.data)
    } catch {
      if error == .tooLarge { throw outside }
      throw refusal(
        error, word, nil,
        Names(
          none: "is no size; write 64MB or 1GiB", small: "MB", large: "MiB",
          known: "B kB KiB MB MiB GB GiB TB TiB",
          fine: "is not a whole number of bytes"))
    }
    guard range.contains(size) else { throw outside }
    return size
  }

  /// `outside`: what is said of a rate that is not in the range.
  @inline(never)
  static func rate(
    _ word: [UInt8], in range: ClosedRange<Rate>, outside: Refusal
  ) throws(Refusal) -> Rate {
    let rate: Rate
    do throws(QuantityError) {
      rate = try parseRate(word)
    } catch {
      if error == .tooLarge { throw outside }
      throw refusal(
        error, word, nil,
        Names(
          none: "is no rate; write 20ppm or -3ppb", small: "ppm", large: "ppb", known: "ppm ppb",
          fine: "is finer than 0.000001ppm"))
    }
    guard range.contains(rate) else { throw outside }
    return rate
  }

  /// The words of one kind of quantity.
  private struct Names {
    var none: StaticString
    var small: StaticString
    var large: StaticString
    var known: StaticString
    var fine: StaticString
  }

  @inline(never)
  private static func refusal(
    _ error: QuantityError, _ word: [UInt8], _ range: ClosedRange<Nanoseconds>?, _ names: Names
  ) -> Refusal {
    switch error {
    case .noNumber: return Refusal(names.none)
    case .noUnit:
      return Refusal(
        "has no unit; write @ or @", with(word[...], names.small), with(word[...], names.large))
    case .unknownUnit: return Refusal("has an unknown unit; known are @", .text(names.known))
    case .minuteOrMillisecond:
      return Refusal(
        "may be minutes or milliseconds; write @ or @", with(word.dropLast(), "min"),
        with(word.dropLast(), "ms"))
    case .tooFine: return Refusal(names.fine)
    case .tooLarge: return range.map { .outside($0) } ?? Refusal(names.none)
    }
  }

  @inline(never)
  static func number(_ word: [UInt8], in range: ClosedRange<UInt64>) throws(Refusal) -> UInt64 {
    let digits = word.first == UInt8(ascii: "-") ? word.dropFirst() : word[...]
    guard !digits.isEmpty, digits.allSatisfy(isDigit) else { throw Refusal("is no whole number") }
    guard digits.count == word.count, let number = decimal(digits), range.contains(number) else {
      throw Refusal("is outside @ to @", .number(range.lowerBound), .number(range.upperBound))
    }
    return number
  }

  @inline(never)
  static func interface(_ word: [UInt8]) throws(Refusal) -> String {
    guard isInterfaceName(word[...]) else { throw Refusal("is no interface's name") }
    return String(decoding: word, as: UTF8.self)
  }

  /// A numeric address, with a zone where it has one.
  @inline(never)
  static func address(_ word: [UInt8]) throws(Refusal) -> (text: String, family: IPAddress.Family) {
    guard let host = NumericHost(word[...]) else { throw Refusal("is no IPv4 or IPv6 address") }
    return (String(decoding: word, as: UTF8.self), host.address.family)
  }

  @inline(never)
  static func host(_ word: [UInt8], orForm form: StaticString) throws(Refusal) -> HostPort {
    do throws(HostPort.Problem) {
      return try HostPort(word)
    } catch {
      switch error {
      case .form: throw Refusal(form)
      case .port: throw Refusal("has a port outside 1 to 65535")
      case .address: throw Refusal("is no IPv4 address; write four numbers of 0 to 255")
      }
    }
  }

  static let referenceForm: StaticString = "is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"

  /// The place of the word among `choices`.
  @inline(never)
  static func choice(_ word: [UInt8], of choices: [StaticString]) throws(Refusal) -> Int {
    if let index = choices.firstIndex(where: { word.elementsEqual($0.bytes) }) { return index }
    if let nearest = NearestWord.of(word, among: choices) {
      throw Refusal("is not known; did you mean '@'?", .text(nearest))
    }
    throw Refusal("is not known; known are@", .names(choices))
  }

  /// The number as typed, or another where it would fill the line.
  private static func with(_ number: ArraySlice<UInt8>, _ unit: StaticString) -> PhrasePart {
    .bytes((number.count <= 12 ? Array(number) : [UInt8(ascii: "8")]) + unit.ascii)
  }
}
