/// Reads the words of one directive from left to right. What is wrong is collected, and nil given for it.
struct DirectiveReader {
  let directive: Directive
  let source: Int
  private let words: [ConfigurationWord]
  private var next = 1
  /// A bit for each option that was given.
  private(set) var given: UInt32 = 0
  private var optionPlaces: [ConfigurationPlace] = []
  private(set) var problems: [ConfigurationProblem] = []

  init(_ directive: Directive, _ words: [ConfigurationWord], source: Int) {
    self.directive = directive
    self.words = words
    self.source = source
  }

  var isFaulty: Bool { !problems.isEmpty }
  /// Of the directive itself.
  var place: ConfigurationPlace { place(of: words[0]) }

  func place(of word: ConfigurationWord) -> ConfigurationPlace {
    ConfigurationPlace(source: source, line: word.line, column: word.column)
  }

  @inline(never)
  mutating func refuse(
    _ place: ConfigurationPlace, _ template: StaticString, _ a: PhrasePart = .none, _ b: PhrasePart = .none
  ) {
    problems.append(ConfigurationProblem(place, phrase(template, a, b)))
  }

  /// "'8' has no unit; ..."
  @inline(never)
  mutating func refuse(_ word: ConfigurationWord, _ refusal: Refusal) {
    refuse(place(of: word), "@ @", .word(word.bytes), .bytes(Array(refusal.text.utf8)))
  }

  /// The words that follow the word.
  @inline(never)
  mutating func refuse(
    _ word: ConfigurationWord, _ template: StaticString, _ a: PhrasePart = .none, _ b: PhrasePart = .none
  ) {
    refuse(word, Refusal(template, a, b))
  }

  // MARK: Values by place

  /// The next word; without one, the line's last word is what something is missing behind.
  @inline(never)
  mutating func word(_ what: StaticString) -> ConfigurationWord? {
    guard next < words.count else {
      let last = words[words.count - 1]
      refuse(last, "needs @ after it", .text(what))
      return nil
    }
    next += 1
    return words[next - 1]
  }

  /// Whether nothing follows the next word and it is this.
  mutating func takes(only word: StaticString) -> Bool {
    guard next + 1 == words.count, words[next].bytes.elementsEqual(word.bytes) else { return false }
    next += 1
    return true
  }

  /// Nothing may follow.
  @inline(never)
  mutating func end() {
    guard next < words.count else { return }
    refuse(words[next], "is too much; @ takes @", .text(directive.name), .text(directive.takes))
  }

  // MARK: Options

  /// The place in the directive's table of the next option; what is none is told and passed over.
  @inline(never)
  mutating func option() -> Int? {
    let table = directive.options
    while next < words.count {
      let word = words[next]
      next += 1
      guard let index = table.firstIndex(where: { word.bytes.elementsEqual($0.name.bytes) }) else {
        refuse(word, Self.unknown(word, among: table.map { $0.name }, "is no option of @", directive.name))
        skipToOption(table)
        continue
      }
      if given & 1 << UInt32(index) != 0 { refuse(word, "was given twice") }
      given |= 1 << UInt32(index)
      while optionPlaces.count <= index { optionPlaces.append(place) }
      optionPlaces[index] = place(of: word)
      return index
    }
    return nil
  }

  func has(_ option: Int) -> Bool { given & 1 << UInt32(option) != 0 }

  /// Of an option that was given; else of the directive.
  func place(ofOption index: Int) -> ConfigurationPlace { has(index) ? optionPlaces[index] : place }

  /// The value of an unknown option is no option either, and is not told of.
  private mutating func skipToOption(_ table: [DirectiveOption]) {
    guard next < words.count else { return }
    if !table.contains(where: { words[next].bytes.elementsEqual($0.name.bytes) }) { next += 1 }
  }

  /// What is accepted, and the nearest of it. `of` fills the template.
  @inline(never)
  static func unknown(
    _ word: ConfigurationWord, among names: [StaticString], _ template: StaticString, _ of: StaticString = ""
  ) -> Refusal {
    let kind = PhrasePart.bytes(Array(phrase(template, .text(of)).utf8))
    guard let nearest = NearestWord.of(word.bytes, among: names) else {
      return Refusal("@; known are@", kind, .names(names))
    }
    return Refusal(
      "@ Known are@", .bytes(Array(phrase("@; did you mean '@'?", kind, .text(nearest)).utf8)), .names(names))
  }
}

/// Typed values. Each takes the next word, or the word given.
extension DirectiveReader {
  @inline(never)
  mutating func duration(in range: ClosedRange<Nanoseconds>) -> Nanoseconds? {
    guard let word = word("a TIME") else { return nil }
    do throws(Refusal) { return try ValueReading.duration(word.bytes, in: range) } catch {
      refuse(word, error)
      return nil
    }
  }

  @inline(never)
  mutating func size(in range: ClosedRange<Int64>) -> Int64? {
    guard let word = word("a SIZE") else { return nil }
    do throws(Refusal) { return try ValueReading.size(word.bytes, in: range) } catch {
      refuse(word, error)
      return nil
    }
  }

  @inline(never)
  mutating func number(in range: ClosedRange<UInt64>) -> UInt64? {
    guard let word = word("a NUMBER") else { return nil }
    do throws(Refusal) { return try ValueReading.number(word.bytes, in: range) } catch {
      refuse(word, error)
      return nil
    }
  }

  /// The place among `choices`.
  @inline(never)
  mutating func choice(_ what: StaticString, of choices: [StaticString]) -> Int? {
    guard let word = word(what) else { return nil }
    return choice(word, of: choices)
  }

  @inline(never)
  mutating func choice(_ word: ConfigurationWord, of choices: [StaticString]) -> Int? {
    if let index = choices.firstIndex(where: { word.bytes.elementsEqual($0.bytes) }) { return index }
    refuse(word, Self.unknown(word, among: choices, "is not known"))
    return nil
  }

  /// A name for people and labels: not empty, not longer than `ServiceLimits.name`.
  @inline(never)
  mutating func name(_ what: StaticString = "a NAME") -> [UInt8]? {
    guard let word = word(what) else { return nil }
    guard (1...ServiceLimits.name).contains(word.bytes.count) else {
      refuse(word, "is not 1 to 255 bytes long")
      return nil
    }
    return word.bytes
  }

  /// The parts between commas. An empty part, or one that was there before, is refused.
  @inline(never)
  mutating func list(_ what: StaticString) -> [ConfigurationWord]? {
    guard let word = word(what) else { return nil }
    var parts: [ConfigurationWord] = []
    for part in word.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      var piece = word
      piece.bytes = Array(part)
      guard !part.isEmpty else {
        refuse(word, "has nothing between two commas; write ONE,OTHER without spaces")
        return nil
      }
      guard !parts.contains(where: { $0.bytes.elementsEqual(part) }) else {
        refuse(piece, "was given twice")
        return nil
      }
      parts.append(piece)
    }
    return parts
  }

  @inline(never)
  mutating func path(_ what: StaticString = "a PATH", longest: Int = ServiceLimits.path) -> [UInt8]? {
    guard let word = word(what) else { return nil }
    return path(word, word.bytes, longest: longest)
  }

  /// `bytes` is the path in `word`.
  @inline(never)
  mutating func path(_ word: ConfigurationWord, _ bytes: [UInt8], longest: Int) -> [UInt8]? {
    guard bytes.first == UInt8(ascii: "/"), bytes.count > 1 else {
      refuse(word, "is no absolute path; write /FOLDER/NAME")
      return nil
    }
    guard bytes.count <= longest else {
      refuse(word, "has a path longer than @ bytes", .number(UInt64(longest)))
      return nil
    }
    return bytes
  }
}
