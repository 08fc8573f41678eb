/// An option of the table with the value that it was given.
struct OptionValue: Sendable {
  var entry: OptionEntry
  var word: [UInt8]

  var id: OptionID { entry.id }

  /// "--interval: '8' PROBLEM"
  @inline(never)
  func refusal(_ problem: String) -> UsageError {
    UsageError("@: @ @", .string(entry.spelling), .word(word), .string(problem))
  }
}

extension OptionValue {
  @inline(never)
  func duration(in range: ClosedRange<Nanoseconds>) throws(UsageError) -> Nanoseconds {
    do throws(Refusal) { return try ValueReading.duration(word, in: range) } catch {
      throw refusal(error.text)
    }
  }

  /// `limit` is in ppm, to both sides.
  @inline(never)
  func rate(limit: Int64) throws(UsageError) -> Rate {
    do throws(Refusal) {
      return try ValueReading.rate(
        word, in: .partsPerMillion(-limit) ... .partsPerMillion(limit),
        outside: Refusal("is outside -@ppm to @ppm", .number(UInt64(limit)), .number(UInt64(limit))))
    } catch {
      throw refusal(error.text)
    }
  }

  @inline(never)
  func number(in range: ClosedRange<UInt64>) throws(UsageError) -> UInt64 {
    do throws(Refusal) { return try ValueReading.number(word, in: range) } catch { throw refusal(error.text) }
  }

  /// A file's name. Names that are not UTF-8 cannot pass through a `String` unharmed.
  @inline(never)
  func path() throws(UsageError) -> String {
    guard !word.isEmpty else { throw refusal("is no file") }
    let text = String(decoding: word, as: UTF8.self)
    guard text.utf8.elementsEqual(word) else { throw refusal("is not UTF-8") }
    return text
  }

  @inline(never)
  func interface() throws(UsageError) -> String {
    do throws(Refusal) { return try ValueReading.interface(word) } catch { throw refusal(error.text) }
  }

  /// A numeric address, with a zone where it has one.
  @inline(never)
  func address() throws(UsageError) -> (text: String, family: IPAddress.Family) {
    do throws(Refusal) { return try ValueReading.address(word) } catch { throw refusal(error.text) }
  }

  /// RFC 5905 section 7.3: four ASCII characters, left justified and filled with zeros.
  func referenceID() throws(UsageError) -> UInt32 {
    guard (1...4).contains(word.count), word.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw refusal("is not 1 to 4 printable ASCII characters")
    }
    var bits: UInt32 = 0
    for index in 0..<4 { bits = bits << 8 | (index < word.count ? UInt32(word[index]) : 0) }
    return bits
  }

  /// The place of the word among `choices`.
  @inline(never)
  func choice(of choices: [StaticString]) throws(UsageError) -> Int {
    do throws(Refusal) { return try ValueReading.choice(word, of: choices) } catch {
      throw refusal(error.text)
    }
  }
}
