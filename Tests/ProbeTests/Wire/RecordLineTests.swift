import Testing

@testable import Probe

@Suite struct RecordLineTests {
  private func problem(_ text: String) -> LineProblem? {
    let bytes = Array(text.utf8)
    var line = RecordLine()
    return line.read(bytes.span)
  }

  @Test(arguments: [
    "{}", " { } ", "{\"seq\":1}", "{ \"seq\" : 1 , \"kind\" : \"x\" }",
    "{\"other\":[1,{\"a\":[]},null,true,-1.5e3],\"seq\":2}",
    "{\"a\\\"b\":\"\\\\\",\"torn\":true}", "{\"stages_ns\":{},\"eps_ns\":{\"stamps\":2,\"x\":{}}}",
    "{\"t1\":\"-1.000000001\",\"raw\":\"5.5\"}",
  ])
  func isRead(text: String) { #expect(problem(text) == nil) }

  @Test(
    arguments: [
      ("", .malformed), ("[]", .malformed), ("{", .truncated), ("{\"seq\"", .truncated),
      ("{\"seq\":", .truncated),
      ("{\"seq\":1", .truncated), ("{\"seq\":1,", .truncated), ("{\"kind\":\"sam", .truncated),
      ("{\"a\":{\"b\":1}", .truncated),
      ("{\"a\":\"\\", .truncated), ("{\"t1\":\"179", .truncated), ("{\"torn\":tr", .truncated),
      ("{\"seq\":1.5}", .malformed), ("{\"seq\":\"1\"}", .malformed),
      ("{\"seq\":99999999999999999999}", .malformed),
      ("{\"t1\":1}", .malformed), ("{\"t1\":\"1.\"}", .malformed), ("{\"kind\":1}", .malformed),
      ("{\"torn\":1}", .malformed),
      ("{\"seq\" 1}", .malformed), ("{\"seq\":1 \"raw\":\"1\"}", .malformed), ("{,}", .malformed),
      ("{\"seq\":1}}", .malformed),
      ("{\"seq\":1}{\"seq\":2}", .malformed), ("{\"a\":}", .malformed), ("{\"a\":[}", .truncated),
      ("{\"stages_ns\":1}", .malformed),
    ] as [(String, LineProblem)])
  func isNotRead(text: String, problem: LineProblem) { #expect(self.problem(text) == problem) }

  @Test func depthIsBounded() {
    #expect(
      problem("{\"a\":" + String(repeating: "[", count: 30) + String(repeating: "]", count: 30) + "}") == nil)
    #expect(problem("{\"a\":" + String(repeating: "[", count: 10_000)) == .malformed)
  }

  @Test func valuesWhereTheyBelong() throws {
    let bytes = Array(
      "{\"precision\":-25,\"eps_ns\":{\"precision\":30,\"map_tx\":555},\"reference\":\"g\\u0041\\n\",\"raw\":\"81273.450012345\",\"seq\":17}"
        .utf8)
    var line = RecordLine()
    #expect(line.read(bytes.span) == nil)
    #expect(line[.precision] == -25 && line[.mapTransmit] == 555 && line[.seq] == 17)
    #expect(line[.raw] == 81_273_450_012_345 && line[.mapReceive] == nil && !line.has(.kind))
    #expect(JSONScanner.text(try #require(line.text(.reference)), of: bytes.span) == Array("gA\n".utf8))
    // The next line has nothing of this one.
    let next = Array("{}".utf8)
    #expect(line.read(next.span) == nil && !line.has(.seq))
  }

  /// Names survive their way into a record and back.
  @Test func textsAreWhatTheyWere() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      let name = String(decoding: random.bytes(Int(random.next() % 12)), as: UTF8.self)
      var writer = ByteWriter()
      writer.append("{" as StaticString)
      writer.member("reference", text: name)
      writer.append("}" as StaticString)
      var line = RecordLine()
      #expect(line.read(writer.bytes.span) == nil)
      #expect(
        JSONScanner.text(try #require(line.text(.reference)), of: writer.bytes.span) == Array(name.utf8))
    }
  }

  /// All records that are written are read, and cut anywhere they are not.
  @Test func everyRecordOfOurs() {
    var any = AnyRecord(seed: 8)
    for _ in 0..<20 {
      var writer = ByteWriter()
      any.write(to: &writer)
      for bytes in writer.bytes.split(separator: 10) {
        var line = RecordLine()
        let whole = Array(bytes)
        #expect(line.read(whole.span) == nil)
        for _ in 0..<20 {
          let cut = Array(bytes.prefix(Int(any.random.next() % UInt64(bytes.count))))
          #expect(line.read(cut.span) != nil)
        }
      }
    }
  }
}
