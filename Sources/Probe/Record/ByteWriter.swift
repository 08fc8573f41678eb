/// Text under construction, in bytes. Keeps its capacity, so that writing records allocates nothing once
/// it has held the longest.
public struct ByteWriter: Sendable {
  public private(set) var bytes: [UInt8]
  /// Holds a text that has to be written again with escapes; here so that it keeps its capacity too.
  var scratch: [UInt8] = []

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

  public mutating func append(byte: UInt8) { bytes.append(byte) }

  public mutating func append(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  public mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  public mutating func append(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  /// "GPS", "10.0.0.1"; see `ReferenceID`.
  public mutating func append(_ id: ReferenceID, stratum: UInt8) { id.append(to: &bytes, stratum: stratum) }

  public mutating func pad(_ byte: UInt8 = 0x20, times: Int) {
    for _ in 0..<Swift.max(0, times) { bytes.append(byte) }
  }

  public mutating func append(_ number: Int64) {
    if number < 0 { bytes.append(0x2d) }
    append(number.magnitude)
  }

  /// Decimal, with leading zeros to at least `digits`.
  public mutating func append(_ number: UInt64, digits: Int = 1) {
    var rest = number
    let start = bytes.count
    repeat {
      bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0 || bytes.count - start < digits
    var (i, j) = (start, bytes.count - 1)
    while i < j {
      bytes.swapAt(i, j)
      i += 1
      j -= 1
    }
  }

  public mutating func append(hex number: UInt64, digits: Int) {
    for place in stride(from: digits - 1, through: 0, by: -1) {
      let nibble = UInt8(truncatingIfNeeded: number >> UInt64(4 * place)) & 15
      bytes.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
    }
  }

  /// Seconds with nine decimals: "1795223845.838933792", "-0.000000001".
  public mutating func append(seconds nanoseconds: Int64) {
    if nanoseconds < 0 { bytes.append(0x2d) }
    append(nanoseconds.magnitude / 1_000_000_000)
    bytes.append(0x2e)
    append(nanoseconds.magnitude % 1_000_000_000, digits: 9)
  }

  /// RFC 3339, UTC, nine decimals: "2026-11-21T02:24:05.838933792Z".
  public mutating func append(rfc3339 instant: Instant<Realtime>) {
    let civil = CivilTime(instant)
    append(UInt64(Swift.max(0, civil.year)), digits: 4)
    append(byte: 0x2d)
    append(UInt64(civil.month), digits: 2)
    append(byte: 0x2d)
    append(UInt64(civil.day), digits: 2)
    append(byte: 0x54)
    append(UInt64(civil.hour), digits: 2)
    append(byte: 0x3a)
    append(UInt64(civil.minute), digits: 2)
    append(byte: 0x3a)
    append(UInt64(civil.second), digits: 2)
    append(byte: 0x2e)
    append(UInt64(civil.nanosecond), digits: 9)
    append(byte: 0x5a)
  }
}
