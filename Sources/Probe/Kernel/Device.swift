import CShim

/// Opening what stands in /dev.
public enum Device {
  /// ENOTTY: something else than a device has that name.
  static let noDevice: Int32 = 25

  public static func isThere(_ path: String) -> Bool { path.withCString { tp_is_there($0) } == 1 }

  static func open(_ path: String) throws(SystemError) -> Descriptor {
    let file = try Descriptor("open", opened: path.withCString { tp_open($0, tp_open_device) })
    guard tp_is_device(file.number) == 1 else { throw SystemError("open", noDevice) }
    return file
  }
}

/// Symbolic links of /sys.
public enum Link {
  /// The last part of what it points at: a driver's name; nil where there is none.
  public static func name(_ path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: 512)
    let count = path.withCString { path in
      bytes.withUnsafeMutableBufferPointer { tp_link_target(path, $0.baseAddress!, Int64($0.count)) }
    }
    guard count > 0 else { return nil }
    let target = bytes[..<Int(count)].map { UInt8(bitPattern: $0) }
    let start = target.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return String(decoding: target[start...], as: UTF8.self)
  }
}
