/// The directives that have one value.
extension DirectiveReader {
  mutating func label() -> Label? {
    guard let word = word("a KEY") else { return nil }
    let value = name("a VALUE")
    let key = word.bytes
    let isName =
      key.first.map { !isDigit($0) } ?? false
      && key.allSatisfy {
        isDigit($0) || $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
      }
    // The data model of Prometheus: its own begin with two underscores.
    if !isName || key.count > 64 || key[...].begins("__") {
      refuse(
        word, Refusal("is no label's key; write letters, digits and _, at most 64, no digit first and no __"))
    } else if Self.reserved.contains(where: { key.elementsEqual($0.bytes) }) {
      refuse(word, "is a key of every record already")
    }
    end()
    guard let value, !isFaulty else { return nil }
    return Label(key: key, value: value)
  }

  /// Keys of every record, and labels that metrics have.
  private static let reserved: [StaticString] = [
    "schema", "kind", "probe", "run", "seq", "reference", "time", "raw", "result", "quantile", "cause",
    "certainty",
    "stream", "version",
  ]

  mutating func against() -> Against? {
    choice("reference or utc", of: Against.allCases.map { $0.name }).map { Against.allCases[$0] }
  }

  mutating func drift() -> Rate? {
    guard let word = word("a RATE") else { return nil }
    do throws(Refusal) {
      return try ValueReading.rate(
        word.bytes, in: ServiceLimits.drift, outside: Refusal("is outside 1ppb to 500ppm"))
    } catch {
      refuse(word, error)
      return nil
    }
  }

  mutating func windows() -> WindowLengths? {
    guard let words = list("1s, 1min or both") else { return nil }
    var lengths: WindowLengths = []
    for word in words {
      guard let index = choice(word, of: WindowLengths.names.map { $0.name }) else { return nil }
      lengths.insert(WindowLengths.names[index].length)
    }
    return lengths
  }

  /// The outer nil: a problem; the inner: off.
  mutating func spool() -> SpoolSettings?? {
    if takes(only: "off") { return .some(nil) }
    guard let folder = path("a FOLDER") else { return nil }
    var settings = SpoolSettings()
    settings.folder = folder
    while let index = option() {
      if index == 0 {
        if let size = size(in: ServiceLimits.spoolSize) { settings.size = size }
      } else if let age = duration(in: ServiceLimits.spoolAge) {
        settings.age = age
      }
    }
    return isFaulty ? nil : .some(settings)
  }

  /// Names as useradd(8) takes them, or numbers.
  mutating func user() -> UserSetting?? {
    guard let word = word("a NAME or NAME:GROUP") else { return nil }
    let parts = word.bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy(Self.isUserName) else {
      refuse(word, "is no user; write NAME or NAME:GROUP")
      return nil
    }
    return UserSetting(user: Array(parts[0]), group: parts.count == 2 ? Array(parts[1]) : nil)
  }

  private static func isUserName(_ name: ArraySlice<UInt8>) -> Bool {
    (1...32).contains(name.count) && name.first != UInt8(ascii: "-")
      && name.allSatisfy {
        (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ",")
      }
  }

  mutating func realTime() -> Int32?? {
    if takes(only: "off") { return .some(nil) }
    return number(in: 1...99).map { Int32($0) }
  }

  mutating func yesOrNo() -> Bool? { choice("yes or no", of: ["yes", "no"]).map { $0 == 0 } }

  mutating func control() -> [UInt8]?? {
    if takes(only: "off") { return .some(nil) }
    return path(longest: ServiceLimits.socketPath).map { .some($0) }
  }

  mutating func logLevel() -> LogLevel? {
    choice("a LEVEL", of: LogLevel.allCases.map { $0.name }).map { LogLevel.allCases[$0] }
  }
}
