import Testing

@testable import Probe

@Suite struct EnvelopeTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  /// Against all that was added: each column holds exactly the extremes of its time.
  private func check(_ envelope: Envelope, _ added: [(Int64, Int64)]) {
    guard let start = envelope.start else { return }
    var low = [Int64: Int64]()
    var high = [Int64: Int64]()
    for (value, raw) in added {
      let column = max(0, raw - start.nanoseconds) / envelope.span.count
      low[column] = min(low[column] ?? .max, value)
      high[column] = max(high[column] ?? .min, value)
    }
    for index in 0..<Envelope.width {
      let column = envelope.columns[index]
      #expect(column.isEmpty == (low[Int64(index)] == nil))
      guard !column.isEmpty else { continue }
      #expect(column.low.count == low[Int64(index)] && column.high.count == high[Int64(index)])
    }
    #expect(envelope.used == Int((low.keys.max() ?? -1) + 1))
  }

  @Test(arguments: 0..<10)
  func everySpikeIsKept(_ seed: Int) {
    var random = SeededGenerator(seed: 9000 + UInt64(seed))
    var envelope = Envelope(span: .milliseconds(8))
    var added: [(Int64, Int64)] = []
    var raw: Int64 = ms(1000)
    for count in 0..<3000 {
      raw += Int64(random.next() % UInt64(ms(20)))
      let value = random.next() % 100 == 0 ? random.number() : Int64(random.next() % 1000) - 500
      envelope.add(Nanoseconds(value), at: at(raw))
      added.append((value, raw))
      if count % 300 == 0 { check(envelope, added) }
    }
    check(envelope, added)
    #expect(
      envelope.span.count > ms(8) && envelope.span.count / ms(8) & (envelope.span.count / ms(8) - 1) == 0)
  }

  @Test func aLongPauseDoublesAsOftenAsItTakes() {
    var envelope = Envelope(span: Nanoseconds(1))
    envelope.add(Nanoseconds(5), at: at(0))
    envelope.add(Nanoseconds(-7), at: at(127))
    #expect(envelope.span == Nanoseconds(1) && envelope.used == 128)
    envelope.add(Nanoseconds(9), at: at(128))
    #expect(envelope.span == Nanoseconds(2) && envelope.used == 65)
    envelope.add(Nanoseconds(1), at: at(.max))
    #expect(envelope.used == 64 || envelope.used == 128)
    #expect(envelope.columns[0].low == Nanoseconds(-7) && envelope.columns[0].high == Nanoseconds(9))
  }

  @Test func whatCameBeforeTheStartIsInTheFirstColumn() {
    var envelope = Envelope(span: .zero)
    #expect(envelope.span == Nanoseconds(1))
    envelope.add(Nanoseconds(1), at: at(100))
    envelope.add(Nanoseconds(-8), at: at(.min))
    #expect(envelope.used == 1 && envelope.columns[0].low == Nanoseconds(-8))
  }
}
