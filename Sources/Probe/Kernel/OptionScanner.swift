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
    // One buffer for all words, each with its NUL; the first is the program's name, which is skipped.
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
      while true {
        let found = tp_options_next(Int32(words.count) + 1, &argv)
        let index = Int(found.word) - 1
        if found.option == TP_OPTION_END {
          for word in words.dropFirst(max(index, 0)) { tokens.append(.positional(word)) }
          return
        }
        tokens.append(token(found, in: words.indices.contains(index) ? words[index] : [], of: options))
      }
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

  private static func token(
    _ found: tp_option_token, in word: [UInt8], of options: [ScannedOption]
  ) -> OptionToken {
    let isLong = word.starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")])
    let typed = isLong ? Array(word.prefix { $0 != UInt8(ascii: "=") }) : [UInt8(ascii: "-"), found.letter]
    /// An option by this index that was typed in full.
    func known(_ index: Int32) -> Int? {
      guard options.indices.contains(Int(index)) else { return nil }
      guard isLong else { return Int(index) }
      guard let name = options[Int(index)].name, typed.count == name.utf8CodeUnitCount + 2 else { return nil }
      return Int(index)
    }
    switch found.option {
    case TP_OPTION_POSITIONAL:
      return .positional(found.value.map(bytes) ?? [])
    case TP_OPTION_MISSING:
      return known(found.about).map { .missingValue($0) } ?? .unknown(typed, word: word)
    case TP_OPTION_UNWANTED:
      return known(found.about).map { .unwantedValue($0) } ?? .unknown(typed, word: word)
    default:
      return known(found.option).map { .option($0, value: found.value.map(bytes)) }
        ?? .unknown(typed, word: word)
    }
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    var bytes: [UInt8] = []
    var next = text
    while next.pointee != 0 {
      bytes.append(UInt8(bitPattern: next.pointee))
      next += 1
    }
    return bytes
  }
}
