import CShim

/// The VMCLOCK page of this guest, /dev/vmclock0: the driver copies it out whole on each read.
public final class VmclockPage {
  private let file: Descriptor
  private var bytes = [UInt8](repeating: 0, count: VmclockFields.size)

  static let attempts = 4
  private static let invalid: Int32 = 22

  /// Throws EINVAL where what it holds is no VMCLOCK page.
  public init(path: String = "/dev/vmclock0") throws(SystemError) {
    file = try Descriptor("open", opened: path.withCString { tp_open($0, tp_open_device) })
    guard try copy() != nil else { throw SystemError("vmclock", Self.invalid) }
  }

  /// The page; nil: it cannot be read any more.
  public func read() -> VmclockFields? {
    for _ in 0..<Self.attempts {
      guard let fields = (try? copy()) ?? nil else { return nil }
      if fields.isStable { return fields }
    }
    return nil
  }

  private func copy() throws(SystemError) -> VmclockFields? {
    let number = file.number
    let count = try SystemError.check(
      "read", bytes.withUnsafeMutableBytes { tp_pread(number, $0.baseAddress!, Int64($0.count), 0) })
    guard count == VmclockFields.size else { return nil }
    return bytes.withUnsafeBytes { VmclockFields(Span<UInt8>(_unsafeBytes: $0)) }
  }
}
