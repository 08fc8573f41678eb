/// A `sample` line made into what `rawstats` and `csv` are written from. What a reference's address is, a `hello` of the
/// same stream has told.
public struct SampleLine: Sendable {
  private var names: [[UInt8]] = []
  private var references: [ReferenceInfo] = []

  /// More than anybody can configure; the rest stays without an address.
  static let most = 256

  public init() {}

  /// Takes the addresses from a `hello`.
  public mutating func learn(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let range = line.text(.references) else { return }
    var scanner = JSONScanner(range)
    guard scanner.take("[", text) else { return }
    while scanner.peek(text) == UInt8(ascii: "{") {
      let start = scanner.place
      guard scanner.skip(text) else { return }
      let member = text.extracting(start..<scanner.place)
      if let name = JSONScanner.member("name", of: member) {
        let place = place(of: JSONScanner.text(name, of: member))
        if let place {
          references[place].address = Self.word("address", member)
          references[place].source = Self.word("source", member)
        }
      }
      guard scanner.take(",", text) else { return }
    }
  }

  private static func word(_ key: StaticString, _ text: borrowing Span<UInt8>) -> String {
    guard let range = JSONScanner.member(key, of: text) else { return "" }
    return String(decoding: JSONScanner.text(range, of: text), as: UTF8.self)
  }

  private mutating func place(of name: [UInt8]) -> Int? {
    for place in names.indices where names[place] == name { return place }
    guard names.count < Self.most else { return nil }
    names.append(name)
    references.append(ReferenceInfo(name: String(decoding: name, as: UTF8.self), address: "", port: 0))
    return names.count - 1
  }

  /// Appends a sample's line. False: it is none, or its numbers contradict each other, and nothing was written.
  public mutating func write(
    _ line: borrowing RecordLine, _ text: borrowing Span<UInt8>, as format: StreamFormat,
    to out: inout ByteWriter
  ) -> Bool {
    guard RecordKind(line, text) == .sample, let range = line.text(.reference),
      let time = line.time(text), let low = line.length(.boundLow), let high = line.length(.boundHigh),
      let raw = line.instant(.raw, Raw.self), let exchange = Exchange(line, text),
      let place = place(of: JSONScanner.text(range, of: text))
    else { return false }
    let header = Header(seq: UInt64(clamping: line[.seq] ?? 0), time: time, raw: raw)
    let sample = Sample(
      header: header, exchange: exchange, boundSource: .exchange, boundLow: low, boundHigh: high, out: nil,
      back: nil, terms: BoundTerms())
    switch format {
    case .csv: out.csv(sample, references[place])
    case .rawstats: out.rawstats(sample, references[place])
    default: return false
    }
    return true
  }
}
