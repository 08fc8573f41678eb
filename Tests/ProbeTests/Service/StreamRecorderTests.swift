import Foundation
import Glibc
import Testing

@testable import Probe

/// A reader that takes all there is, up to a line "end".
private final class Drain: ThreadBody, @unchecked Sendable {
  private let reader: Int32
  private let done: Event
  private var bytes: [UInt8] = []

  init(_ reader: Int32) throws {
    self.reader = reader
    done = try Event()
    try Probe.Thread.start(self)
  }

  func run() {
    var piece = [UInt8](repeating: 0, count: 65536)
    let end = Array("\nend\n".utf8)
    while !bytes.suffix(end.count).elementsEqual(end) && !bytes.elementsEqual(end.dropFirst()) {
      let count = read(reader, &piece, piece.count)
      if count <= 0 { break }
      bytes += piece.prefix(count)
    }
    done.post()
  }

  func all() throws -> [UInt8] {
    var poller = Poller()
    _ = poller.add(done.number)
    _ = try poller.wait(.seconds(30))
    return bytes
  }
}

@Suite struct StreamRecorderTests {
  private final class NoTransport: Transport {
    func send(_ bytes: [UInt8]) throws(SystemError) -> UInt32 { 0 }
    func resynchronise() {}
    func receiveError(into bytes: inout [UInt8]) throws(SystemError) -> Received { .nothing }
    func receive(into bytes: inout [UInt8]) throws(SystemError) -> Received { .nothing }
  }

  private let pipe: PipeEnds
  private let sink: Sink
  private let recorder: StreamRecorder
  private let target: Target

  init() throws { try self.init(.jsonl) }

  private init(_ format: OutputFormat) throws {
    pipe = try PipeEnds()
    sink = Sink(pipe.file)
    recorder = StreamRecorder(format, Fixture.origin, sink, [Fixture.gps1], nil, nil)
    let start = Instant<Raw>(nanoseconds: 0)
    target = Target(
      index: 0, transport: NoTransport(), query: .scene(),
      tally: Tally(
        Limits(warning: .microseconds(500), critical: .milliseconds(1)), span: .milliseconds(8), start: start)
    )
  }

  private func sample() {
    let exchange = Fixture.exchange()
    let bound = Bound(exchange)
    recorder.sample(Finding(exchange: exchange, bound: bound, proven: ProvenOffset(bound, Band())), target)
  }

  private func loss() { recorder.loss(Fixture.loss(.timeout).loss, target) }

  /// All lines, after the recorder was told to finish while somebody reads.
  private func finish(after got: [UInt8] = []) throws -> [String] {
    let drain = try Drain(pipe.reader)
    recorder.finish(Fixture.exchange().received)
    var end = ByteWriter()
    end.append("end\n")
    while !sink.push(end) { sink.flush() }
    sink.finish()
    let bytes = got + (try drain.all())
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }.dropLast()
  }

  /// Each seq from 1 on is a record's own or inside one drop record's range, and of either once; the drops' number.
  private func account(_ lines: [String]) throws -> (records: Int, drops: Int, last: Int) {
    var seen: Set<Int> = []
    var drops = 0
    func take(_ seq: Int) { #expect(seen.insert(seq).inserted, "\(seq) twice") }
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      let record = try #require(object as? [String: Any])
      take(try #require(record["seq"] as? Int))
      guard record["kind"] as? String == "drop" else { continue }
      drops += 1
      let from = try #require(record["from_seq"] as? Int)
      let to = try #require(record["to_seq"] as? Int)
      #expect(from <= to)
      for seq in from...to { take(seq) }
    }
    let last = seen.max() ?? 0
    #expect(seen == Set(1...max(1, last)))
    return (lines.count, drops, last)
  }

  @Test func seqCountsWithoutHole() throws {
    #expect(recorder.begin(Fixture.hello).seq == 1)
    for number in 0..<100 { if number % 3 == 0 { loss() } else { sample() } }
    let account = try account(finish())
    #expect(account.records == 101 && account.drops == 0 && account.last == 101)
  }

  /// The reader comes back while the measurement still runs: one drop record for the whole gap, and on it goes.
  @Test func aGapIsToldOnce() throws {
    _ = recorder.begin(Fixture.hello)
    for _ in 0..<2000 { sample() }
    #expect(sink.count > Sink.capacity - 4096)
    var got: [UInt8] = []
    while !sink.isEmpty {
      sink.flush()
      got += pipe.read()
    }
    for _ in 0..<10 { sample() }
    let account = try account(finish(after: got))
    #expect(account.drops == 1 && account.last == 2012)
  }

  /// Nobody read to the end: the room for the drop record comes only when the rest is out.
  @Test func aGapAtTheEndIsToldToo() throws {
    _ = recorder.begin(Fixture.hello)
    for _ in 0..<2000 { sample() }
    let account = try account(finish())
    #expect(account.drops == 1 && account.last == 2002)
  }

  /// A reader of any pace: every record arrives or is inside a range that does.
  @Test(arguments: 0..<6)
  func everyRecordIsAccountedFor(_ seed: Int) throws {
    var random = SeededGenerator(seed: 11_000 + UInt64(seed))
    var got: [UInt8] = []
    _ = recorder.begin(Fixture.hello)
    for number: Int64 in 0..<3000 {
      if random.next() % 3 == 0 { loss() } else { sample() }
      let now = Instant<Raw>(nanoseconds: ms(8 * number))
      recorder.idle(now, until: now + .milliseconds(8))
      if random.next() % 8 == 0 { got += pipe.read(Int(random.next() % 4000)) }
    }
    let account = try account(finish(after: got))
    #expect(account.drops > 0 && account.last >= 3001)
  }

  /// A failed output is the report's to tell: no record of it can arrive.
  @Test func aFailedOutputIsSeen() {
    pipe.closeReader()
    _ = recorder.begin(Fixture.hello)
    #expect(!recorder.hasFailed)
    recorder.finish(Fixture.exchange().received)
    #expect(recorder.hasFailed)
    sample()
    #expect(sink.offered - sink.written == 2)
  }

  @Test(
    arguments: [(.csv, 3), (.rawstats, 2), (.text, 0), (.json, 0), (.plugin, 0)] as [(OutputFormat, Int)])
  func otherFormatsHaveSamplesOnly(_ format: OutputFormat, _ lines: Int) throws {
    let one = try Self(format)
    #expect(one.recorder.begin(Fixture.hello).seq == 1)
    one.sample()
    one.loss()
    one.sample()
    #expect(try one.finish().count == lines)
  }

  /// A short wait is the measurement's; a long one writes, when there is enough or it has waited enough.
  @Test func writesInPausesOnly() {
    func idle(_ now: Int64, _ pause: Int64) {
      recorder.idle(Instant(nanoseconds: now), until: Instant(nanoseconds: now + pause))
    }
    sample()
    idle(ms(200), us(199))
    #expect(!sink.isEmpty)
    idle(ms(200), us(200))
    #expect(sink.isEmpty)
    sample()
    idle(ms(299), ms(8))
    #expect(!sink.isEmpty)
    while sink.count < StreamRecorder.batch { sample() }
    idle(ms(299), ms(8))
    #expect(sink.isEmpty)
  }
}
