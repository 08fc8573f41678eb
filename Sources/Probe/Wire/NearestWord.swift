/// The word that a mistyped one was probably meant to be.
enum NearestWord {
  /// Of `words` the one with the fewest edits, the first of equals; nil where nothing is near.
  /// Near is: cut short, or at most two edits and at most half of what was typed.
  static func of(_ typed: [UInt8], among words: [StaticString]) -> StaticString? {
    // No word is half as long; the work stays small whatever was typed.
    guard !typed.isEmpty, typed.count <= 32 else { return nil }
    let limit = min(2, typed.count / 2)
    var best: (word: StaticString, distance: Int)?
    for word in words {
      let isCutShort = typed.count >= 2 && word.bytes.starts(with: typed)
      let distance = isCutShort ? 1 : edits(from: typed, to: Array(word.bytes))
      guard isCutShort || distance <= limit else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (word, distance) }
    }
    return best?.word
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  static func edits(from a: [UInt8], to b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var least = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, beforeLast[j - 1] + 1) }
        row.append(least)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
