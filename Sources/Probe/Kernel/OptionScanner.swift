import CShim

/// An option as libc's `getopt_long` needs to know it.
public struct ScannedOption: Sendable {
  /// Without dashes; nil: a letter only.
  public var name: StaticString?
  /// ASCII; nil: a long name only.
  public var letter: UInt8?
  public var takesValue: Bool

  public init(name: StaticString?, letter: UInt8?, takesValue: Bool) {
    self.name = name
    self.letter = letter
    self.takesValue = takesValue
  }
}

/// What a command line consists of. Options are indices into the table that was scanned with.
public enum OptionToken: Equatable, Sendable {
  case option(Int, value: [UInt8]?)
  case positional([UInt8])
  /// As typed, without an attached value; `word` is the whole word that it stood in.
  case unknown([UInt8], word: [UInt8])
  case missingValue(Int)
  case unwantedValue(Int)
}

/// Splits words into options, their values and the rest, by the rules of `getopt_long(3)`: options and
/// positional words in any order, `--name=value`, clusters of letters, `--` ends the options.
/// Long names are taken in full only: what an abbreviation means would change with each new option.
public enum OptionScanner {
  /// `words` without the program's name. Any bytes; a word ends at its first NUL, as it would have to in argv.
  public static func scan(_ words: [[UInt8]], options: [ScannedOption]) -> [OptionToken] {
    let words = words.map { Array($0.prefix { $0 != 0 }) }
    var text: [CChar] = [0]
    var starts = [0]
    for word in words {
      starts.append(text.count)
      for byte in word { text.append(CChar(bitPattern: byte)) }
      text.append(0)
    }
    let table = options.map(entry)
    var tokens: [OptionToken] = []
    text.withUnsafeMutableBufferPointer { text in
      guard let base = text.baseAddress else { return }
      var argv: [UnsafeMutablePointer<CChar>?] = starts.map { base + $0 }
      argv.append(nil)
      guard tp_options_begin(table, Int32(table.count)) == 0 else { return }
      defer { tp_options_end() }
      while let token = next(&argv, words: words, options: options) { tokens.append(token) }
      // After the end, `--` or not: the rest is positional.
      let rest = Int(tp_options_next(Int32(argv.count - 1), &argv).word)
      if rest >= 1, rest <= words.count { for word in words[(rest - 1)...] { tokens.append(.positional(word)) } }
    }
    return tokens
  }

  private static func entry(_ option: ScannedOption) -> tp_option {
    var entry = tp_option()
    if let name = option.name {
      entry.name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
    entry.letter = Int32(option.letter ?? 0)
    entry.takes_value = option.takesValue ? 1 : 0
    return entry
  }

  /// nil at the end.
  private static func next(
    _ argv: inout [UnsafeMutablePointer<CChar>?], words: [[UInt8]], options: [ScannedOption]
  ) -> OptionToken? {
    let token = tp_options_next(Int32(argv.count - 1), &argv)
    let index = Int(token.word) - 1
    let word = words.indices.contains(index) ? words[index] : []
    switch token.option {
    case Int32(TP_OPTION_END.rawValue): return nil
    default: break
    }
    return classify(token, word: word, options: options)
  }

  private static func classify(_ token: tp_option_token, word: [UInt8], options: [ScannedOption]) -> OptionToken {
    .positional(word)
  }
}
