import CShim

/// What came out of a socket.
public enum Received: Sendable {
  case nothing
  /// A stamp of a send: which (counted from 0 since the socket was opened or resynchronised), and when.
  case transmitStamp(send: UInt32, ControlMessages)
  /// An ICMP error; `count` bytes of the datagram that caused it, from its first payload byte.
  case icmp(ExtendedError, count: Int)
  /// A datagram of `count` bytes; `truncated` where it was longer than the buffer.
  case datagram(count: Int, truncated: Bool, ControlMessages)
}

/// A connected UDP socket whose sends and receives are stamped by the kernel
/// (Documentation/networking/timestamping.rst). Only the connected peer's datagrams come in.
///
/// ICMP errors are taken from the error queue: without IP_RECVERR they would fail the next send unsent.
public final class TimestampSocket {
  private let descriptor: Descriptor
  private let control: UnsafeMutableRawPointer
  /// The number that the kernel will give the next send.
  private var nextSend: UInt32 = 0

  static let controlCapacity = 512

  /// - Parameters:
  ///   - interface: bind to this interface (SO_BINDTODEVICE)
  ///   - source: send from this address
  /// A new socket has a new random port (RFC 9109): the kernel draws it at connect.
  public init(to remote: Endpoint, interface: String?, source: IPAddress?) throws(SystemError) {
    let family: UInt8 = remote.address.family == .v4 ? 4 : 6
    descriptor = try Descriptor("socket", opened: tp_udp_open(family))
    control = UnsafeMutableRawPointer.allocate(byteCount: Self.controlCapacity, alignment: 16)
    if let interface {
      _ = try SystemError.check("binding to the interface", tp_bind_to_interface(number, interface))
    }
    _ = try SystemError.check("IP_RECVERR", tp_want_errors(number, family))
    // A kernel without it (or a sandbox) leaves user stamps, which are marked as such.
    _ = tp_want_stamps(number, 1)
    if let source {
      var local = Endpoint(address: source, port: 0).shim
      _ = try SystemError.check("binding to the source address", tp_bind(number, &local))
    }
    var peer = remote.shim
    _ = try SystemError.check("connecting", tp_connect(number, &peer))
  }

  deinit { control.deallocate() }

  public var number: Int32 { descriptor.number }

  /// The number of the send, as its stamp will have it.
  public func send(_ bytes: [UInt8]) throws(SystemError) -> UInt32 {
    let result = bytes.withUnsafeBytes { tp_send(number, $0.baseAddress!, Int64($0.count)) }
    _ = try SystemError.check("send", result)
    let send = nextSend
    nextSend &+= 1
    return send
  }

  /// After a send that failed: whether it took a number is not told (a full queue takes one, a pending ICMP
  /// error does not), so both sides count from 0 again.
  public func resynchronise() {
    _ = tp_want_stamps(number, 0)
    _ = tp_want_stamps(number, 1)
    nextSend = 0
  }

  /// The next entry of the error queue: a stamp of a send, or an ICMP error.
  @_optimize(speed)
  public func receiveError(into bytes: inout [UInt8]) throws(SystemError) -> Received {
    while true {
      var message = tp_message()
      guard let count = try receive(&message, into: &bytes, errors: 1) else { return .nothing }
      let messages = parse(message)
      guard let error = messages.error else { continue }
      switch error.origin {
      case ExtendedError.Origin.timestamping:
        guard error.info == ExtendedError.StampKind.sent else { continue }
        return .transmitStamp(send: error.data, messages)
      case ExtendedError.Origin.icmp, ExtendedError.Origin.icmp6:
        return .icmp(error, count: count)
      default: continue
      }
    }
  }

  /// The next datagram.
  @_optimize(speed)
  public func receive(into bytes: inout [UInt8]) throws(SystemError) -> Received {
    var message = tp_message()
    guard let count = try receive(&message, into: &bytes, errors: 0) else { return .nothing }
    return .datagram(count: count, truncated: message.truncated != 0, parse(message))
  }

  private func receive(
    _ message: inout tp_message, into bytes: inout [UInt8], errors: Int32
  ) throws(SystemError) -> Int? {
    message.control = control
    message.control_capacity = Int64(Self.controlCapacity)
    let fd = number
    let result = bytes.withUnsafeMutableBytes { buffer in
      message.bytes = buffer.baseAddress!
      message.capacity = Int64(buffer.count)
      return tp_receive_connected(fd, &message, errors)
    }
    if result == -Int64(SystemError.tryAgain) || result == -Int64(SystemError.interrupted) { return nil }
    return try SystemError.check("recvmsg", result)
  }

  private func parse(_ message: tp_message) -> ControlMessages {
    let buffer = UnsafeRawBufferPointer(start: control, count: Int(message.control_count))
    return ControlMessages(Span<UInt8>(_unsafeBytes: buffer))
  }

  /// The address that queries leave from.
  public func localEndpoint() throws(SystemError) -> Endpoint? {
    var local = tp_endpoint()
    _ = try SystemError.check("getsockname", tp_local_endpoint(number, &local))
    return Endpoint(local)
  }

  /// 0 where the kernel does not tell.
  public func pathMTU(_ family: IPAddress.Family) -> Int64 {
    Int64(max(0, tp_path_mtu(number, family == .v4 ? 4 : 6)))
  }
}
