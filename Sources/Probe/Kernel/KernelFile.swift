import CShim

/// A small file of /proc or /sys that is read again and again: one system call, no allocation.
public final class KernelFile {
  private let descriptor: Descriptor
  private let bytes: UnsafeMutableRawBufferPointer

  /// - Parameter capacity: what is read of it
  public convenience init(_ path: StaticString, capacity: Int = 256) throws(SystemError) {
    try self.init(
      Array(UnsafeBufferPointer(start: path.utf8Start, count: path.utf8CodeUnitCount)), capacity: capacity)
  }

  public init(_ path: [UInt8], capacity: Int = 256) throws(SystemError) {
    descriptor = try Descriptor("open", opened: FileWorld.withPath(path) { tp_open($0, tp_open_device) })
    bytes = .allocate(byteCount: capacity, alignment: 8)
  }

  deinit { bytes.deallocate() }

  /// nil: it cannot be read any more, or is empty, or `parse` finds nothing.
  public func read<Value>(_ parse: (Span<UInt8>) -> Value?) -> Value? {
    let count = tp_pread(descriptor.number, bytes.baseAddress!, Int64(bytes.count), 0)
    guard count > 0 else { return nil }
    return parse(
      Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(start: bytes.baseAddress, count: Int(count))))
  }
}
