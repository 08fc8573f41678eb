import CShim

/// A file that grows at its end.
public final class AppendFile {
  private let descriptor: Descriptor
  /// Bytes in it, as far as this process wrote them or found them.
  public private(set) var size: UInt64

  /// - Parameter isNew: it must not be there yet
  public init(_ path: [UInt8], isNew: Bool = false) throws(SystemError) {
    let opened = FileWorld.withPath(path) { isNew ? tp_open_new($0) : tp_open_append($0) }
    descriptor = try Descriptor("open", opened: opened)
    size = isNew ? 0 : UInt64(max(0, FileWorld.withPath(path) { tp_file_size($0) }))
  }

  /// How many bytes it took: fewer than all where the disk filled up on the way.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return 0 }
    while true {
      let result = tp_write(descriptor.number, base, Int64(bytes.count))
      if result == -Int64(SystemError.interrupted) { continue }
      let count = try SystemError.check("write", result)
      size += UInt64(count)
      return count
    }
  }
}

/// What is done to files by their names.
public enum FileNames {
  public static func size(_ path: [UInt8]) -> UInt64? {
    let size = FileWorld.withPath(path) { tp_file_size($0) }
    return size < 0 ? nil : UInt64(size)
  }

  public static func remove(_ path: [UInt8]) -> Bool { FileWorld.withPath(path) { tp_unlink($0) } == 0 }

  public static func rename(_ path: [UInt8], to other: [UInt8]) throws(SystemError) {
    let result = FileWorld.withPath(path) { from in FileWorld.withPath(other) { tp_rename(from, $0) } }
    _ = try SystemError.check("rename", result)
  }

  public static func makeFolder(_ path: [UInt8]) -> Bool {
    FileWorld.withPath(path) { tp_make_folder($0) } == 0
  }

  /// Puts these bytes in the file's place at once: a reader sees the old ones or the new ones.
  public static func replace(_ path: [UInt8], with bytes: [UInt8]) throws(SystemError) {
    let new = path + (".new" as StaticString).ascii
    _ = remove(new)
    do throws(SystemError) {
      let file = try AppendFile(new)
      var written = 0
      while written < bytes.count {
        var count = 0
        var failure: SystemError?
        bytes.withUnsafeBytes { buffer in
          do throws(SystemError) {
            count = try file.append(UnsafeRawBufferPointer(rebasing: buffer[written...]))
          } catch {
            failure = error
          }
        }
        if let failure { throw failure }
        written += count
      }
    } catch {
      _ = remove(new)
      throw error
    }
    try rename(new, to: path)
  }
}
