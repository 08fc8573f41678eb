/// What /proc/cpuinfo and /sys/devices/system/cpu say in text.
public enum ProcessorText {
  /// "0-3,8" as numbers (Documentation/admin-guide/cputopology.rst), at most `limit` of them; nil: no such list.
  public static func list(_ text: Span<UInt8>, limit: Int = 8192) -> [Int]? {
    var numbers: [Int] = []
    var place = 0
    while true {
      guard let first = number(text, &place) else { return nil }
      var last = first
      if place < text.count, text[place] == UInt8(ascii: "-") {
        place += 1
        guard let end = number(text, &place), end >= first else { return nil }
        last = end
      }
      guard numbers.count + (last - first) < limit else { return nil }
      for processor in first...last { numbers.append(processor) }
      if place >= text.count || text[place] == 0x0a { return numbers }
      guard text[place] == UInt8(ascii: ",") else { return nil }
      place += 1
    }
  }

  private static func number(_ text: Span<UInt8>, _ place: inout Int) -> Int? {
    let start = place
    var value = 0
    while place < text.count, case let digit = text[place] &- 0x30, digit < 10 {
      guard place - start < 6 else { return nil }
      value = value * 10 + Int(digit)
      place += 1
    }
    return place > start ? value : nil
  }

  /// Flags of x86's /proc/cpuinfo that say how far a TSC can be trusted.
  public static let counterFlags: [StaticString] = [
    "constant_tsc", "nonstop_tsc", "tsc_reliable", "tsc_known_freq", "rdtscp", "tsc_adjust",
    "tsc_deadline_timer",
  ]

  /// Which of `counterFlags` the first processor has, a bit each; nil where there is no line of flags.
  public static func flags(_ text: Span<UInt8>) -> UInt32? {
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0a { end += 1 }
      if begins(text, start, end, with: "flags") { return found(text, start, end) }
      start = end + 1
    }
    return nil
  }

  private static func begins(_ text: Span<UInt8>, _ start: Int, _ end: Int, with word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard end - start > length, text[start + length] == 0x09 || text[start + length] == UInt8(ascii: ":")
    else { return false }
    return equals(text, start, start + length, word)
  }

  private static func found(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32 {
    var bits: UInt32 = 0
    var place = start
    while place < end {
      var stop = place
      while stop < end, text[stop] > 0x20 { stop += 1 }
      for (index, flag) in counterFlags.enumerated() where equals(text, place, stop, flag) {
        bits |= 1 << UInt32(index)
      }
      place = stop + 1
    }
    return bits
  }

  private static func equals(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ word: StaticString) -> Bool {
    guard end - start == word.utf8CodeUnitCount else { return false }
    for index in 0..<end - start where text[start + index] != word.utf8Start[index] { return false }
    return true
  }
}
