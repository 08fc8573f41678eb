/// What getdents64(2) fills in, one entry behind the other:
///
///     inode 8 | offset 8 | length of the entry 2 | type 1 | name, ended by a zero and filled up
enum FolderEntries {
  private static let header = 19

  static func append(_ bytes: Span<UInt8>, to names: inout [[UInt8]], most: Int) {
    var offset = 0
    while offset + header <= bytes.count, names.count < most {
      let length = Int(bytes.native16(at: offset + 16))
      guard length >= header, offset + length <= bytes.count else { return }
      var name: [UInt8] = []
      for place in (offset + header)..<(offset + length) {
        guard bytes[place] != 0 else { break }
        name.append(bytes[place])
      }
      let isItselfOrParent =
        name.first == UInt8(ascii: ".") && name.count <= 2 && name.last == UInt8(ascii: ".")
      if !name.isEmpty, !isItselfOrParent { names.append(name) }
      offset += length
    }
  }
}
