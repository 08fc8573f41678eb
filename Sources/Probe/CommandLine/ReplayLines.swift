/// What a screen says of a replay in place of the guest: what was read, and what cannot be told from it.
func append(_ replay: ReplayFacts, to page: inout Page) {
  var line = ByteWriter(capacity: 160)
  for (index, format) in replay.formats.enumerated() {
    if index > 0 { line.append(index == replay.formats.count - 1 ? " and " as StaticString : ", ") }
    line.append(format.words)
  }
  if replay.formats.isEmpty { line.append("nothing" as StaticString) }
  line.append(" from " as StaticString)
  if let first = replay.inputs.first {
    line.append(printable: first.name)
    if replay.inputs.count > 1 {
      line.append(" and " as StaticString)
      line.append(count: UInt64(replay.inputs.count - 1), "other", "others")
    }
  }
  var (used, lines): (UInt64, UInt64) = (0, 0)
  for input in replay.inputs {
    used += input.used
    lines += input.lines
  }
  line.append(", " as StaticString)
  line.append(used)
  line.append(" of " as StaticString)
  line.append(count: lines, "line", "lines")
  page.append("replay", line)
  let bad = replay.problems
  if bad.total > 0 {
    var words = ByteWriter(capacity: 160)
    for problem in LineProblem.allCases where bad[problem] > 0 {
      if words.count > 0 { words.append(", " as StaticString) }
      words.append(bad[problem])
      words.append(byte: 0x20)
      words.append(problem.name)
    }
    page.append("bad", words)
  }
  if replay.missingRecords > 0 {
    var words = ByteWriter(capacity: 96)
    words.append(count: replay.missingRecords, "record", "records")
    words.append(" of the stream are in none of the inputs" as StaticString)
    page.append("note", words)
  }
}

/// "no readings of the raw clock (rawstats): clock-step, guest-pause and reference look alike"
func appendMissing(_ replay: ReplayFacts, to page: inout Page) {
  var isFirst = true
  for item in replay.missing {
    var line = ByteWriter(capacity: 160)
    line.append("no " as StaticString)
    line.append(item.what)
    if replay.formats.count > 1 {
      line.append(" (" as StaticString)
      line.append(item.format.name)
      line.append(byte: UInt8(ascii: ")"))
    }
    for (index, cause) in item.alike.enumerated() {
      line.append(index == 0 ? ": " as StaticString : index == item.alike.count - 1 ? " and " : ", ")
      line.append(cause)
    }
    if !item.alike.isEmpty { line.append(" look alike" as StaticString) }
    page.append(isFirst ? "missing" : "", line)
    isFirst = false
  }
}

extension RecordedFormat {
  /// For people.
  fileprivate var words: StaticString {
    switch self {
    case .timeprobe: "records of timeprobe"
    case .rawstats: "rawstats"
    case .chrony: "chrony's measurements"
    }
  }
}
