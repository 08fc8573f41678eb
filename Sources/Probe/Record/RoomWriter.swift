/// Writes text into room that was made for all of it at once. Each piece is held against the room's end.
/// A literal is copied in place, a few instructions long, where `ByteWriter` makes room for each.
struct RoomWriter {
  private var place: UnsafeMutablePointer<UInt8>
  private let end: UnsafeMutablePointer<UInt8>

  init(_ start: UnsafeMutablePointer<UInt8>, _ room: Int) {
    place = start
    end = start + room
  }

  /// How many bytes were written since `start`.
  @inline(__always)
  func count(from start: UnsafeMutablePointer<UInt8>) -> Int { place - start }

  @inline(__always)
  private func need(_ count: Int) { precondition(end - place >= count) }

  @inline(__always)
  mutating func put(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    need(count)
    UnsafeMutableRawPointer(place).copyMemory(from: text.utf8Start, byteCount: count)
    place += count
  }

  /// A word that is not known here; its length is not either.
  @inline(never) @_optimize(speed)
  mutating func put(word: StaticString) { put(word) }

  @inline(never) @_optimize(speed)
  mutating func put(_ number: Int64) {
    need(Digits.most + 1)
    place += Digits.write(signed: number, to: place)
  }

  @inline(__always)
  mutating func put(_ length: Nanoseconds) { put(length.count) }

  @inline(never) @_optimize(speed)
  mutating func put(_ number: UInt64) {
    let count = Digits.count(of: number)
    need(count)
    Digits.write(number, count, to: place)
    place += count
  }

  @inline(__always)
  mutating func put<Scale>(seconds instant: Instant<Scale>) { put(seconds: instant.nanoseconds) }

  @inline(never) @_optimize(speed)
  private mutating func put(seconds nanoseconds: Int64) {
    need(Digits.most + 2)
    place += Digits.write(seconds: nanoseconds, to: place)
  }

  @inline(__always)
  mutating func put(_ text: [UInt8]) {
    need(text.count)
    text.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      UnsafeMutableRawPointer(place).copyMemory(from: base, byteCount: source.count)
    }
    place += text.count
  }

  /// "2026-11-21T02:24:05.838933792Z"; `rest` is in ns.
  @inline(__always)
  mutating func put(_ civil: CivilSecond, _ rest: Int64) {
    need(CivilSecond.length + 10)
    civil.copy(to: place)
    Digits.write(UInt64(rest), 9, to: place + CivilSecond.length)
    place[CivilSecond.length + 9] = 0x5a
    place += CivilSecond.length + 10
  }
}

extension ByteWriter {
  /// - Parameter room: bytes that `write` needs at most
  @inline(__always)
  mutating func append(room: Int, _ write: (inout RoomWriter) -> Void) {
    append(atMost: room) { start in
      var writer = RoomWriter(start, room)
      write(&writer)
      return writer.count(from: start)
    }
  }
}

/// A second of UTC as RFC 3339 writes it: many records have the same.
struct CivilSecond {
  /// Since 1970.
  let second: Int64
  /// "2026-11-21T02:24:05."
  private var text = InlineArray<20, UInt8>(repeating: 0)

  static let length = 20

  init(_ instant: Instant<Realtime>, _ second: Int64) {
    self.second = second
    let civil = CivilTime(instant)
    var place = 0
    put(civil.year, 4, 0x2d, &place)
    put(civil.month, 2, 0x2d, &place)
    put(civil.day, 2, 0x54, &place)
    put(civil.hour, 2, 0x3a, &place)
    put(civil.minute, 2, 0x3a, &place)
    put(civil.second, 2, 0x2e, &place)
  }

  private mutating func put(_ number: Int64, _ digits: Int, _ after: UInt8, _ place: inout Int) {
    var rest = UInt64(clamping: number)
    for index in stride(from: place + digits - 1, through: place, by: -1) {
      text[index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    text[place + digits] = after
    place += digits + 1
  }

  @inline(__always)
  func copy(to place: UnsafeMutablePointer<UInt8>) {
    for index in 0..<Self.length { place[index] = text[index] }
  }
}
