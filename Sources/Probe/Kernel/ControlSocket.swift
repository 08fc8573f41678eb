import CShim

/// Where the service listens for `--status` and `--mark`.
public final class ControlSocket {
  private let path: [UInt8]
  private let descriptor: Descriptor

  /// Whoever may go through the folder may connect: what they may do there is asked of each (`user`).
  public init(_ path: [UInt8]) throws(SystemError) {
    self.path = path
    // One that answers belongs to somebody; one that does not was left behind.
    if (try? ControlConnection.open(path)) != nil { throw SystemError("bind", Self.inUse) }
    descriptor = try Descriptor("bind", opened: FileWorld.withPath(path) { tp_control_listen($0, 0o666) })
  }

  deinit { _ = FileWorld.withPath(path) { tp_unlink($0) } }

  /// EADDRINUSE.
  static let inUse: Int32 = 98

  public var number: Int32 { descriptor.number }

  /// nil: nobody is there.
  public func accept() -> ControlConnection? {
    guard let taken = try? Descriptor("accept", opened: tp_control_accept(number)) else { return nil }
    return ControlConnection(taken)
  }
}

/// One end of a conversation of one question and one answer. Never waits.
public final class ControlConnection {
  private let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  public static func open(_ path: [UInt8]) throws(SystemError) -> ControlConnection {
    let descriptor = try Descriptor("socket", opened: tp_unix_open(0))
    _ = try SystemError.check("connect", FileWorld.withPath(path) { tp_unix_connect(descriptor.number, $0) })
    return ControlConnection(descriptor)
  }

  public var number: Int32 { descriptor.number }

  /// Who is at the other end; nil: the kernel does not say.
  public var user: UInt32? {
    var user: UInt32 = 0
    return tp_control_peer(number, &user) < 0 ? nil : user
  }

  /// Adds what has come. False: no more will come.
  public func receive(into text: inout [UInt8], most: Int) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while text.count < most {
      let count = buffer.withUnsafeMutableBytes { tp_read(number, $0.baseAddress!, Int64($0.count)) }
      if count == -Int64(SystemError.tryAgain) || count == -Int64(SystemError.interrupted) { return true }
      guard count > 0 else { return false }
      text.append(contentsOf: buffer[..<Int(count)])
    }
    return true
  }

  /// How many bytes it took; nil: the other end is gone.
  public func send(_ text: ArraySlice<UInt8>) -> Int? {
    if text.isEmpty { return 0 }
    let count = text.withUnsafeBytes { tp_send_quietly(number, $0.baseAddress!, Int64($0.count)) }
    if count == -Int64(SystemError.tryAgain) || count == -Int64(SystemError.interrupted) { return 0 }
    return count < 0 ? nil : Int(count)
  }

  /// All was sent.
  public func finish() { _ = tp_control_finish(number) }
}

/// Waits on descriptors, some of them for room to write.
public enum DescriptorWait {
  /// - Parameter length: at most; negative: for ever
  public static func wait(_ entries: [(number: Int32, writes: Bool)], _ length: Nanoseconds) {
    var polls: [tp_poll] = []
    for entry in entries {
      polls.append(
        tp_poll(
          fd: entry.number, events: Int16(entry.writes ? tp_poll_out | tp_poll_in : tp_poll_in), revents: 0))
    }
    polls.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else {
        var none = tp_poll()
        _ = tp_poll(&none, 0, length.count, nil)
        return
      }
      _ = tp_poll(base, Int32(buffer.count), length.count, nil)
    }
  }
}
