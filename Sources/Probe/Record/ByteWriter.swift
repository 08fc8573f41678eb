/// Text under construction, in bytes. Keeps its capacity, so that writing records allocates nothing once
/// it has held the longest.
public struct ByteWriter: Sendable {
  public private(set) var bytes: [UInt8]
  /// Holds a text that has to be written again with escapes; here so that it keeps its capacity too.
  var scratch: [UInt8] = []
  /// The last that was written.
  private var civil = CivilSecond(Instant(nanoseconds: 0), 0)

  public init(capacity: Int = 1024) {
    bytes = []
    bytes.reserveCapacity(capacity)
    scratch.reserveCapacity(256)
  }

  public var count: Int { bytes.count }

  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Drops what was written after the first `count` bytes.
  public mutating func truncate(to count: Int) {
    bytes.removeLast(Swift.max(0, bytes.count - Swift.max(0, count)))
  }

  /// Drops the first `count` bytes, or all there are.
  public mutating func removeFirst(_ count: Int) {
    bytes.removeFirst(Swift.min(Swift.max(0, count), bytes.count))
  }

  @inline(never)
  public mutating func append(byte: UInt8) { bytes.append(byte) }

  @inline(never)
  public mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    append(atMost: length) {
      UnsafeMutableRawPointer($0).copyMemory(from: text.utf8Start, byteCount: length)
      return length
    }
  }

  @inline(never)
  public mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  @inline(never)
  public mutating func append(_ text: [UInt8]) { bytes.append(copying: text) }

  /// "GPS", "10.0.0.1"; see `ReferenceID`.
  public mutating func append(_ id: ReferenceID, stratum: UInt8) { id.append(to: &bytes, stratum: stratum) }

  @inline(never)
  public mutating func pad(_ byte: UInt8 = 0x20, times: Int) {
    for _ in 0..<Swift.max(0, times) { bytes.append(byte) }
  }

  @inline(never)
  public mutating func append(_ number: Int64) {
    append(atMost: Digits.most + 1) { Digits.write(signed: number, to: $0) }
  }

  /// Decimal, with leading zeros to at least `digits`.
  @inline(never)
  public mutating func append(_ number: UInt64, digits: Int = 1) {
    let count = Swift.max(digits, Digits.count(of: number))
    append(atMost: count) {
      Digits.write(number, count, to: $0)
      return count
    }
  }

  @inline(never)
  public mutating func append(hex number: UInt64, digits: Int) {
    for place in stride(from: digits - 1, through: 0, by: -1) {
      let nibble = UInt8(truncatingIfNeeded: number >> UInt64(4 * place)) & 15
      bytes.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
    }
  }

  /// Seconds with nine decimals: "1795223845.838933792", "-0.000000001".
  @inline(never)
  public mutating func append(seconds nanoseconds: Int64) {
    append(atMost: Digits.most + 2) { Digits.write(seconds: nanoseconds, to: $0) }
  }

  /// RFC 3339, UTC, nine decimals: "2026-11-21T02:24:05.838933792Z".
  @inline(never)
  public mutating func append(rfc3339 instant: Instant<Realtime>) {
    let (civil, rest) = split(instant)
    append(room: CivilSecond.length + 10) { $0.put(civil, rest) }
  }

  /// The second, which is kept for the next, and the nanoseconds in it.
  @inline(__always)
  mutating func split(_ instant: Instant<Realtime>) -> (CivilSecond, Int64) {
    let (second, rest) = instant.nanoseconds.flooredQuotientAndRemainder(1_000_000_000)
    if civil.second != second { civil = CivilSecond(instant, second) }
    return (civil, rest)
  }

  /// Room for `most` bytes more; `write` returns how many of them it filled.
  @inline(__always)
  mutating func append(atMost most: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    bytes.append(atMost: most, write)
  }
}
