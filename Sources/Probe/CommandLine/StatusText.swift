/// A service's status for people, in 80 columns.
struct StatusText {
  private let status: JSONView

  init(_ answer: [UInt8]) { status = JSONView(answer) }

  func append(to text: inout ByteWriter) {
    text.append(status["probe"]?.bytes ?? [])
    text.append("  timeprobe " as StaticString)
    text.append(status["version"]?.bytes ?? [])
    text.append(", up " as StaticString)
    text.append(uptime: Nanoseconds(status["elapsed_ns"]?.integer ?? 0))
    text.append(", record " as StaticString)
    text.append(status["seq"]?.integer ?? 0)
    if let refused = status["refused"]?.integer, refused > 0 {
      text.append(", " as StaticString)
      text.append(refused)
      text.append(" dropped for want of room" as StaticString)
    }
    text.append(byte: 0x0a)
    for reference in status["references"]?.elements ?? [] { Self.append(reference, to: &text) }
    for stream in status["streams"]?.elements ?? [] { Self.append(stream: stream, to: &text) }
  }

  private static func append(_ reference: JSONView, to text: inout ByteWriter) {
    var head = reference["name"]?.bytes ?? []
    let address = reference["address"]?.bytes ?? []
    if !address.isEmpty, address != head {
      head += (" (" as StaticString).ascii + address + [UInt8(ascii: ")")]
    }
    append(head: head, to: &text)
    if let failure = reference["failure"] {
      text.append(failure.bytes)
      text.append(byte: 0x0a)
      return
    }
    guard let window = reference["window"] else {
      text.append("nothing yet\n" as StaticString)
      return
    }
    text.append(window["verdict"]?.bytes ?? [])
    if let best = window["best_ns"]?.integer {
      text.append(", " as StaticString)
      text.append(figure: Nanoseconds(best).magnitude)
      text.append(best < 0 ? " ahead (best)" as StaticString : " behind (best)")
    }
    if let most = window["error_max_ns"]?.integer {
      text.append(", within " as StaticString)
      text.append(figure: Nanoseconds(most), .up)
      text.append(" (proven)" as StaticString)
    }
    let queries = window["queries"]
    text.append("; " as StaticString)
    text.append(queries?["good"]?.integer ?? 0)
    text.append(" of " as StaticString)
    text.append(queries?["sent"]?.integer ?? 0)
    text.append(" answered" as StaticString)
    if let slow = reference["slowed"] {
      text.append("\n  asked more slowly than configured: " as StaticString)
      text.append(slow.bytes)
    }
    if reference["denied"] != nil { text.append("\n  it denies service; not asked any more" as StaticString) }
    text.append(byte: 0x0a)
  }

  /// Who it is about, in a line of its own; what is said of it follows, indented.
  private static func append(head: [UInt8], to text: inout ByteWriter) {
    if head.count > width {
      var end = width - 3
      // Not within a character.
      while end > 0, head[end] & 0xc0 == 0x80 { end -= 1 }
      text.append(Array(head[..<end]))
      text.append("..." as StaticString)
    } else {
      text.append(head)
    }
    text.append("\n  " as StaticString)
  }

  private static let width = 80

  private static func append(stream: JSONView, to text: inout ByteWriter) {
    append(head: ("stream " as StaticString).ascii + (stream["name"]?.bytes ?? []), to: &text)
    text.append(stream["state"]?.bytes ?? [])
    if let failure = stream["failure"] {
      text.append(" (" as StaticString)
      text.append(failure.bytes)
      text.append(byte: UInt8(ascii: ")"))
    }
    text.append(", " as StaticString)
    text.append(stream["records"]?.integer ?? 0)
    text.append(" records, " as StaticString)
    text.append(stream["lag_bytes"]?.integer ?? 0)
    text.append(" bytes behind" as StaticString)
    if let dropped = stream["dropped"]?.integer, dropped > 0 {
      text.append(", " as StaticString)
      text.append(dropped)
      text.append(" dropped" as StaticString)
    }
    text.append(byte: 0x0a)
  }
}

extension ByteWriter {
  /// The two greatest units: "3d4h", "12m5s".
  fileprivate mutating func append(uptime length: Nanoseconds) {
    let seconds = max(length, .zero).count / 1_000_000_000
    let parts: [(Int64, StaticString)] = [
      (seconds / 86400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"),
    ]
    let first = parts.firstIndex { $0.0 > 0 } ?? 3
    for (value, unit) in parts[first..<min(first + 2, 4)] {
      append(value)
      append(unit)
    }
  }
}
