import Foundation
import Testing

@testable import Probe

@Suite("Spool")
struct SpoolTests {
  private let civil = Instant<Realtime>(nanoseconds: 1_795_227_845_000_000_000)
  private func at(_ seconds: Int64) -> Instant<Boottime> { Instant(nanoseconds: seconds * 1_000_000_000) }

  private func spool(_ store: MemoryStore?, _ limits: SpoolLimits = SpoolLimits(), _ now: Int64 = 0) -> Spool
  {
    Spool(store, limits, realtime: civil + .seconds(now), boottime: at(now))
  }

  private func all(_ spool: Spool, from start: UInt64) -> [UInt8] {
    var (place, found): (UInt64, [UInt8]) = (start, [])
    for _ in 0..<100_000 {
      switch spool.read(
        at: place,
        { lines in
          found += lines.array
          return lines.count
        })
      {
      case .used(let count): place += UInt64(count)
      case .moved(let next): place = next
      case .atEnd: return found
      }
    }
    return found
  }

  @Test func linesComeBackFromMemoryAndFromDisk() {
    let store = MemoryStore()
    let spool = spool(store, SpoolLimits(size: 10_000_000))
    var (source, expected) = (RecordSource(), [UInt8]())
    for second in 0..<20 {
      for _ in 0..<100 {
        let line = source.sample(padding: 300)
        #expect(spool.take(line))
        expected += line
      }
      #expect(all(spool, from: 0) == expected)
      spool.flush(at(Int64(second)), civil)
      #expect(spool.written == spool.end)
      #expect(all(spool, from: 0) == expected)
    }
    #expect(store.segments == expected && store.files.count == 2)
    #expect(all(spool, from: spool.end - 40).count == 40)
  }

  @Test func whatIsNoLineIsRefused() {
    let spool = spool(nil)
    #expect(!spool.take([UInt8]()))
    #expect(!spool.take(Array("abc".utf8)))
    #expect(!spool.take([UInt8](repeating: 10, count: SpoolLimits.longestLine + 1)))
    #expect(spool.take([UInt8](repeating: 10, count: SpoolLimits.longestLine)))
  }

  /// Once a second, or 64 KiB.
  @Test func writesSeldom() {
    let store = MemoryStore()
    let spool = spool(store)
    var source = RecordSource()
    _ = spool.take(source.sample())
    spool.flush(at(1), civil)
    #expect(spool.written == spool.end && spool.due == nil)
    _ = spool.take(source.sample())
    spool.flush(at(1) + .milliseconds(999), civil)
    #expect(spool.written < spool.end && spool.due == at(2))
    while spool.end - spool.written < UInt64(SpoolLimits.batch) { _ = spool.take(source.sample()) }
    spool.flush(at(1) + .milliseconds(999), civil)
    #expect(spool.written == spool.end)
    _ = spool.take(source.sample())
    spool.flush(at(2), civil, isLast: true)
    #expect(spool.written == spool.end)
  }

  /// Killed at any byte: the lines before are all there, the torn one is counted, and the next run goes on behind it.
  @Test func killedAtEveryByte() throws {
    let (before, store) = (MemoryStore(), MemoryStore())
    let first = spool(before)
    var source = RecordSource()
    var ends: [Int] = [0]
    for _ in 0..<12 {
      let line = source.window()
      _ = first.take(line)
      ends.append(ends[ends.count - 1] + line.count)
    }
    first.flush(at(0), civil)
    let name = try #require(before.files.keys.first)
    let whole = try #require(before.files[name])
    for cut in 0...whole.count {
      store.files = [name: Array(whole.prefix(cut))]
      let next = spool(store, SpoolLimits(), 5)
      let lines = ends.lastIndex { $0 <= cut } ?? 0
      #expect(next.found.torn == UInt64(cut - ends[lines]))
      #expect(next.found.seq == UInt64(lines) && (next.found.run == nil) == (lines == 0))
      #expect(next.found.end == UInt64(cut) && next.end == UInt64(cut))
      var again = RecordSource(run: RunName(high: 1, low: 1))
      let hello = again.line("hello")
      _ = next.take(hello)
      #expect(sequence(all(next, from: 0)) == (0..<lines).map { UInt64($0 + 1) } + [1])
      next.flush(at(6), civil)
      #expect(sequence(all(next, from: 0)) == (0..<lines).map { UInt64($0 + 1) } + [1])
      if cut > 0 { #expect(next.beginning(ofRunAt: next.end) == UInt64(cut)) }
    }
  }

  @Test func theOldestGoesFirst() {
    let store = MemoryStore()
    let limits = SpoolLimits(size: 300_000)
    let spool = spool(store, limits)
    var source = RecordSource()
    var gone = 0
    for second in 0..<400 {
      for _ in 0..<10 { _ = spool.take(source.sample(padding: 200)) }
      spool.flush(at(Int64(second)), civil + .seconds(Int64(second)))
      while let segment = spool.overdue(at(Int64(second))) {
        #expect(segment.base == spool.start)
        spool.removeFirst()
        gone += 1
      }
      #expect(spool.bytesOnDisk <= limits.size + 10_000)
      #expect(store.segments.count == Int(spool.bytesOnDisk))
    }
    #expect(gone > 10)
    let numbers = sequence(all(spool, from: 0)).compactMap { $0 }
    #expect(numbers.last == 4000 && numbers == Array(numbers[0]...4000))
    #expect(spool.read(at: 0) { _ in 0 } == .moved(spool.start))
  }

  @Test func theOldGoesByAge() {
    let store = MemoryStore()
    var source = RecordSource()
    let first = spool(store, SpoolLimits(age: .seconds(100)), 0)
    _ = first.take(source.sample())
    first.flush(at(0), civil)
    #expect(first.overdue(at(1000)) == nil)
    // BOOTTIME begins anew with the guest: the name tells how old a segment is.
    for (later, isOverdue) in [(50, false), (101, true), (-500, false)] as [(Int64, Bool)] {
      let next = Spool(
        store, SpoolLimits(age: .seconds(100)), realtime: civil + .seconds(later), boottime: at(1))
      _ = next.take(source.sample())
      #expect((next.overdue(at(1)) != nil) == isOverdue)
    }
  }

  /// The disk fills up in the middle of a line, for long; nothing waits, and what memory holds is written afterwards.
  @Test func fullDisk() {
    for room in [0, 1, 500, 1234] {
      let store = MemoryStore()
      var limits = SpoolLimits(size: 10_000_000)
      limits.memory = 20_000
      let spool = spool(store, limits)
      var source = RecordSource()
      store.room = room
      var lost: [UInt64?] = []
      for second in 0..<50 {
        for _ in 0..<10 { _ = spool.take(source.sample(padding: 100)) }
        spool.flush(at(Int64(second)), civil + .seconds(Int64(second)))
        spool.trimMemory { line, _ in lost += sequence(line.array) }
        #expect(spool.failure?.code == SystemError.noSpace)
      }
      store.room = .max
      spool.flush(at(100), civil + .seconds(100))
      #expect(spool.failure == nil && spool.written == spool.end)
      let kept = sequence(all(spool, from: 0)).compactMap { $0 }
      #expect(kept.last == 500 && Set(kept).count == kept.count)
      // One that was torn on disk is in neither.
      let missing = Set(UInt64(1)...500).subtracting(kept)
      #expect(missing.isSubset(of: Set(lost.compactMap { $0 })))
      #expect(Set(lost.compactMap { $0 }).count > 300)
    }
  }

  @Test func withoutAFolderMemoryHoldsTheLast() {
    var limits = SpoolLimits()
    limits.memory = 10_000
    let spool = spool(nil, limits)
    var source = RecordSource()
    var lost = 0
    for _ in 0..<1000 {
      _ = spool.take(source.sample())
      spool.flush(at(0), civil)
      spool.trimMemory { _, _ in lost += 1 }
    }
    let numbers = sequence(all(spool, from: 0)).compactMap { $0 }
    #expect(numbers == Array(UInt64(lost + 1)...1000))
    #expect(spool.end - spool.start <= 10_000 && spool.due == nil)
  }

  @Test func realFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = Array(folder.path.utf8)
    var (source, expected) = (RecordSource(), [UInt8]())
    for round in 0..<3 {
      let spool = Spool(
        SpoolFolder(path), SpoolLimits(), realtime: civil + .seconds(Int64(round)), boottime: at(Int64(round))
      )
      #expect(spool.found.end == UInt64(expected.count) && spool.found.seq == source.seq)
      for _ in 0..<50 {
        let line = source.window()
        _ = spool.take(line)
        expected += line
      }
      spool.flush(at(10), civil)
      #expect(spool.failure == nil && all(spool, from: 0) == expected)
      #expect(spool.replace(SpoolCursor.file(Array("a b".utf8)), with: Array("x".utf8)))
      #expect(spool.load(SpoolCursor.file(Array("a b".utf8))) == Array("x".utf8))
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names.count == 4 && names.contains("cursor-a_20b"))
  }

  // MARK: Cursors

  @Test func cursorsReadBack() {
    let cursor = SpoolCursor(place: 1 << 40, run: RunName(high: 0x9c1f, low: .max), seq: 18)
    #expect(SpoolCursor(cursor.bytes) == cursor)
    for cut in 0..<cursor.bytes.count { #expect(SpoolCursor(Array(cursor.bytes.prefix(cut))) == nil) }
    for text in [
      "", "\n", "timeprobe-cursor 2 1 00000000000000000000000000000001 1\n",
      "timeprobe-cursor 1 -1 00000000000000000000000000000001 1\n",
      "timeprobe-cursor 1 1 0000000000000000000000000000000g 1\n",
    ] { #expect(SpoolCursor(Array(text.utf8)) == nil) }
  }

  @Test func cursorNamesAreFileNamesAndDiffer() {
    func name(_ text: String) -> String {
      String(decoding: SpoolCursor.file(Array(text.utf8)), as: UTF8.self)
    }
    #expect(name("jsonl tcp://vector:9000") == "cursor-jsonl_20tcp_3a_2f_2fvector_3a9000")
    #expect(name("a_b") != name("a b"))
    let long = String(repeating: "/x", count: 300)
    #expect(name(long).utf8.count < 256 && name(long) != name(long + "y"))
  }

  @Test func segmentNames() {
    #expect(
      String(decoding: SpoolSegment.name(4_194_304, civil), as: UTF8.self)
        == "00000000000004194304-20261121T022405Z.jsonl")
    let parsed = SpoolSegment.parse(SpoolSegment.name(.max, civil))
    #expect(parsed?.base == .max && parsed?.second == 1_795_227_845)
    for text in ["cursor-a", "x", "99999999999999999999-20261121T022405Z.jsonl", "0-20261121T022405Z.jsonl"] {
      #expect(SpoolSegment.parse(Array(text.utf8)) == nil)
    }
  }
}
