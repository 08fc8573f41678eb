/// A short word from the kernel, kept in place; what is longer is cut.
public struct Word: Equatable, Sendable {
  public static let capacity = 31
  private var bytes = InlineArray<31, UInt8>(repeating: 0)
  public private(set) var count = 0

  public init() {}

  /// Up to the first line feed or NUL.
  public init(_ text: Span<UInt8>) {
    for index in text.indices {
      guard count < Self.capacity, text[index] != 10, text[index] != 0 else { return }
      bytes[count] = text[index]
      count += 1
    }
  }

  public subscript(index: Int) -> UInt8 { bytes[index] }

  public var text: String { String(decoding: (0..<count).map { bytes[$0] }, as: UTF8.self) }

  public static func == (a: Word, b: Word) -> Bool {
    guard a.count == b.count else { return false }
    for index in 0..<a.count where a.bytes[index] != b.bytes[index] { return false }
    return true
  }
}
