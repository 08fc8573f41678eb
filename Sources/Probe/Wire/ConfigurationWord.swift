/// A word of the configuration, its quotes taken off and its variables filled in.
public struct ConfigurationWord: Equatable, Sendable {
  public var bytes: [UInt8]
  /// Counted from 1; columns count characters, as editors do, and a tab is one.
  public var line: UInt32
  public var column: UInt32

  public init(bytes: [UInt8], line: UInt32, column: UInt32) {
    self.bytes = bytes
    self.line = line
    self.column = column
  }
}

/// Why a line has no words.
public enum ConfigurationFault: Equatable, Sendable {
  case notUTF8
  /// A control character other than a tab.
  case control
  case unclosedQuote
  /// `$` and neither a brace nor a name's end: `$HOME`.
  case bareDollar
  case unclosedBrace
  /// No letter, or something other than letters, digits and `_`, before the brace ends or `:-` begins.
  case variableName
  case unset
  /// The environment's value has a control character or is not UTF-8.
  case variableValue
  /// More than `ConfigurationScanner.longestWord` bytes.
  case tooLong
  /// More than `ConfigurationScanner.mostWords` in a line.
  case tooMany
}

public struct FaultyText: Equatable, Sendable {
  public var fault: ConfigurationFault
  /// What it is about: the variable, the byte.
  public var text: [UInt8]
  public var line: UInt32
  public var column: UInt32
}
