/// Finds a mapping by its name in /proc/self/maps (proc_pid_maps(5)):
///
///     7fc93b1ed000-7fc93b1ef000 r--p 00000000 00:00 0                          [vvar_vclock]
public enum MemoryMaps {
  /// The first and the past-the-last address; nil where no line has that name.
  public static func find(_ name: StaticString, in text: Span<UInt8>) -> (from: UInt64, to: UInt64)? {
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0a { end += 1 }
      if ends(text, start, end, with: name), let range = range(text, start, end) { return range }
      start = end + 1
    }
    return nil
  }

  /// The line ends in a space and the name: a file's path cannot look like that, for it begins with a slash.
  private static func ends(_ text: Span<UInt8>, _ start: Int, _ end: Int, with name: StaticString) -> Bool {
    let length = name.utf8CodeUnitCount
    guard end - start > length, text[end - length - 1] == 0x20 else { return false }
    for index in 0..<length where text[end - length + index] != name.utf8Start[index] { return false }
    return true
  }

  private static func range(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> (UInt64, UInt64)? {
    var place = start
    guard let from = number(text, &place, end), place < end, text[place] == UInt8(ascii: "-") else {
      return nil
    }
    place += 1
    guard let to = number(text, &place, end), place < end, text[place] == 0x20, from < to else { return nil }
    return (from, to)
  }

  private static func number(_ text: Span<UInt8>, _ place: inout Int, _ end: Int) -> UInt64? {
    var value: UInt64 = 0
    let start = place
    while place < end, let digit = hexadecimal(text[place]) {
      guard place - start < 16 else { return nil }
      value = value << 4 | digit
      place += 1
    }
    return place > start ? value : nil
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x61...0x66: UInt64(byte - 0x57)
    default: nil
    }
  }
}
