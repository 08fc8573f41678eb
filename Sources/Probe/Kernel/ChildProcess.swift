import CShim

/// A forked child and the line that ties it to its parent: each sees the other's death as the line's end.
public struct ChildProcess: ~Copyable {
  private let number: Int32
  private let line: Descriptor
  private var end: Int32?

  /// How the child ended.
  public enum End: Equatable, Sendable {
    case status(Int32)
    case signal(Int32)
  }

  /// Runs `body` in a child with a session of its own that no signal but SIGKILL and SIGSTOP reaches; returns once that
  /// is so. Only while this process has no other thread. `body` gives the exit status.
  public static func start(
    named name: StaticString, _ body: (ParentLine) -> Int32
  ) throws(SystemError) -> ChildProcess {
    var ends: [Int32] = [0, 0]
    let made = ends.withUnsafeMutableBufferPointer { tp_pair_open($0.baseAddress!) }
    _ = try SystemError.check("socketpair", made)
    let near = try Descriptor("socketpair", opened: ends[0])
    let far = try Descriptor("socketpair", opened: ends[1])
    let parent = tp_process()
    let number = try SystemError.check("fork", tp_fork())
    if number == 0 {
      _ = tp_close(near.number)
      serve(ParentLine(number: far.number, parent: parent), name, body)
    }
    return try ChildProcess(number: number, line: near, closing: far)
  }

  private static func serve(_ line: ParentLine, _ name: StaticString, _ body: (ParentLine) -> Int32) -> Never
  {
    // A reader of the parent's output shall see its end.
    _ = tp_close(0)
    _ = tp_close(1)
    _ = tp_leave_session()
    name.withUTF8Buffer { bytes in
      _ = bytes.withMemoryRebound(to: CChar.self) { tp_set_name($0.baseAddress!) }
    }
    line.ready()
    tp_exit_at_once(body(line))
  }

  /// With this process's copy of the far end open, it would never see the line's end.
  private init(number: Int32, line: consuming Descriptor, closing far: consuming Descriptor)
    throws(SystemError)
  {
    self.number = number
    self.line = line
    _ = consume far
    guard hear() else { throw SystemError("fork", SystemError.brokenPipe) }
  }

  /// The child's first word; false: it died.
  private func hear() -> Bool {
    var byte: UInt8 = 0
    while true {
      let result = tp_read(line.number, &byte, 1)
      if result == -Int64(SystemError.interrupted) { continue }
      return result == 1
    }
  }

  /// False once it has ended, whatever ended it.
  public mutating func isAlive() -> Bool {
    if end != nil { return false }
    let result = tp_child_end(number, 0)
    if result == -SystemError.tryAgain { return true }
    end = result
    return false
  }

  /// Tells the child that all is done, and waits for its end; nil where the kernel does not tell.
  public mutating func finish() -> End? {
    var byte = ParentLine.done
    // It may be dead: SIGPIPE is ignored, and the end below says it.
    _ = tp_write(line.number, &byte, 1)
    while end == nil {
      let result = tp_child_end(number, 1)
      if result != -SystemError.interrupted { end = result }
    }
    guard let end, end >= 0 else { return nil }
    return end < 256 ? .status(end) : .signal(end - 256)
  }
}

/// The child's end of the line.
public struct ParentLine {
  let number: Int32
  let parent: Int32

  static let done: UInt8 = 0x64

  public enum Word: Sendable {
    /// The parent said that it is done.
    case done
    /// The parent is no more.
    case gone
    /// Neither, until the time was over.
    case silence
  }

  func ready() {
    var byte: UInt8 = 0x72
    _ = tp_write(number, &byte, 1)
  }

  /// Waits at most that long.
  public func wait(_ patience: Nanoseconds) -> Word {
    var entry = tp_poll(fd: number, events: Int16(tp_poll_in), revents: 0)
    guard tp_poll(&entry, 1, patience.count, nil) != 0 else { return .silence }
    var byte: UInt8 = 0
    return tp_read(number, &byte, 1) == 1 && byte == Self.done ? .done : .gone
  }

  /// Kills the parent, if it is still the one.
  public func endParent() { if tp_parent() == parent { _ = tp_kill(parent) } }
}
