/// Numbers in the text files by which the kernel tells what kept a task from running. A file that does not have
/// the expected form gives nil, never a wrong number.
public enum LoadText {
  /// The second number of /proc/PID/schedstat: ns that the task waited on a run queue
  /// (Documentation/scheduler/sched-stats.rst).
  public static func runDelay(_ text: Span<UInt8>) -> Nanoseconds? {
    var place = 0
    guard number(text, &place) != nil else { return nil }
    return number(text, &place).map { Nanoseconds($0) }
  }

  /// The length for which a cgroup was throttled, summed over processors: `throttled_time` in ns (version 1,
  /// Documentation/scheduler/sched-bwc.rst) or `throttled_usec` (version 2, Documentation/admin-guide/cgroup-v2.rst).
  public static func throttled(_ text: Span<UInt8>) -> Nanoseconds? {
    if let count = value(of: "throttled_time", in: text) { return Nanoseconds(count) }
    return value(of: "throttled_usec", in: text).map { .microseconds($0) }
  }

  /// The eighth number of the line `cpu` of /proc/stat, in ticks of USER_HZ (10 ms): time that the hypervisor gave
  /// to somebody else, summed over processors (proc_stat(5)).
  public static func steal(_ text: Span<UInt8>) -> Nanoseconds? {
    var place = 0
    guard skip("cpu ", text, &place) else { return nil }
    for _ in 0..<7 { guard number(text, &place) != nil else { return nil } }
    return number(text, &place).map { Nanoseconds($0).scaled(by: 10_000_000) }
  }

  /// `total` of the line `some` of a pressure file, in microseconds: some task waited (Documentation/accounting/psi.rst).
  public static func pressure(_ text: Span<UInt8>) -> Nanoseconds? {
    var place = 0
    guard skip("some ", text, &place) else { return nil }
    while place < text.count, text[place] != UInt8(ascii: "\n") {
      if skip("total=", text, &place) { return number(text, &place).map { .microseconds($0) } }
      place += 1
    }
    return nil
  }

  /// The number behind a word at the beginning of a line.
  static func value(of word: StaticString, in text: Span<UInt8>) -> Int64? {
    var place = 0
    while place < text.count {
      var cursor = place
      if skip(word, text, &cursor), cursor < text.count, text[cursor] == UInt8(ascii: " ") {
        return number(text, &cursor)
      }
      while place < text.count, text[place] != UInt8(ascii: "\n") { place += 1 }
      place += 1
    }
    return nil
  }

  private static func skip(_ word: StaticString, _ text: Span<UInt8>, _ place: inout Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard text.count - place >= count else { return false }
    for index in 0..<count where text[place + index] != word.utf8Start[index] { return false }
    place += count
    return true
  }

  /// Blanks, then decimal digits that fit into 63 bits.
  private static func number(_ text: Span<UInt8>, _ place: inout Int) -> Int64? {
    while place < text.count, text[place] == UInt8(ascii: " ") { place += 1 }
    var value: Int64?
    while place < text.count, case let digit = text[place] &- UInt8(ascii: "0"), digit < 10 {
      let (tens, over) = (value ?? 0).multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int64(digit))
      if over || carry { return nil }
      value = sum
      place += 1
    }
    return value
  }
}
