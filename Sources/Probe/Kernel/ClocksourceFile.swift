import CShim

/// Which counter the kernel keeps time with. The descriptor stays open, so that a look is one system call.
public final class ClocksourceFile {
  private let file: Descriptor
  private var bytes = [UInt8](repeating: 0, count: 64)

  public static let folder = "/sys/devices/system/clocksource/clocksource0"

  public init(path: String = ClocksourceFile.folder + "/current_clocksource") throws(SystemError) {
    file = try Descriptor("open", opened: path.withCString { tp_open($0, tp_open_device) })
  }

  /// The word as it stands there, without the line's end; nil: it cannot be read any more, or is empty.
  /// No allocation where the last answer was let go of.
  public func read() -> ArraySlice<UInt8>? {
    let number = file.number
    let count = bytes.withUnsafeMutableBytes { tp_pread(number, $0.baseAddress!, Int64($0.count), 0) }
    guard count > 0 else { return nil }
    let word = bytes[..<Int(count)].prefix { $0 != 0x0a }
    return word.isEmpty ? nil : word
  }

  /// The same without any allocation.
  public func word() -> Word? {
    let number = file.number
    return bytes.withUnsafeMutableBytes { buffer -> Word? in
      let count = tp_pread(number, buffer.baseAddress!, Int64(buffer.count), 0)
      guard count > 0 else { return nil }
      let read = UnsafeRawBufferPointer(start: buffer.baseAddress, count: Int(count))
      let word = Word(Span<UInt8>(_unsafeBytes: read))
      return word.count == 0 ? nil : word
    }
  }
}
