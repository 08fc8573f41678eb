/// The NTP header. Numbers are big-endian.
///
/// RFC 5905 figure 8:
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///   0 |LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///   4 |                          Root Delay                           |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///   8 |                        Root Dispersion                        |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///  12 |                         Reference ID                          |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///  16 |                    Reference Timestamp (64)                   |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///  24 |                      Origin Timestamp (64)                    |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///  32 |                      Receive Timestamp (64)                   |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///  40 |                      Transmit Timestamp (64)                  |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///  48   extension fields and MAC: Trailer.swift
public struct NTPPacket: Equatable, Sendable {
  /// 0...3; 1 and 2 announce a leap second, 3 is "not synchronised" (RFC 5905 figure 9).
  public var leap: UInt8
  /// 0...7
  public var version: UInt8
  /// 0...7, of `Mode`
  public var mode: UInt8
  /// 0 unspecified (or a kiss code), 1 primary, 2...15 secondary, 16 not synchronised (RFC 5905 figure 11).
  public var stratum: UInt8
  /// log2 of seconds
  public var poll: Int8
  public var precision: Precision
  /// Round trip to the primary source.
  public var rootDelay: NTPShort
  /// Error bound of the server against the primary source, beside half the root delay.
  public var rootDispersion: NTPShort
  public var referenceID: ReferenceID
  /// When the server's clock was last set or corrected.
  public var referenceTime: NTPTime
  /// In a basic reply: the query's `transmitTime`, unchanged.
  public var originTime: NTPTime
  /// T2: the query's arrival, by the server's clock.
  public var receiveTime: NTPTime
  /// T3: the reply's departure, by the server's clock; in a query whatever the client likes.
  public var transmitTime: NTPTime

  public static let headerSize = 48

  /// RFC 5905 figure 10.
  public enum Mode {
    public static let reserved: UInt8 = 0
    public static let symmetricActive: UInt8 = 1
    public static let symmetricPassive: UInt8 = 2
    public static let client: UInt8 = 3
    public static let server: UInt8 = 4
    public static let broadcast: UInt8 = 5
    public static let control: UInt8 = 6
    public static let privateUse: UInt8 = 7
  }

  public init(
    leap: UInt8, version: UInt8, mode: UInt8, stratum: UInt8, poll: Int8, precision: Precision,
    rootDelay: NTPShort, rootDispersion: NTPShort, referenceID: ReferenceID,
    referenceTime: NTPTime, originTime: NTPTime, receiveTime: NTPTime, transmitTime: NTPTime
  ) {
    self.leap = leap
    self.version = version
    self.mode = mode
    self.stratum = stratum
    self.poll = poll
    self.precision = precision
    self.rootDelay = rootDelay
    self.rootDispersion = rootDispersion
    self.referenceID = referenceID
    self.referenceTime = referenceTime
    self.originTime = originTime
    self.receiveTime = receiveTime
    self.transmitTime = transmitTime
  }

  /// nil below 48 bytes; every other content is some packet. What follows byte 48 is not looked at.
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count >= Self.headerSize else { return nil }
    leap = bytes[0] >> 6
    version = bytes[0] >> 3 & 7
    mode = bytes[0] & 7
    stratum = bytes[1]
    poll = Int8(bitPattern: bytes[2])
    precision = Precision(exponent: Int8(bitPattern: bytes[3]))
    rootDelay = NTPShort(bits: bytes.bigEndian32(at: 4))
    rootDispersion = NTPShort(bits: bytes.bigEndian32(at: 8))
    referenceID = ReferenceID(bits: bytes.bigEndian32(at: 12))
    referenceTime = NTPTime(bits: bytes.bigEndian64(at: 16))
    originTime = NTPTime(bits: bytes.bigEndian64(at: 24))
    receiveTime = NTPTime(bits: bytes.bigEndian64(at: 32))
    transmitTime = NTPTime(bits: bytes.bigEndian64(at: 40))
  }

  /// Fills the first 48 bytes; `bytes` must have them. Of leap, version and mode only the bits that fit.
  public func write(to bytes: inout MutableSpan<UInt8>) {
    precondition(bytes.count >= Self.headerSize)
    bytes[0] = leap << 6 | (version & 7) << 3 | (mode & 7)
    bytes[1] = stratum
    bytes[2] = UInt8(bitPattern: poll)
    bytes[3] = UInt8(bitPattern: precision.exponent)
    bytes.store(bigEndian: rootDelay.bits, at: 4)
    bytes.store(bigEndian: rootDispersion.bits, at: 8)
    bytes.store(bigEndian: referenceID.bits, at: 12)
    bytes.store(bigEndian: referenceTime.bits, at: 16)
    bytes.store(bigEndian: originTime.bits, at: 24)
    bytes.store(bigEndian: receiveTime.bits, at: 32)
    Self.write(transmitTime: transmitTime, to: &bytes)
  }

  /// This field alone; `bytes` must have the 48 of a header.
  static func write(transmitTime: NTPTime, to bytes: inout MutableSpan<UInt8>) {
    bytes.store(bigEndian: transmitTime.bits, at: 40)
  }

  /// A client's query that tells nothing about the client (draft-ietf-ntp-data-minimization): all
  /// zero but the first byte and a random transmit timestamp, which the reply must bring back and
  /// which an attacker off the path cannot guess. `cookie` must not be zero: zero means "unknown".
  public static func query(cookie: NTPTime, version: UInt8 = 4) -> NTPPacket {
    NTPPacket(
      leap: 0, version: version, mode: Mode.client, stratum: 0, poll: 0, precision: Precision(exponent: 0),
      rootDelay: NTPShort(bits: 0), rootDispersion: NTPShort(bits: 0), referenceID: ReferenceID(bits: 0),
      referenceTime: .zero, originTime: .zero, receiveTime: .zero, transmitTime: cookie)
  }
}
