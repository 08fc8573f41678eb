import Foundation

@testable import Probe

/// Lines of every kind that a stream has, and what a reader of other formats makes of them.
enum StreamLines {
  static let origin = Origin(
    probe: "vm7", run: (0x9c1f_03a7_0011_2233, 0x4455_6677_8899_aabb),
    labels: [(Array("site".utf8), Array("ams1".utf8)), (Array("rack".utf8), Array("a, b=\"c\"\\".utf8))])

  /// The records of the golden file that a service writes, and those of streams alone.
  static var all: [[UInt8]] {
    let golden = (try? Data(contentsOf: Golden.file)).map { [UInt8]($0) } ?? []
    var lines = golden.split(separator: 10).map { Array($0) }
    lines.removeAll { line in
      var record = RecordLine()
      return record.read(line.span) != nil || RecordKind(record, line.span) == nil
    }
    var any = AnyRecord(seed: 11)
    for _ in 0..<30 {
      var writer = ByteWriter()
      let (origin, reference) = (any.origin(), any.reference())
      writer.json(any.hello(), origin)
      writer.json(any.sample(), origin, reference)
      writer.json(any.loss(), origin, reference)
      writer.json(mark: Array(any.text().utf8), any.header(), origin)
      writer.json(
        StreamDrop(.spool, stream: 0, run: RunName(high: 1, low: 2), from: 5, to: 9, count: 3),
        stream: Array(any.text().utf8), any.header(), origin)
      lines += writer.bytes.split(separator: 10).map { Array($0) }
    }
    var writer = ByteWriter()
    writer.json(Fixture.sample(), origin, Fixture.gps1)
    lines += writer.bytes.split(separator: 10).map { Array($0) }
    return lines
  }

  static func read(_ line: [UInt8]) -> RecordLine {
    var record = RecordLine()
    _ = record.read(line.span)
    return record
  }

  /// What each value of a record is under its flat name, as LineFields promises, by another way: Foundation's.
  static func flat(_ line: [UInt8]) throws -> [String: Flat] {
    // Numbers have to stay as they are written.
    var values: [String: Flat] = [:]
    func add(_ value: Any, _ name: String, _ unit: Bool) throws {
      switch value {
      case let object as [String: Any]:
        for (key, child) in object {
          var (part, unit) = (key, unit)
          if child is [String: Any], part.hasSuffix("_ns") {
            part.removeLast(3)
            unit = true
          }
          var path = name.isEmpty ? part : name + "_" + part
          path = String(
            path.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") ? $0 : "_" })
          if !(child is [String: Any]), unit, !path.hasSuffix("_ns") { path += "_ns" }
          try add(child, path, unit)
        }
      case let words as [String] where !words.isEmpty: values[name] = .text(words.joined(separator: ","))
      case let array as [Any]: values[name] = array.isEmpty ? .text("") : .array
      case let text as String: values[name] = .text(text)
      case let number as NSNumber:
        if String(cString: number.objCType) == "c" {
          values[name] = .flag(number.boolValue)
        } else {
          values[name] = .number(number.stringValue)
        }
      default: break
      }
    }
    try add(try JSONSerialization.jsonObject(with: Data(line)), "", false)
    return values
  }

  enum Flat: Equatable {
    case text(String)
    case number(String)
    case flag(Bool)
    case array
  }
}
