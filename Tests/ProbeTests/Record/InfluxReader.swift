/// Line protocol as the published grammar has it (InfluxDB "Line protocol reference"): measurement, tags, fields, timestamp;
/// a backslash escapes comma, equals sign and space in keys and tags, quote and backslash in a string.
struct InfluxPoint {
  var measurement = ""
  var tags: [String: String] = [:]
  var fields: [String: String] = [:]
  var timestamp: Int64?

  /// A string field keeps its opening quote, so that it is told from a number.
  init?(_ line: String) {
    let bytes = Array(line.utf8)
    var place = 0
    func word(_ ends: Set<UInt8>) -> String {
      var text: [UInt8] = []
      while place < bytes.count, !ends.contains(bytes[place]) {
        if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count,
          ",= ".utf8.contains(bytes[place + 1])
        {
          place += 1
        }
        text.append(bytes[place])
        place += 1
      }
      return String(decoding: text, as: UTF8.self)
    }
    let (comma, equals, space) = (UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: " "))
    measurement = word([comma, space])
    while place < bytes.count, bytes[place] == comma {
      place += 1
      let key = word([equals, comma, space])
      guard place < bytes.count, bytes[place] == equals else { return nil }
      place += 1
      let value = word([equals, comma, space])
      guard !key.isEmpty, !value.isEmpty, tags.updateValue(value, forKey: key) == nil else { return nil }
    }
    repeat {
      place += 1
      let key = word([equals, comma, space])
      guard !key.isEmpty, place < bytes.count, bytes[place] == equals else { return nil }
      place += 1
      var value = ""
      if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
        var text: [UInt8] = []
        place += 1
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
          if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count,
            "\"\\".utf8.contains(bytes[place + 1])
          {
            place += 1
          }
          text.append(bytes[place])
          place += 1
        }
        guard place < bytes.count else { return nil }
        place += 1
        value = "\"" + String(decoding: text, as: UTF8.self)
      } else {
        value = word([comma, space])
        guard value == "true" || value == "false" || Self.isNumber(value) else { return nil }
      }
      guard fields.updateValue(value, forKey: key) == nil else { return nil }
    } while place < bytes.count && bytes[place] == comma
    guard place < bytes.count, bytes[place] == space else { return nil }
    timestamp = Int64(String(decoding: bytes[(place + 1)...], as: UTF8.self))
    guard timestamp != nil else { return nil }
  }

  /// A whole one of 64 bits with `i`, or one with a point.
  private static func isNumber(_ text: String) -> Bool {
    text.hasSuffix("i") ? Int64(text.dropLast()) != nil : Double(text) != nil
  }
}
