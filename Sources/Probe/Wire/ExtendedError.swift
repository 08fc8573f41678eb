/// struct sock_extended_err (linux/errqueue.h, ip(7)): what a message from a socket's error queue is.
///
///     0   ee_errno, 4 bytes
///     4   ee_origin    5 ee_type    6 ee_code    7 padding
///     8   ee_info, 4 bytes
///    12   ee_data, 4 bytes
///    16   the address of whoever sent the ICMP error (a sockaddr), where there is one
public struct ExtendedError: Hashable, Sendable {
  /// ENOMSG (42) for a transmit stamp.
  public var errno: UInt32
  /// Of `Origin`.
  public var origin: UInt8
  /// The type and the code of the ICMP message.
  public var type: UInt8
  public var code: UInt8
  /// Of a transmit stamp: of `StampKind`. Of "too big": the path's MTU in bytes.
  public var info: UInt32
  /// Of a transmit stamp: which send it belongs to, counted by SOF_TIMESTAMPING_OPT_ID.
  public var data: UInt32

  public enum Origin {
    public static let none: UInt8 = 0
    public static let local: UInt8 = 1
    public static let icmp: UInt8 = 2
    public static let icmp6: UInt8 = 3
    public static let timestamping: UInt8 = 4
  }

  /// SCM_TSTAMP_SND and the others: where the packet was when it was stamped.
  public enum StampKind {
    /// Handed to the card, or stamped by it.
    public static let sent: UInt32 = 0
    /// Entered the packet scheduler (qdisc).
    public static let scheduled: UInt32 = 1
    /// Acknowledged by the peer: TCP only.
    public static let acknowledged: UInt32 = 2
  }

  public init(errno: UInt32, origin: UInt8, type: UInt8, code: UInt8, info: UInt32, data: UInt32) {
    self.errno = errno
    self.origin = origin
    self.type = type
    self.code = code
    self.info = info
    self.data = data
  }

  /// nil below 16 bytes.
  @inline(__always)
  init?(_ bytes: Span<UInt8>) {
    guard bytes.count >= 16 else { return nil }
    errno = bytes.native32(at: 0)
    origin = bytes[4]
    type = bytes[5]
    code = bytes[6]
    info = bytes.native32(at: 8)
    data = bytes.native32(at: 12)
  }

  /// A transmit stamp and not an error.
  public var isTransmitStamp: Bool { origin == Origin.timestamping }
}
