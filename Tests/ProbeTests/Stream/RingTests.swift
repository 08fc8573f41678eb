import Foundation
import Testing

@testable import Probe

@Suite("Ring")
struct RingTests {
  private func bytes(_ number: UInt64, _ length: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: number &+ UInt64($0)) }
  }

  /// Lines of any length come out as they went in, whatever lies around the end of the memory.
  @Test func inOrderAndWhole() {
    var random = SplitMix(seed: 5)
    let ring = Ring(capacity: 4096)
    var waiting: [(UInt64, Int)] = []
    var next: UInt64 = 0
    for _ in 0..<20_000 {
      if Bool.random(using: &random) {
        let length = Int.random(in: 0...700, using: &random)
        if ring.take(bytes(next, length), -Int64(next), next) { waiting.append((next, length)) }
        next += 1
      } else {
        let found = ring.pop { line, first, second in (line.array, first, second) }
        #expect((found == nil) == waiting.isEmpty)
        guard let found else { continue }
        let (number, length) = waiting.removeFirst()
        #expect(found.0 == bytes(number, length) && found.1 == -Int64(number) && found.2 == number)
      }
      #expect(ring.used <= ring.capacity && ring.isEmpty == waiting.isEmpty)
    }
  }

  @Test func aLineLongerThanTheRingIsRefused() {
    let ring = Ring(capacity: 1)
    #expect(ring.capacity == 4096)
    #expect(!ring.take(bytes(1, 4096)))
    #expect(ring.take(bytes(1, 4072)))
    #expect(!ring.take([UInt8]()))
    #expect(ring.pop { line, _, _ in line.count } == 4072)
    #expect(ring.take([UInt8]()))
  }

  /// Two threads for as long as it takes to pass many times round: nothing lost, torn, or out of order.
  @Test func acrossTwoThreads() {
    let ring = Ring(capacity: 8192)
    let count: UInt64 = 200_000
    let writer = Foundation.Thread {
      var random = SplitMix(seed: 9)
      var number: UInt64 = 0
      while number < count {
        let line = [UInt8](
          repeating: UInt8(truncatingIfNeeded: number), count: Int.random(in: 0...300, using: &random))
        if ring.take(line, Int64(number), ~number) { number += 1 } else { sched_yield() }
      }
    }
    writer.start()
    var (expected, wrong): (UInt64, Int) = (0, 0)
    while expected < count {
      let isRight = ring.pop { line, first, second in
        for place in 0..<line.count where line[place] != UInt8(truncatingIfNeeded: expected) { return false }
        return first == Int64(expected) && second == ~expected
      }
      guard let isRight else {
        sched_yield()
        continue
      }
      if !isRight { wrong += 1 }
      expected += 1
    }
    #expect(wrong == 0 && ring.isEmpty)
  }

  /// An empty ring begins anew at its memory's start: nothing comes twice, and nothing is left out.
  @Test func whatIsTakenAtOnceStaysInOrder() {
    let ring = Ring(capacity: 65536)
    var random = SplitMix(seed: 11)
    var (pushed, popped): (Int64, Int64) = (0, 0)
    for _ in 0..<20_000 {
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let line = [UInt8](
          repeating: UInt8(truncatingIfNeeded: pushed), count: Int.random(in: 0...9000, using: &random))
        if ring.take(line, pushed, 0) { pushed += 1 }
      }
      let isAll = Bool.random(using: &random)
      for _ in 0..<(isAll ? Int.max : Int.random(in: 0...3, using: &random)) {
        let number: Int64? = ring.pop { line, number, _ in
          for place in 0..<line.count where line[place] != UInt8(truncatingIfNeeded: number) { return -1 }
          return number
        }
        guard let number else { break }
        #expect(number == popped)
        popped += 1
      }
      if isAll { #expect(ring.isEmpty && popped == pushed) }
    }
    #expect(pushed > 20_000)
  }

  @Test func noticesComeInOrder() {
    let notices = DropNotices()
    #expect(notices.pop() == nil)
    for round in 0..<3 {
      for number in 0..<64 {
        #expect(
          notices.push(StreamDrop(.spool, stream: round, from: UInt64(number), to: UInt64(number), count: 1)))
      }
      #expect(!notices.push(StreamDrop(.spool, stream: 9, from: 0, to: 0, count: 1)))
      for number in 0..<64 { #expect(notices.pop()?.from == UInt64(number)) }
      #expect(notices.pop() == nil)
    }
  }
}

@Suite("The measuring thread's side of the streams")
struct RecordEntranceTests {
  private let time = Instant<Realtime>(nanoseconds: 1_795_227_845_838_945_372)
  private let raw = Instant<Raw>(nanoseconds: 81273_450_012_345)

  private func objects(_ ring: Ring) -> [[String: Any]] {
    var objects: [[String: Any]] = []
    while let line = ring.pop({ line, _, _ in line.array }) {
      objects.append((try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any] ?? [:])
    }
    return objects
  }

  private func number(_ object: [String: Any], _ key: String) -> Int? { (object[key] as? NSNumber)?.intValue }

  /// Each number is either that of a record that went through, or in the range of a drop, and never both.
  @Test func whatIsRefusedIsNamed() {
    let (ring, notices) = (Ring(capacity: 16384), DropNotices())
    var entrance = RecordEntrance(Fixture.origin, ring, notices, streams: [])
    var random = SplitMix(seed: 3)
    var seen: [Int] = []
    var ranges: [ClosedRange<Int>] = []
    func drain() {
      for object in objects(ring) {
        guard let seq = number(object, "seq") else { continue }
        #expect(seq > seen.last ?? 0)
        seen.append(seq)
        guard object["kind"] as? String == "drop" else { continue }
        #expect(object["reason"] as? String == "ring" && object["stream"] == nil)
        let range = (number(object, "from_seq") ?? 0)...(number(object, "to_seq") ?? 0)
        #expect(number(object, "count") == range.count)
        ranges.append(range)
      }
    }
    for _ in 0..<3000 {
      entrance.write(time, raw) { header, origin, line in
        var hello = Fixture.hello
        hello.header = header
        line.json(hello, origin)
      }
      // A reader that comes seldom.
      if Int.random(in: 0..<60, using: &random) == 0 { drain() }
    }
    drain()
    entrance.turn(time, raw)
    drain()
    entrance.write(time, raw) { header, origin, line in line.json(mark: [], header, origin) }
    drain()
    #expect(entrance.refused > 100 && ranges.count > 10)
    let refused = ranges.flatMap { Array($0) }
    #expect(Set(refused).isDisjoint(with: seen) && (seen + refused).sorted() == Array(1...(seen.last ?? 0)))
    #expect(ranges.map(\.count).reduce(0, +) == Int(entrance.refused))
    for (one, other) in zip(ranges, ranges.dropFirst()) { #expect(one.upperBound < other.lowerBound) }
  }

  @Test func noticesBecomeRecords() {
    let (ring, notices) = (Ring(capacity: 65536), DropNotices())
    var entrance = RecordEntrance(Fixture.origin, ring, notices, streams: [Array("a".utf8), Array("b".utf8)])
    _ = notices.push(StreamDrop(.spool, stream: 1, run: RunName(high: 1, low: 2), from: 5, to: 9, count: 3))
    _ = notices.push(StreamDrop(.memory, stream: nil, from: 1, to: 2, count: 2))
    entrance.turn(time, raw)
    let found = objects(ring)
    #expect(found.map { $0["stream"] as? String } == ["b", "spool"])
    #expect(found.map { $0["reason"] as? String } == ["spool", "memory"])
    #expect(found[0]["of_run"] as? String == "00000000000000010000000000000002" && found[1]["of_run"] == nil)
    #expect(found.map { number($0, "seq") } == [1, 2] && found.map { number($0, "count") } == [3, 2])
  }
}

@Suite("Held samples")
struct LineHistoryTests {
  private func raw(_ number: Int) -> Instant<Raw> { Instant(nanoseconds: Int64(number) * 1000) }

  @Test func thoseSinceAMoment() {
    let history = LineHistory(capacity: 65536, length: .microseconds(500))
    for number in 0..<100 { history.push([UInt8(number)].span, raw(number), UInt64(number)) }
    var found: [UInt8] = []
    #expect(history.drain(since: raw(90)) { found += $0.array } == nil)
    #expect(found == Array(90..<100) && history.lines == 0)
  }

  /// What had to make room and was wanted is named, at most a few numbers too many, never too few.
  @Test func whatHadToMakeRoomIsNamed() throws {
    for since in stride(from: 0, to: 2000, by: 37) {
      let history = LineHistory(capacity: 4096, length: .microseconds(500))
      for number in 0..<2000 {
        history.push([UInt8](repeating: 1, count: 100).span, raw(number), UInt64(number))
      }
      let kept = history.lines
      var count = 0
      let missing = history.drain(since: raw(since)) { _ in count += 1 }
      #expect(count == min(kept, 2000 - since))
      guard since < 2000 - kept else {
        #expect(missing == nil)
        continue
      }
      let (from, to) = try #require(missing)
      #expect(to == UInt64(2000 - kept - 1) && from <= UInt64(since) && from + 63 >= UInt64(since))
    }
  }
}
