/// Why a command line cannot be obeyed. One line for people, without the program's name in front.
public struct UsageError: Error, Equatable, Sendable {
  public var message: String
  /// The caller is a monitoring system: one line on standard output, and exit 3.
  public var asPlugin: Bool

  public init(_ message: String, asPlugin: Bool = false) {
    self.message = message
    self.asPlugin = asPlugin
  }

  @inline(never)
  init(_ template: StaticString, _ a: PhrasePart, _ b: PhrasePart = .none, _ c: PhrasePart = .none) {
    self.init(phrase(template, a, b, c))
  }

  public var status: ExitStatus { asPlugin ? ExitStatus.usage.asPlugin : .usage }

  /// Where the text belongs: standard output for a plugin, standard error for people.
  public var goesToStandardOutput: Bool { asPlugin }

  public func append(to text: inout ByteWriter) {
    if asPlugin {
      appendPluginFailure(message, to: &text)
    } else {
      text.append("timeprobe: " as StaticString)
      text.append(message)
      text.append(byte: 0x0a)
    }
  }
}
