import CShim

/// A UDP socket that answers whoever asks, with the kernel's stamps of what arrives.
public final class ServerSocket {
  private let descriptor: Descriptor
  private let control: UnsafeMutableRawPointer
  private var message = tp_message()

  static let controlCapacity = 256
  /// Room for a burst of queries while this thread is not running: 2000 of them at the kernel's price of about 1 KB.
  static let receiveBuffer: Int32 = 2 << 20

  /// Port 0: the kernel picks one.
  public init(on local: Endpoint, interface: String?) throws(SystemError) {
    let family: UInt8 = local.address.family == .v4 ? 4 : 6
    descriptor = try Descriptor("socket", opened: tp_udp_open(family))
    control = UnsafeMutableRawPointer.allocate(byteCount: Self.controlCapacity, alignment: 16)
    if let interface { _ = try SystemError.check("SO_BINDTODEVICE", tp_bind_to_interface(number, interface)) }
    _ = tp_want_stamps(number, 0)
    _ = tp_want_packet_info(number, family)
    _ = tp_set_receive_buffer(number, Self.receiveBuffer)
    var address = local.shim
    _ = try SystemError.check("bind", tp_bind(number, &address))
  }

  deinit { control.deallocate() }

  public var number: Int32 { descriptor.number }

  public func localEndpoint() throws(SystemError) -> Endpoint? {
    var local = tp_endpoint()
    _ = try SystemError.check("getsockname", tp_local_endpoint(number, &local))
    return Endpoint(local)
  }

  /// The next query: its length and the kernel's stamp of its arrival; nil when there is none.
  public func receive(into bytes: inout [UInt8]) -> (count: Int, stamp: Instant<Realtime>?)? {
    message.control = control
    message.control_capacity = Int64(Self.controlCapacity)
    let fd = number
    let count = bytes.withUnsafeMutableBytes { buffer in
      message.bytes = buffer.baseAddress!
      message.capacity = Int64(buffer.count)
      return tp_receive(fd, &message)
    }
    // An error here is one of an earlier reply's (ICMP); the next call has the next datagram.
    guard count >= 0 else { return nil }
    let buffer = UnsafeRawBufferPointer(start: control, count: Int(message.control_count))
    return (Int(count), ControlMessages(Span<UInt8>(_unsafeBytes: buffer)).software)
  }

  /// Answers the query that was received last. A reply that the kernel refuses is a reply lost, as on any network.
  public func reply(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { tp_reply(number, $0.baseAddress!, Int64($0.count), &message) } >= 0
  }
}
