import CShim

/// The kernel's file that names the clocksource in use, open for writing and locked: the only thing that timeprobe
/// can change about a clock.
///
/// Documentation/ABI/testing/sysfs-devices-system-clocksource.
public final class ClocksourceControl {
  private let file: Descriptor
  private let folder: String

  /// The kernel's own limit, CS_NAME_LEN (kernel/time/tick-internal.h), with room to spare.
  private static let longest = 64

  /// Changes nothing. Throws EACCES, EROFS and the like where it may not be written.
  public init(folder: String = ClocksourceFile.folder) throws(SystemError) {
    let path = folder + "/current_clocksource"
    file = try Descriptor("open", opened: path.withCString { tp_open($0, tp_open_update) })
    self.folder = folder
  }

  /// False: another process has it. Given up with the last copy of the descriptor, a forked child's among them.
  public func lock() throws(SystemError) -> Bool {
    let result = tp_lock(file.number)
    if result == -SystemError.tryAgain { return false }
    _ = try SystemError.check("flock", result)
    return true
  }

  /// In the kernel's order, the best first.
  public func available() throws(SystemError) -> [[UInt8]] {
    let text = try TextFile.read(folder + "/available_clocksource", limit: 4096)
    return text.split(whereSeparator: { $0 == 0x20 || $0 == 0x0a }).map { Array($0) }
  }

  public func current() throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.longest)
    let number = file.number
    let result = bytes.withUnsafeMutableBytes { tp_pread(number, $0.baseAddress!, Int64($0.count), 0) }
    let count = try SystemError.check("pread", result)
    return Array(bytes[..<count].prefix { $0 != 0x0a })
  }

  /// Asks for this one. The kernel may keep another without an error: read `current` afterwards.
  public func ask(for name: [UInt8]) throws(SystemError) {
    let line = name + [0x0a]
    let number = file.number
    let result = line.withUnsafeBytes { tp_pwrite(number, $0.baseAddress!, Int64($0.count), 0) }
    _ = try SystemError.check("write", result)
  }
}
