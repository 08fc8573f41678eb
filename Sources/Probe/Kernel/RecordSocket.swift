import CShim

/// A socket that records leave by, connected, never waiting.
public final class RecordSocket {
  private let descriptor: Descriptor
  private let family: UInt8

  /// How long a TCP connection may go without an acknowledgement of what was sent.
  static let patience: Int32 = 30_000

  private init(_ call: StaticString, opened: Int32, family: UInt8) throws(SystemError) {
    descriptor = try Descriptor(call, opened: opened)
    self.family = family
  }

  /// UDP or TCP. The connection of TCP comes later: `connection`.
  public static func open(_ remote: Endpoint, isDatagram: Bool) throws(SystemError) -> RecordSocket {
    let family: UInt8 = remote.address.family == .v4 ? 4 : 6
    let socket = try RecordSocket(
      "socket", opened: isDatagram ? tp_datagram_open(family) : tp_tcp_open(family, patience), family: family)
    var address = remote.shim
    let result = tp_connect(socket.number, &address)
    if result != -SystemError.inProgress { _ = try SystemError.check("connect", result) }
    return socket
  }

  /// unix(7).
  public static func open(path: [UInt8], isDatagram: Bool) throws(SystemError) -> RecordSocket {
    let socket = try RecordSocket("socket", opened: tp_unix_open(isDatagram ? 1 : 0), family: 0)
    let result = FileWorld.withPath(path) { tp_unix_connect(socket.number, $0) }
    _ = try SystemError.check("connect", result)
    return socket
  }

  public var number: Int32 { descriptor.number }

  /// nil: not yet; else errno, 0 = it stands.
  public var connection: Int32? {
    if family == 0 { return 0 }
    var entry = tp_poll(fd: number, events: Int16(tp_poll_out), revents: 0)
    guard tp_poll(&entry, 1, 0, nil) > 0 else { return nil }
    return -tp_socket_error(number)
  }

  /// Bytes that it took, or -errno.
  public func send(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    return Int(tp_send_quietly(number, base, Int64(bytes.count)))
  }

  /// How many of the bytes sent the far side's kernel does not have yet; of unix(7) its program.
  public var unacknowledged: Int { Int(max(0, tp_unacknowledged(number))) }

  /// How many bytes more the far side's kernel has room for; 0 where that is not known.
  public var window: Int { family == 0 ? 0 : Int(max(0, tp_send_window(number))) }

  /// The most that a datagram may carry: the path's MTU less IP's and UDP's headers; nil where there is no such limit.
  public var payload: Int? {
    guard family != 0 else { return nil }
    let mtu = tp_path_mtu(number, family)
    guard mtu > 0 else { return nil }
    return max(0, Int(mtu) - (family == 4 ? 28 : 48))
  }
}

extension SystemError {
  public static let badDescriptor: Int32 = 9
  public static let noSpace: Int32 = 28
  public static let messageTooLong: Int32 = 90
  public static let inProgress: Int32 = 115
  public static let connectionReset: Int32 = 104
  public static let connectionRefused: Int32 = 111
}

extension RecordSocket {
  /// nil: the connection stands; 0: the far side has ended it in order; else errno of what broke it, which the kernel
  /// tells once. What the far side said is thrown away.
  public var ending: Int32? {
    var bytes = InlineArray<256, UInt8>(repeating: 0)
    while true {
      var span = bytes.mutableSpan
      let count = span.withUnsafeMutableBytes { tp_read(number, $0.baseAddress!, Int64($0.count)) }
      if count == 0 { return 0 }
      if count == -Int64(SystemError.interrupted) { continue }
      if count < 0 { return count == -Int64(SystemError.tryAgain) ? nil : Int32(clamping: -count) }
    }
  }
}

/// memchr(3).
public enum ByteSearch {
  /// Where the byte is first; nil: nowhere.
  @inline(__always)
  public static func first(_ byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let place = tp_find_byte(base, byte, Int64(bytes.count))
    return place < 0 ? nil : Int(place)
  }
}
