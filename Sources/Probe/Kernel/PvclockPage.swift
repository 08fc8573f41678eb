import CShim

/// The pvclock page that the vDSO of an x86 guest reads: the first page of `[vvar_vclock]`, before Linux 6.13 the
/// second of `[vvar]`. No ABI: what is read has to make sense, or there is no page.
///
/// Where pvclock was never used the page cannot be read at all. So each copy goes through a pipe: the kernel
/// copies, and says EFAULT instead of sending a signal.
public final class PvclockPage {
  private let address: UInt64
  private let readEnd: Descriptor
  private let writeEnd: Descriptor
  private var bytes = [UInt8](repeating: 0, count: PvclockFields.size)

  static let attempts = 4
  static let pageSize: UInt64 = 4096

  /// - Parameter maps: /proc/self/maps, or a fixture
  /// Throws ENOENT where no mapping has the name, EFAULT where the page cannot be read, EINVAL where what it
  /// holds is no pvclock page.
  public init(maps: String = "/proc/self/maps") throws(SystemError) {
    let text = try TextFile.read(maps, limit: 32768)
    address = try Self.find(text.span)
    var ends: [Int32] = [-1, -1]
    _ = try SystemError.check("pipe2", ends.withUnsafeMutableBufferPointer { tp_pipe_open($0.baseAddress!) })
    readEnd = try Descriptor("pipe2", opened: ends[0])
    writeEnd = try Descriptor("pipe2", opened: ends[1])
    let fields = try copy()
    guard fields.isPlausible || fields.version & 1 == 1 else { throw SystemError("pvclock", Self.invalid) }
  }

  private static let noEntry: Int32 = 2
  private static let invalid: Int32 = 22

  private static func find(_ maps: Span<UInt8>) throws(SystemError) -> UInt64 {
    if let range = MemoryMaps.find("[vvar_vclock]", in: maps) { return range.from }
    // vvar, pvclock, hvclock, time namespace: four pages (arch/x86/entry/vdso/vdso-layout.lds.S, Linux 5.6 to 6.12).
    if let range = MemoryMaps.find("[vvar]", in: maps), range.to - range.from == 4 * pageSize {
      return range.from + pageSize
    }
    throw SystemError("pvclock", noEntry)
  }

  /// The page as it is; nil: it cannot be read any more, or it is being written all the time.
  public func read() -> PvclockFields? {
    guard var before = try? copy() else { return nil }
    for _ in 0..<Self.attempts {
      guard let after = try? copy() else { return nil }
      if before.version == after.version, after.version & 1 == 0 { return after.isPlausible ? after : nil }
      before = after
    }
    return nil
  }

  /// As it stood at one moment, perhaps half written. Two system calls.
  func copy() throws(SystemError) -> PvclockFields {
    let written = try SystemError.check(
      "write", tp_write_from(writeEnd.number, address, Int64(PvclockFields.size)))
    let number = readEnd.number
    let count = try SystemError.check(
      "read", bytes.withUnsafeMutableBytes { tp_read(number, $0.baseAddress!, Int64($0.count)) })
    let fields = bytes.withUnsafeBytes { PvclockFields(Span<UInt8>(_unsafeBytes: $0)) }
    guard written == PvclockFields.size, count == written, let fields else {
      throw SystemError("pvclock", Self.invalid)
    }
    return fields
  }
}
