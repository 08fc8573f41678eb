/// What `--replay --format json` has beyond a burst.
extension ByteWriter {
  mutating func members(of replay: ReplayFacts) {
    openArray("inputs")
    for input in replay.inputs {
      openObject()
      member("name", text: input.name)
      member("lines", input.lines)
      member("used", input.used)
      closeObject()
    }
    closeArray()
    if replay.problems.total > 0 {
      openObject("bad_input")
      for problem in LineProblem.allCases where replay.problems[problem] > 0 {
        member(problem.name, replay.problems[problem])
      }
      closeObject()
    }
    if replay.missingRecords > 0 { member("missing_records", replay.missingRecords) }
    let missing = replay.missing
    guard !missing.isEmpty else { return }
    openArray("missing_evidence")
    for item in missing {
      openObject()
      member("recorded", word: item.format.name)
      member("what", word: item.what)
      member("why", word: item.why)
      if !item.alike.isEmpty {
        openArray("alike")
        for cause in item.alike {
          separate()
          append(byte: UInt8(ascii: "\""))
          append(cause)
          append(byte: UInt8(ascii: "\""))
        }
        closeArray()
      }
      closeObject()
    }
    closeArray()
  }
}
