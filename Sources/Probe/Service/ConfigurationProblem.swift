/// One thing that is wrong with a configuration.
public struct ConfigurationProblem: Error, Equatable, Sendable {
  public var place: ConfigurationPlace
  /// For people, without the place; printable, one line.
  public var text: String

  public init(_ place: ConfigurationPlace, _ text: String) {
    self.place = place
    self.text = text
  }

  /// In the order of reading.
  static func isBefore(_ a: ConfigurationProblem, _ b: ConfigurationProblem) -> Bool {
    if a.place.source != b.place.source { return a.place.source < b.place.source }
    if a.place.line != b.place.line { return a.place.line < b.place.line }
    return a.place.column < b.place.column
  }
}

extension ConfigurationProblem {
  init(_ faulty: FaultyText, source: Int) {
    let place = ConfigurationPlace(source: source, line: faulty.line, column: faulty.column)
    self.init(place, Self.words(faulty))
  }

  private static func words(_ faulty: FaultyText) -> String {
    let template: StaticString =
      switch faulty.fault {
      case .notUTF8: "@ is not UTF-8"
      case .control: "@ is a control character; only tabs are accepted"
      case .unclosedQuote: "@ has no closing quote"
      case .bareDollar: "@: write ${NAME} for a variable, or '$' in single quotes"
      case .unclosedBrace: "@ has no closing }"
      case .variableName: "@ is no variable; write ${NAME} or ${NAME:-default}"
      case .unset: "@ is not set in the environment; ${NAME:-default} gives it a default"
      case .variableValue: "@ holds a control character or is not UTF-8"
      case .tooLong: "@ is longer than 4096 bytes"
      case .tooMany: "the line has more than 256 words"
      }
    return phrase(template, .word(faulty.text))
  }
}

extension ByteWriter {
  /// "/etc/timeprobe/timeprobe.conf:3:11", "--set 2, column 9", "command line".
  public mutating func append(
    _ place: ConfigurationPlace, in sources: [ConfigurationSource], columns: Bool = true
  ) {
    guard sources.indices.contains(place.source) else { return }
    switch sources[place.source] {
    case .file(let path):
      append(printable: String(decoding: path, as: UTF8.self))
      guard place.line > 0 else { return }
      append(byte: UInt8(ascii: ":"))
      append(UInt64(place.line))
      guard columns else { return }
      append(byte: UInt8(ascii: ":"))
      append(UInt64(place.column))
    case .setting(let number):
      append("--set " as StaticString)
      append(UInt64(number))
      guard columns else { return }
      if place.line > 1 {
        append(", line " as StaticString)
        append(UInt64(place.line))
      }
      append(", column " as StaticString)
      append(UInt64(place.column))
    case .arguments: append("command line" as StaticString)
    }
  }

  /// "/etc/timeprobe/timeprobe.conf:3:11: 'crtical' is no directive; ..."
  public mutating func append(_ problem: ConfigurationProblem, in sources: [ConfigurationSource]) {
    append(problem.place, in: sources)
    append(": " as StaticString)
    append(problem.text)
  }

  /// "default", "half of critical", "/etc/timeprobe/timeprobe.conf:3", "--critical".
  mutating func append(_ from: Provenance, in sources: [ConfigurationSource]) {
    switch from {
    case .standard: append("default" as StaticString)
    case .derived(let words): append(words)
    case .given(let place): append(place, in: sources, columns: false)
    case .option(let name): append(name)
    }
  }
}
