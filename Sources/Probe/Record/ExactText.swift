/// Quantities as they are typed, exactly: what parses reads these back.
extension ByteWriter {
  /// In the largest of `units` that gives a whole number.
  mutating func append(exact count: Int64, _ units: [QuantityUnit], zero: StaticString) {
    guard count != 0 else { return append(zero) }
    var best = units[0]
    for unit in units where count.magnitude % unit.size == 0 { best = unit }
    if count < 0 { append(byte: UInt8(ascii: "-")) }
    append(count.magnitude / best.size)
    append(best.name)
  }
}

extension Nanoseconds {
  /// In the largest unit up to an hour that gives a whole number: "8ms", "7812500ns", "24h".
  var exactText: String {
    var text = ByteWriter(capacity: 24)
    text.append(exact: count, QuantityUnit.upToHours, zero: "0s")
    return String(decoding: text.bytes, as: UTF8.self)
  }
}
