@testable import Probe

/// Somebody who does not see the queries but sends what looks like replies: the address and the port are right.
struct Attack {
  /// Packets a second.
  var rate: Double
  var from = Nanoseconds.zero
  var to = Nanoseconds.seconds(3)
  /// Also replies that the probe had before.
  var replays = true

  /// - Parameter old: genuine replies that were delivered already
  func packet(_ dice: inout Dice, old: [[UInt8]], now: NTPTime) -> [UInt8] {
    let kind = dice.pick(0...7)
    if kind == 0 { return (0..<dice.pick(0...120)).map { _ in UInt8(truncatingIfNeeded: dice.next()) } }
    if kind == 1, replays, let genuine = old.randomElement(using: &dice) { return genuine }
    var packet = NTPPacket.query(cookie: now)
    packet.mode = NTPPacket.Mode.server
    packet.stratum = 1
    packet.originTime = NTPTime(bits: dice.next())
    packet.receiveTime = NTPTime(bits: now.bits &+ 1 << 40)
    packet.transmitTime = NTPTime(bits: now.bits &+ 1 << 40)
    switch kind {
    case 2: packet.originTime = .zero
    case 3: (packet.stratum, packet.referenceID) = (0, ReferenceID(ascii: "DENY"))
    case 4: (packet.stratum, packet.referenceID) = (0, ReferenceID(ascii: "RATE"))
    case 5: packet.mode = UInt8(dice.pick(0...7))
    case 6: return packet.bytes + (0..<dice.pick(1...4000)).map { _ in 0xff }
    default: break
    }
    return packet.bytes
  }
}
