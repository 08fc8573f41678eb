@testable import Probe

/// A guest whose clocks all run alike: R and M count from 0 and C is `epoch` more, plus what it was stepped by.
/// The reference's clock is C without the steps, so that the true offset is `-stepped`.
enum Scene {
  static let epoch: Int64 = 1_795_227_845_000_000_000

  /// Read around `raw`; `stepped`: C was set forward by this before.
  static func reading(_ raw: Int64, stepped: Int64 = 0, bracket: Int64 = 60) -> LocalReading {
    LocalReading(
      rawBefore: Instant(nanoseconds: raw - bracket / 2),
      realtime: Instant(nanoseconds: epoch + raw + stepped),
      monotonic: Instant(nanoseconds: raw), rawAfter: Instant(nanoseconds: raw - bracket / 2 + bracket))
  }

  static func stamp(_ raw: Int64, _ source: StampSource = .kernel, stepped: Int64 = 0) -> Stamp {
    Stamp(at: Instant(nanoseconds: epoch + raw + stepped), source: source)
  }

  /// The reference's clock at a moment of R.
  static func told(_ raw: Int64) -> Instant<ReferenceTime> { Instant(nanoseconds: epoch + raw) }

  static let server = ServerState(
    leap: 0, stratum: 1, referenceID: ReferenceID(ascii: "GPS"), rootDelay: .zero,
    rootDispersion: .zero, precision: Precision(exponent: -30))

  /// Sent at `departure` and back at `arrival`, seen by this process `lag` earlier and later.
  static func exchange(
    _ departure: Int64, _ serverReceive: Int64, _ serverTransmit: Int64, _ arrival: Int64, lag: Int64 = 0,
    bracket: Int64 = 60, stepped: Int64 = 0, server: ServerState = server
  ) -> Exchange {
    Exchange(
      query: 1, sent: reading(departure - lag, bracket: bracket),
      received: reading(arrival + lag, stepped: stepped, bracket: bracket), transmit: stamp(departure),
      serverReceive: told(serverReceive), serverTransmit: told(serverTransmit),
      receive: stamp(arrival, stepped: stepped), server: server)
  }

  /// A good reply; `change` spoils it.
  static func packet(
    _ cookie: NTPTime, _ serverReceive: Int64, _ serverTransmit: Int64,
    _ change: (inout NTPPacket) -> Void = { _ in }
  ) -> [UInt8] {
    var packet = NTPPacket(
      leap: 0, version: 4, mode: NTPPacket.Mode.server, stratum: 1, poll: 3,
      precision: Precision(exponent: -25),
      rootDelay: NTPShort(bits: 0), rootDispersion: NTPShort(bits: 1), referenceID: ReferenceID(ascii: "GPS"),
      referenceTime: .zero, originTime: cookie, receiveTime: NTPTime(told(serverReceive)),
      transmitTime: NTPTime(told(serverTransmit)))
    change(&packet)
    return packet.written
  }

  /// Four characters at most.
  static func code(_ text: String) -> ReferenceID {
    ReferenceID(
      bits: text.utf8.enumerated().reduce(0) { $0 | UInt32($1.element) << UInt32(24 - 8 * $1.offset) })
  }

  static func cookie(_ query: UInt64) -> NTPTime { NTPTime(bits: 0x5eed_0000 + query) }
}

/// Times of R in these tests are written as microseconds.
func us(_ n: Int64) -> Int64 { n * 1000 }
func ms(_ n: Int64) -> Int64 { n * 1_000_000 }

extension Query {
  /// As many as the test sends, 8 ms apart, towards loopback.
  static func scene(
    count: UInt64? = 1000, slowCount: UInt64? = nil, duration: Nanoseconds? = nil,
    timeout: Nanoseconds = .milliseconds(100), wished: Nanoseconds = .milliseconds(8),
    scope: IPAddress.Scope = .loopback, rateAgreed: Bool = false
  ) -> Query {
    Query(
      Plan(count: count, slowCount: slowCount, duration: duration, timeout: timeout),
      Politeness(scope: scope, rateAgreed: rateAgreed, wished: wished), start: Instant(nanoseconds: 0))
  }

  /// Query `number` leaves; its cookie is `Scene.cookie(number)`, its send has the number below.
  mutating func send(_ number: UInt64, _ raw: Int64) {
    didSend(Scene.cookie(number), Scene.reading(raw), send: UInt32(number - 1))
  }

  /// The kernel's stamp of query `number`.
  mutating func stamp(_ number: UInt64, _ raw: Int64) -> Ending? {
    didTransmit(UInt32(number - 1), Scene.stamp(raw))
  }

  /// Bytes come in, the kernel's stamp a microsecond before this process has them.
  mutating func receive(_ bytes: [UInt8], _ raw: Int64, truncated: Bool = false, stepped: Int64 = 0)
    -> Ending?
  {
    didReceive(
      bytes.span, truncated: truncated, Scene.stamp(raw - 1000, stepped: stepped),
      Scene.reading(raw, stepped: stepped))
  }

  /// A good reply to query `number`, 100 us before `raw` at the server.
  mutating func reply(
    _ number: UInt64, _ raw: Int64, _ change: (inout NTPPacket) -> Void = { _ in }
  ) -> Ending? {
    receive(Scene.packet(Scene.cookie(number), raw - us(110), raw - us(100), change), raw)
  }
}

extension Ending {
  var exchange: Exchange? { if case .sample(let exchange) = self { exchange } else { nil } }
  var loss: Loss? { if case .loss(let loss) = self { loss } else { nil } }
  var query: UInt64 { exchange?.query ?? loss?.query ?? 0 }
}
