/// The kernel's word about a datagram: the `msg_control` bytes of recvmsg(2).
///
/// A control message of 64-bit Linux (cmsg(3)), in the byte order of the machine; the next one
/// begins at the next multiple of 8:
///
///     0   cmsg_len, 8 bytes: header and data, without the padding after them
///     8   cmsg_level, 4 bytes
///    12   cmsg_type, 4 bytes
///    16   data
///
/// A message that is not understood is skipped. One that is cut short, runs past the end, has an
/// impossible value or contradicts an earlier one gives nothing and sets `malformed`.
public struct ControlMessages: Equatable, Sendable {
  /// The kernel's stamp, by CLOCK_REALTIME.
  public var software: Instant<Realtime>?
  /// The network card's stamp, by **the card's own clock**: it is on the scale of CLOCK_REALTIME only
  /// where somebody keeps that clock so.
  public var hardware: Instant<Realtime>?
  /// Of a message from the error queue: an ICMP error, or what a transmit stamp belongs to.
  public var error: ExtendedError?
  /// The interface that the datagram came in by (IP_PKTINFO, IPV6_PKTINFO).
  public var interfaceIndex: UInt32?
  /// Of a hardware stamp, which card took it (SCM_TIMESTAMPING_PKTINFO).
  public var stampPacketInfo: StampPacketInfo?
  public var malformed = false

  public struct StampPacketInfo: Hashable, Sendable {
    /// The physical interface; 0 = the kernel does not know.
    public var interfaceIndex: UInt32
    /// In bytes, at layer 2: what a receive stamp at the start of a frame needs for its end.
    public var length: UInt32

    public init(interfaceIndex: UInt32, length: UInt32) {
      self.interfaceIndex = interfaceIndex
      self.length = length
    }
  }

  public init() {}

  static let headerSize = 16

  public init(_ bytes: Span<UInt8>) {
    read(bytes)
  }

  private mutating func read(_ bytes: Span<UInt8>) {
    var offset = 0
    while offset < bytes.count {
      let left = bytes.count - offset
      guard left >= Self.headerSize else { return reject() }
      let length = bytes.native64(at: offset)
      guard length >= UInt64(Self.headerSize), length <= UInt64(left) else { return reject() }
      let end = offset + Int(length)
      let level = bytes.native32(at: offset + 8)
      let type = bytes.native32(at: offset + 12)
      take(level: level, type: type, bytes.extracting(offset + Self.headerSize..<end))
      offset = (end + 7) & ~7
    }
  }

  /// What every stamp comes with; the rest is out of the way.
  @inline(__always)
  private mutating func take(level: UInt32, type: UInt32, _ data: Span<UInt8>) {
    switch (level, type) {
    case (Self.solSocket, Self.timestampingOld), (Self.solSocket, Self.timestampingNew):
      takeStamps(data)
    case (Self.solIP, Self.ipReceiveError), (Self.solIPv6, Self.ipv6ReceiveError):
      guard let read = ExtendedError(data) else { return reject() }
      Self.set(&error, read, &malformed)
    default: takeRare(level: level, type: type, data)
    }
  }

  @inline(never)
  private mutating func takeRare(level: UInt32, type: UInt32, _ data: Span<UInt8>) {
    switch (level, type) {
    case (Self.solSocket, Self.timestampingPacketInfo):
      guard data.count >= 8 else { return reject() }
      let info = StampPacketInfo(interfaceIndex: data.native32(at: 0), length: data.native32(at: 4))
      Self.set(&stampPacketInfo, info, &malformed)
    case (Self.solIP, Self.ipPacketInfo):
      // struct in_pktinfo: interface, local address, destination address; 4 bytes each.
      guard data.count >= 12 else { return reject() }
      Self.set(&interfaceIndex, data.native32(at: 0), &malformed)
    case (Self.solIPv6, Self.ipv6PacketInfo):
      // struct in6_pktinfo: address of 16 bytes, interface of 4.
      guard data.count >= 20 else { return reject() }
      Self.set(&interfaceIndex, data.native32(at: 16), &malformed)
    default: break
    }
  }

  /// struct scm_timestamping (linux/errqueue.h): three timespecs of 16 bytes. The first is software,
  /// the second is no longer used, the third is hardware; zero = absent. On 64-bit machines the old
  /// and the new form are the same.
  @inline(__always)
  private mutating func takeStamps(_ data: Span<UInt8>) {
    guard data.count >= 48 else { return reject() }
    if let stamp = readTimespec(data, at: 0) { Self.set(&software, stamp, &malformed) }
    if let stamp = readTimespec(data, at: 32) { Self.set(&hardware, stamp, &malformed) }
  }

  /// nil where it is zero, or impossible. The kernel's time is never negative, and the seconds must
  /// fit an `Instant`: the last whole second is in the year 2262 (KTIME_SEC_MAX).
  @inline(__always)
  private mutating func readTimespec(_ data: Span<UInt8>, at offset: Int) -> Instant<Realtime>? {
    let seconds = data.native64(at: offset)
    let nanoseconds = data.native64(at: offset + 8)
    guard seconds != 0 || nanoseconds != 0 else { return nil }
    guard seconds < 9_223_372_036, nanoseconds < 1_000_000_000 else {
      reject()
      return nil
    }
    return Instant(nanoseconds: Int64(seconds) * 1_000_000_000 + Int64(nanoseconds))
  }

  private mutating func reject() { malformed = true }

  /// The first one counts. The kernel may say a thing twice (IP and IPv6 on one socket), never in two ways.
  @inline(__always)
  private static func set<Value: Equatable>(
    _ slot: inout Value?, _ value: Value, _ malformed: inout Bool
  ) {
    if slot == nil {
      slot = value
    } else if slot != value {
      malformed = true
    }
  }

  // asm-generic/socket.h, linux/in.h, linux/in6.h
  static let solSocket: UInt32 = 1
  static let timestampingOld: UInt32 = 37
  static let timestampingPacketInfo: UInt32 = 58
  static let timestampingNew: UInt32 = 65
  static let solIP: UInt32 = 0
  static let ipPacketInfo: UInt32 = 8
  static let ipReceiveError: UInt32 = 11
  static let solIPv6: UInt32 = 41
  static let ipv6ReceiveError: UInt32 = 25
  static let ipv6PacketInfo: UInt32 = 50
}
