import CShim

extension FileWorld {
  /// This system's files, below `root`; nothing blocks, and nothing is read past what is asked for.
  /// - Parameter root: an empty text, or a folder that holds a copy of the files
  public static func system(root: [UInt8] = []) -> FileWorld {
    FileWorld(
      read: { path, most in read(root + path, most) },
      exists: { path in withPath(root + path) { tp_exists($0) } == 0 },
      link: { path in link(root + path) },
      list: { path, most in list(root + path, most) })
  }

  static func withPath<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (path + [0]).withUnsafeBytes { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
  }

  private static func read(_ path: [UInt8], _ most: Int) -> FileReading {
    let opened = withPath(path) { tp_open_probe($0) }
    guard opened >= 0, let file = try? Descriptor("open", opened: opened) else { return failure(-opened) }
    let (bytes, failure) = TextFile.read(file, most: most)
    return bytes.isEmpty && failure != 0 ? Self.failure(failure) : .bytes(bytes)
  }

  private static func failure(_ code: Int32) -> FileReading {
    // ENOENT, ENXIO, ESRCH, ENOTDIR, EISDIR: no such thing.
    switch code {
    case 2, 3, 6, 20, 21: .absent
    default: .refused(code)
    }
  }

  private static func link(_ path: [UInt8]) -> [UInt8]? {
    var text = [UInt8](repeating: 0, count: 256)
    let count = withPath(path) { path in
      text.withUnsafeMutableBytes { tp_read_link(path, $0.baseAddress!, Int64($0.count)) }
    }
    guard count > 0 else { return nil }
    text.removeLast(text.count - Int(count))
    return text
  }

  private static func list(_ path: [UInt8], _ most: Int) -> [[UInt8]]? {
    let opened = withPath(path) { tp_open_probe($0) }
    guard opened >= 0, let folder = try? Descriptor("open", opened: opened) else { return nil }
    var names: [[UInt8]] = []
    var entries = [UInt8](repeating: 0, count: 32768)
    while names.count < most {
      let count = entries.withUnsafeMutableBytes {
        tp_read_folder(folder.number, $0.baseAddress!, Int64($0.count))
      }
      guard count > 0 else { break }
      FolderEntries.append(entries.span.extracting(0..<Int(count)), to: &names, most: most)
    }
    return names
  }
}
