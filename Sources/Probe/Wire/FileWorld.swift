/// What reading a file gave.
public enum FileReading: Equatable, Sendable {
  /// Its first bytes, as many as were asked for.
  case bytes([UInt8])
  case absent
  /// errno.
  case refused(Int32)
}

/// The files of a system, as whoever asks may see them: the kernel's, or a fixture's.
public struct FileWorld {
  /// Path, and how many bytes at most.
  public var read: ([UInt8], Int) -> FileReading
  public var exists: ([UInt8]) -> Bool
  /// What a symbolic link holds; nil where it is none or must not be read.
  public var link: ([UInt8]) -> [UInt8]?
  /// The names in a folder, `.` and `..` left out, as many as were asked for; nil where it cannot be read.
  public var list: ([UInt8], Int) -> [[UInt8]]?

  public init(
    read: @escaping ([UInt8], Int) -> FileReading, exists: @escaping ([UInt8]) -> Bool,
    link: @escaping ([UInt8]) -> [UInt8]?, list: @escaping ([UInt8], Int) -> [[UInt8]]?
  ) {
    self.read = read
    self.exists = exists
    self.link = link
    self.list = list
  }

  /// Most of what tells of a guest is a line. No file is read further than this.
  public static let most = 65536
  static let line = 4096

  @inline(never)
  func text(_ path: StaticString, most: Int = line) -> ByteText? { text(path.ascii, most: most) }

  @inline(never)
  func text(_ path: [UInt8], most: Int = line) -> ByteText? {
    guard case .bytes(let bytes) = read(path, most) else { return nil }
    return bytes[...]
  }

  /// The first line without the spaces around it; nil where there is none.
  @inline(never)
  func word(_ path: StaticString) -> ByteText? { word(path.ascii) }

  @inline(never)
  func word(_ path: [UInt8]) -> ByteText? {
    guard let line = text(path)?.line.trimmed, !line.isEmpty else { return nil }
    return line
  }

  @inline(never)
  func exists(_ path: StaticString) -> Bool { exists(path.ascii) }
}

/// One process of the list below /proc.
extension FileWorld {
  @inline(never)
  static func process(_ pid: ByteText, _ file: StaticString) -> [UInt8] {
    var path = ("/proc/" as StaticString).ascii
    path += pid
    path.append(UInt8(ascii: "/"))
    path.append(ascii: file)
    return path
  }
}
