/// This guest's share of load, in comments.
func appendLoad(_ settings: ServiceSettings, to text: inout ByteWriter) {
  let load = LoadShare(settings)
  text.append(
    "\n# Queries a second to each reference, 76 bytes with IPv4, and as many replies\n" as StaticString)
  for (index, reference) in settings.references.enumerated() {
    let share = load.references[index]
    text.append(loadLine: Array(reference.value.target.name.utf8)) { line in
      line.append(rate: share.queries)
      if share.isSlowed {
        line.append(", not " as StaticString)
        line.append(rate: 1_000_000_000_000 / reference.value.interval.count)
        line.append(": public, no rate-agreed" as StaticString)
      }
    }
  }
  if settings.references.count != 1 {
    text.append(loadLine: Array("all".utf8)) { $0.append(rate: load.queries) }
  }
  if !settings.streams.isEmpty { text.append("# Bytes a day to each stream\n" as StaticString) }
  for (index, stream) in settings.streams.enumerated() {
    let share = load.streams[index]
    text.append(loadLine: stream.value.name) { line in
      line.append(bytes: share.bytesPerDay)
      if stream.value.format == .prometheus { line.append(", written in place" as StaticString) }
      guard share.bytesPerEvent > 0 else { return }
      line.append(share.bytesPerDay > 0 ? ", and " as StaticString : "; ")
      line.append(bytes: share.bytesPerEvent)
      line.append(" an event" as StaticString)
    }
  }
  text.append("# Wake-ups a second, at most\n" as StaticString)
  text.append(loadLine: Array("this guest".utf8)) { $0.append(rate: load.wakeups) }
}

extension ByteWriter {
  /// "#   gps1                                4"
  fileprivate mutating func append(loadLine name: [UInt8], _ figure: (inout ByteWriter) -> Void) {
    let start = count
    append("#   " as StaticString)
    append(printable: String(decoding: name.prefix(74), as: UTF8.self))
    if count - start > 42 {
      append("\n#" as StaticString)
      pad(times: 43)
    } else {
      pad(times: 44 - (count - start))
    }
    figure(&self)
    append(byte: 0x0a)
  }

  /// `thousandths` of 1: "4", "0.5", "0.001"
  mutating func append(rate thousandths: Int64) {
    let rest = UInt64(thousandths % 1000)
    append(thousandths / 1000)
    guard rest > 0 else { return }
    append(byte: UInt8(ascii: "."))
    append(rest, digits: 3)
    while bytes.last == UInt8(ascii: "0") { truncate(to: count - 1) }
  }

  /// In powers of 1000, with at most three digits before the point and one behind it: "69.1 MB".
  mutating func append(bytes size: Int64) {
    let units: [StaticString] = [" B", " kB", " MB", " GB", " TB", " PB"]
    var tenths = UInt64(max(size, 0)) * 10
    var index = 0
    while tenths >= 9995, index + 1 < units.count {
      tenths = (tenths + 500) / 1000
      index += 1
    }
    append(tenths / 10)
    if tenths % 10 > 0, index > 0 {
      append(byte: UInt8(ascii: "."))
      append(tenths % 10)
    }
    append(units[index])
  }
}
