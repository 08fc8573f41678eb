import CShim

/// Small files of the kernel's, read whole.
public enum TextFile {
  /// The first `limit` bytes. /proc and /sys give what a reader has room for, and more at the next read.
  public static func read(_ path: String, limit: Int = 65536) throws(SystemError) -> [UInt8] {
    let file = try Descriptor("open", opened: path.withCString { tp_open($0, tp_open_read) })
    var bytes = [UInt8](repeating: 0, count: min(limit, 4096))
    var count = 0
    while count < limit {
      if count == bytes.count {
        bytes.append(contentsOf: repeatElement(0, count: min(bytes.count, limit - count)))
      }
      let room = bytes.count - count
      let number = file.number
      let result = bytes.withUnsafeMutableBytes {
        tp_read(number, $0.baseAddress! + count, Int64(room))
      }
      if result == -Int64(SystemError.interrupted) { continue }
      let more = try SystemError.check("read", result)
      if more == 0 { break }
      count += more
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// The first line without its end; nil where there is none.
  public static func line(_ path: String) -> [UInt8]? {
    guard let bytes = try? read(path, limit: 4096) else { return nil }
    let line = bytes.prefix { $0 != 0x0a }
    return line.isEmpty ? nil : Array(line)
  }
}
