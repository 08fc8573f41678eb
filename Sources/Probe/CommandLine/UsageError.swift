/// Why a command line cannot be obeyed. One line for people, without the program's name in front.
public struct UsageError: Error, Equatable, Sendable {
  public var message: String
  /// The caller is a monitoring system: one line on standard output, and exit 3.
  public var asPlugin: Bool
  /// `timeprobe` alone: three lines of help instead of a message.
  public var isBareCall: Bool

  public init(_ message: String, asPlugin: Bool = false, isBareCall: Bool = false) {
    self.message = message
    self.asPlugin = asPlugin
    self.isBareCall = isBareCall
  }

  public var status: ExitStatus { asPlugin ? ExitStatus.usage.asPlugin : .usage }

  /// Where the text belongs: standard output for a plugin, standard error for people.
  public var goesToStandardOutput: Bool { asPlugin }

  public func append(to text: inout ByteWriter) {
    if asPlugin {
      appendPluginFailure(message, to: &text)
    } else if isBareCall {
      appendShortHelp(to: &text)
    } else {
      text.append("timeprobe: " as StaticString)
      text.append(message)
      text.append(byte: 0x0a)
    }
  }
}

/// A word as the user typed it, in quotes: printable ASCII as it is, the rest as `\xNN`, so that no
/// message moves a cursor or breaks a plugin's line; at most 60 bytes of it.
func quoted(_ word: [UInt8]) -> String {
  var text = ByteWriter(capacity: 80)
  text.append(byte: UInt8(ascii: "'"))
  for byte in word.prefix(60) {
    if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "|") {
      text.append(byte: byte)
    } else {
      text.append("\\x" as StaticString)
      text.append(hex: UInt64(byte), digits: 2)
    }
  }
  text.append(word.count > 60 ? "...'" as StaticString : "'" as StaticString)
  return String(decoding: text.bytes, as: UTF8.self)
}
