import CShim

/// The folder of a spool: segments that grow, and small files that are replaced.
public final class SpoolFolder {
  private let path: [UInt8]
  private var segment: AppendFile?
  /// The segment that was read last, and its name.
  private var reading: (name: [UInt8], file: KernelReading)?

  /// Makes the folder where there is none.
  public init(_ path: [UInt8]) {
    self.path = path
    _ = FileNames.makeFolder(path)
  }

  private func full(_ name: [UInt8]) -> [UInt8] {
    var full = path
    full.append(UInt8(ascii: "/"))
    full.append(copying: name)
    return full
  }

  public func names() -> [[UInt8]] { FileWorld.system().list(path, 65536) ?? [] }

  public func size(_ name: [UInt8]) -> UInt64? { FileNames.size(full(name)) }

  /// What is appended goes here from now on.
  public func begin(_ name: [UInt8]) throws(SystemError) {
    segment = nil
    segment = try AppendFile(full(name), isNew: true)
  }

  public func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    guard let segment else { throw SystemError("write", SystemError.badDescriptor) }
    return try segment.append(bytes)
  }

  /// 0 at the end.
  public func read(
    _ name: [UInt8], at offset: UInt64, into bytes: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    if reading?.name != name {
      reading = nil
      reading = (name, try KernelReading(full(name)))
    }
    return try reading?.file.read(at: offset, into: bytes) ?? 0
  }

  public func remove(_ name: [UInt8]) {
    if reading?.name == name { reading = nil }
    _ = FileNames.remove(full(name))
  }

  public func replace(_ name: [UInt8], with bytes: [UInt8]) throws(SystemError) {
    try FileNames.replace(full(name), with: bytes)
  }

  /// A small file, whole; nil where there is none.
  public func load(_ name: [UInt8]) -> [UInt8]? {
    guard case .bytes(let bytes) = FileWorld.system().read(full(name), 4096) else { return nil }
    return bytes
  }
}

/// A file that is read at any place.
final class KernelReading {
  private let descriptor: Descriptor

  init(_ path: [UInt8]) throws(SystemError) {
    descriptor = try Descriptor("open", opened: FileWorld.withPath(path) { tp_open($0, tp_open_read) })
  }

  func read(at offset: UInt64, into bytes: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return 0 }
    while true {
      let result = tp_read_at(descriptor.number, base, Int64(bytes.count), Int64(clamping: offset))
      if result == -Int64(SystemError.interrupted) { continue }
      return try SystemError.check("pread", result)
    }
  }
}
