import CShim

/// A file, pipe or terminal that is written to.
public final class OutputFile {
  private let owned: Descriptor?
  public let number: Int32
  private let isRegular: Bool

  /// Bytes that a writable pipe takes without blocking (POSIX: PIPE_BUF, 4096 on Linux).
  static let withoutBlocking = 4096

  public static func standardOutput() -> OutputFile { OutputFile(number: 1) }
  public static func standardError() -> OutputFile { OutputFile(number: 2) }

  private init(number: Int32) {
    owned = nil
    self.number = number
    isRegular = tp_is_regular_file(number) == 1
  }

  /// Creates the file or empties it.
  public init(path: String) throws(SystemError) {
    let opened = path.withCString { tp_open($0, tp_open_write) }
    owned = try Descriptor("open", opened: opened)
    number = opened
    isRegular = tp_is_regular_file(opened) == 1
  }

  /// Writes what fits: all of it, waiting as long as it takes, or only what a reader has room for now.
  /// - Parameter written: how many bytes went out, also when it throws
  public func write(
    _ bytes: UnsafeRawBufferPointer, waiting: Bool, written: inout Int
  ) throws(SystemError) {
    written = 0
    let signals = tp_signals_seen()
    while written < bytes.count {
      var length = bytes.count - written
      if !isRegular {
        guard try isWritable(waiting: waiting, signals) else { break }
        length = min(length, Self.withoutBlocking)
      }
      let result = tp_write(number, bytes.baseAddress! + written, Int64(length))
      // Somebody else may have made the terminal or pipe non-blocking, and somebody may write to it too.
      if result == -Int64(SystemError.interrupted) || result == -Int64(SystemError.tryAgain) { continue }
      written += try SystemError.check("write", result)
    }
  }

  /// Room for `withoutBlocking` bytes. A signal that comes while a stalled reader is waited for ends the wait.
  private func isWritable(waiting: Bool, _ signals: Int32) throws(SystemError) -> Bool {
    while true {
      var entry = tp_poll(fd: number, events: Int16(tp_poll_out), revents: 0)
      let result = tp_poll(&entry, 1, waiting ? -1 : 0, nil)
      if result == -SystemError.interrupted {
        if tp_signals_seen() > signals { throw SystemError("write", SystemError.interrupted) }
        continue
      }
      return try SystemError.check("poll", result) > 0
    }
  }
}
