import CShim

/// A file, pipe or terminal read line by line, in constant memory.
public final class LineFile {
  private let owned: Descriptor?
  private let number: Int32
  private let bytes: UnsafeMutableRawBufferPointer
  /// Of `bytes`: what was read and not yet given out.
  private var start = 0
  private var end = 0
  private var isAtEnd = false

  /// No line of a recorded stream is longer: a sample has about 1000 bytes.
  public static let longest = 64 * 1024
  static let capacity = 256 * 1024

  /// What a call of `next` found.
  public enum Line: Equatable, Sendable {
    /// `hasEnd`: the line feed was there.
    case line(hasEnd: Bool)
    /// Longer than `longest`; it was thrown away.
    case tooLong
    case end
  }

  /// `path` nil: standard input.
  public init(path: String?) throws(SystemError) {
    if let path {
      let opened = path.withCString { tp_open($0, tp_open_device) }
      owned = try Descriptor("open", opened: opened)
      number = opened
    } else {
      owned = nil
      number = 0
    }
    bytes = .allocate(byteCount: Self.capacity, alignment: 16)
  }

  deinit { bytes.deallocate() }

  /// The same file as that of this path, by whatever names.
  public func isSame(as path: String) -> Bool { path.withCString { tp_is_same_file(number, $0) } == 1 }

  /// Gives the next line, without its line feed, to `body`.
  @_optimize(speed)
  public func next<Value>(
    _ body: (Line, borrowing Span<UInt8>) -> Value
  ) throws(SystemError) -> Value {
    var searched = start
    while true {
      if let base = bytes.baseAddress, searched < end {
        let found = tp_find_byte(base + searched, 10, Int64(end - searched))
        if found >= 0 {
          let lineEnd = searched + Int(found)
          let line = UnsafeRawBufferPointer(start: base + start, count: lineEnd - start)
          start = lineEnd + 1
          guard line.count <= Self.longest else { return body(.tooLong, Span<UInt8>()) }
          return body(.line(hasEnd: true), Span<UInt8>(_unsafeBytes: line))
        }
        searched = end
      }
      if end - start > Self.longest {
        try skipLine()
        return body(.tooLong, Span<UInt8>())
      }
      if isAtEnd {
        guard start < end else { return body(.end, Span<UInt8>()) }
        let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        start = end
        return body(.line(hasEnd: false), Span<UInt8>(_unsafeBytes: line))
      }
      searched -= start
      try fill()
      searched += start
    }
  }

  /// Throws away what is left of a line.
  private func skipLine() throws(SystemError) {
    while true {
      if let base = bytes.baseAddress {
        let found = tp_find_byte(base + start, 10, Int64(end - start))
        if found >= 0 {
          start += Int(found) + 1
          return
        }
      }
      (start, end) = (0, 0)
      if isAtEnd { return }
      try fill()
    }
  }

  /// Waits for something to read; a pipe that nobody has opened for writing yet is waited for as well. False: a signal
  /// asks this process to end. Signals come only while a poll waits, and one that is ready at once lets none in: so
  /// they are asked for first.
  private func isReadable() throws(SystemError) -> Bool {
    while true {
      var entry = tp_poll(fd: number, events: Int16(tp_poll_in), revents: 0)
      _ = tp_poll(&entry, 0, 0, nil)
      if Host.wasInterrupted { return false }
      let result = tp_poll(&entry, 1, -1, nil)
      if result == -SystemError.interrupted { continue }
      return try SystemError.check("poll", result) > 0
    }
  }

  /// Reads more behind what is there. A signal that asks this process to end is an end of the file.
  private func fill() throws(SystemError) {
    guard let base = bytes.baseAddress else { return }
    if start > 0 {
      base.copyMemory(from: base + start, byteCount: end - start)
      (start, end) = (0, end - start)
    }
    while true {
      guard try isReadable() else {
        isAtEnd = true
        return
      }
      let result = tp_read(number, base + end, Int64(bytes.count - end))
      if result == -Int64(SystemError.interrupted) || result == -Int64(SystemError.tryAgain) { continue }
      let count = try SystemError.check("read", result)
      if count == 0 { isAtEnd = true }
      end += count
      return
    }
  }
}
