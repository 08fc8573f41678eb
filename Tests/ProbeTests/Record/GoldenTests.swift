import Foundation
import Testing

@testable import Probe

/// A stream as it was on the day it was last changed by intent: a difference is a change of the schema.
enum Golden {
  static let file = Validator.folder.appendingPathComponent("records.golden.jsonl")

  static var lines: [UInt8] {
    var writer = ByteWriter()
    let origin = Fixture.origin
    writer.json(Fixture.hello, origin)
    writer.json(Fixture.sample(), origin, Fixture.gps1)
    writer.json(
      Fixture.sample(Fixture.exchange(tx: .user, rx: .user), bound: .band, legs: false, reset: .bend), origin,
      Fixture.gps1)
    writer.json(Fixture.sample(Fixture.exchange(step: 20000)), origin, Fixture.gps1)
    writer.json(Fixture.loss(.rejected, rejected: Fixture.twoChecks), origin, Fixture.gps1)
    writer.json(Fixture.loss(.icmp("port-unreachable")), origin, Fixture.gps1)
    writer.json(Fixture.loss(.sendFailed(101)), origin, Fixture.gps1)
    writer.json(EventRecord(header: Fixture.header(18), event: Fixture.event), origin)
    for event in [Fixture.slowBack, Fixture.jump, Fixture.changedServer, Fixture.refused] {
      writer.json(EventRecord(header: Fixture.header(18), event: event, reference: "gps1"), origin)
    }
    for window in [Fixture.window, Fixture.emptyWindow] {
      writer.json(WindowRecord(header: Fixture.header(19), window: window), origin, Fixture.gps1)
    }
    writer.json(Drop(header: Fixture.header(19), from: 20, to: 31), origin)
    writer.json(
      mark: Array("disk load starts".utf8), Fixture.header(20), StreamLines.origin)
    writer.json(
      StreamDrop(.spool, stream: 0, run: RunName(high: 1, low: 2), from: 20, to: 31, count: 4),
      stream: Array("jsonl tcp://vector:9000".utf8), Fixture.header(21), origin)
    writer.json(Fixture.report)
    writer.jsonLines(Fixture.clocks)
    writer.json(Fixture.clocks)
    return writer.bytes
  }
}

@Suite("Golden file")
struct GoldenTests {
  /// `TIMEPROBE_GOLDEN=write swift test` writes it anew.
  @Test func theStreamIsWhatItWas() throws {
    if ProcessInfo.processInfo.environment["TIMEPROBE_GOLDEN"] == "write" {
      try Data(Golden.lines).write(to: Golden.file)
    }
    let golden = String(decoding: try Data(contentsOf: Golden.file), as: UTF8.self)
    let now = String(decoding: Golden.lines, as: UTF8.self)
    let pairs = zip(golden.split(separator: "\n"), now.split(separator: "\n"))
    if let (before, after) = pairs.first(where: { $0 != $1 }) { #expect(before == after) }
    #expect(golden == now)
  }
}
