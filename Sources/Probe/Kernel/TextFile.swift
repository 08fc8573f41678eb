import CShim

/// Small files of the kernel's, read whole.
public enum TextFile {
  /// The first `limit` bytes. /proc and /sys give what a reader has room for, and more at the next read.
  public static func read(_ path: String, limit: Int = 65536) throws(SystemError) -> [UInt8] {
    let file = try Descriptor("open", opened: path.withCString { tp_open($0, tp_open_read) })
    let (bytes, failure) = read(file, most: limit)
    if failure != 0 { throw SystemError("read", failure) }
    return bytes
  }

  /// What there is, at most so much, and errno where a read failed. Most files are far shorter than what is asked
  /// for at most, so that room is made as they turn out to be longer.
  static func read(_ file: borrowing Descriptor, most: Int) -> (bytes: [UInt8], failure: Int32) {
    var bytes = [UInt8](repeating: 0, count: min(most, page))
    var (count, failure): (Int, Int32) = (0, 0)
    while count < most {
      if count == bytes.count {
        bytes.append(contentsOf: repeatElement(0, count: min(bytes.count, most - count)))
      }
      let (number, room) = (file.number, bytes.count - count)
      let result = bytes.withUnsafeMutableBytes { tp_read(number, $0.baseAddress! + count, Int64(room)) }
      if result == -Int64(SystemError.interrupted) { continue }
      if result < 0 { failure = Int32(truncatingIfNeeded: -result) }
      guard result > 0 else { break }
      count += Int(result)
      // One read gives a page's worth whole: the end of a short file need not be asked for.
      if most <= page { break }
    }
    bytes.removeLast(bytes.count - count)
    return (bytes, failure)
  }

  private static let page = 4096

  /// The first line without its end; nil where there is none.
  public static func line(_ path: String) -> [UInt8]? {
    guard let bytes = try? read(path, limit: 4096) else { return nil }
    let line = bytes.prefix { $0 != 0x0a }
    return line.isEmpty ? nil : Array(line)
  }
}
