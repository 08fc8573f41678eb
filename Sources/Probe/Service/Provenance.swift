/// A place in what was read.
public struct ConfigurationPlace: Equatable, Sendable {
  /// Index into the sources.
  public var source: Int
  /// Counted from 1; 0: it is all of the source.
  public var line: UInt32
  public var column: UInt32

  public init(source: Int, line: UInt32, column: UInt32) {
    self.source = source
    self.line = line
    self.column = column
  }
}

/// What directives are read from, in the order of reading.
public enum ConfigurationSource: Equatable, Sendable {
  case file([UInt8])
  /// The argument of `--set`, counted from 1.
  case setting(Int)
  /// Other words of the command line.
  case arguments
}

/// Where a value came from.
public enum Provenance: Equatable, Sendable {
  /// Nobody said anything.
  case standard
  /// It follows from another value, or from the guest: "half of critical".
  case derived(StaticString)
  case given(ConfigurationPlace)
  /// An option of the command line: "--critical".
  case option(StaticString)

  public static func == (a: Provenance, b: Provenance) -> Bool {
    switch (a, b) {
    case (.standard, .standard): true
    case (.derived(let a), .derived(let b)), (.option(let a), .option(let b)): a.bytes.elementsEqual(b.bytes)
    case (.given(let a), .given(let b)): a == b
    default: false
    }
  }
}

/// A value and where it came from.
public struct Stated<Value: Sendable>: Sendable {
  public var value: Value
  public var from: Provenance
  /// Of a directive with options: a bit for each that was given, by its place in `Directive.options`.
  public var given: UInt32 = 0

  public init(_ value: Value, _ from: Provenance = .standard, given: UInt32 = 0) {
    self.value = value
    self.from = from
    self.given = given
  }
}
