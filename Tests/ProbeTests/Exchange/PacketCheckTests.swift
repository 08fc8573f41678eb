import Testing

@testable import Probe

/// Every check is reached, and of two faults the one that stands first is named.
@Suite struct PacketCheckTests {
  /// What is done to a good reply. `origin`: whose cookie it brings.
  struct Fault: Sendable {
    var check: PacketCheck
    var cookie: UInt64?
    var isTruncated = false
    var packet: @Sendable (inout NTPPacket) -> Void = { _ in }
    var bytes: @Sendable (inout [UInt8]) -> Void = { _ in }
  }

  static let faults = [
    Fault(check: .short, bytes: { $0.removeSubrange(47...) }),
    Fault(check: .long, isTruncated: true),
    Fault(check: .version, packet: { $0.version = 3 }),
    Fault(check: .mode, packet: { $0.mode = NTPPacket.Mode.broadcast }),
    Fault(check: .trailer, bytes: { $0 += [1, 2, 3] }),
    Fault(check: .duplicate, cookie: 1),
    Fault(check: .late, cookie: 2),
    Fault(check: .origin, cookie: 99),
    Fault(
      check: .kiss,
      packet: {
        $0.stratum = 0
        $0.referenceID = ReferenceID(ascii: "INIT")
      }),
    Fault(check: .unsynchronized, packet: { $0.leap = 3 }),
    Fault(check: .times, packet: { $0.transmitTime = .zero }),
    Fault(check: .root, packet: { $0.rootDispersion = NTPShort(covering: .seconds(16)) }),
    Fault(check: .delay, packet: { $0.transmitTime = NTPTime(Scene.told(ms(900))) }),
  ]

  /// Query 1 was answered, query 2 was given up, query 3 is open and has the stamp of its send.
  private func scene() -> Query {
    var query = Query.scene()
    query.send(1, 0)
    _ = query.stamp(1, us(5))
    #expect(query.reply(1, us(300))?.exchange != nil)
    query.send(2, ms(8))
    #expect(query.expire(Instant(nanoseconds: ms(150)))?.loss?.reason == .timeout)
    query.send(3, ms(200))
    _ = query.stamp(3, ms(200) + us(5))
    return query
  }

  /// What the checks say to a reply with these faults, and how query 3 ends after it.
  private func judge(_ faults: [Fault]) -> (CheckCounts, Loss?) {
    var query = scene()
    let cookie = faults.lazy.compactMap { $0.cookie }.first ?? 3
    var bytes = Scene.packet(Scene.cookie(cookie), ms(200) + us(100), ms(200) + us(110)) { packet in
      for fault in faults.reversed() { fault.packet(&packet) }
    }
    for fault in faults.reversed() { fault.bytes(&bytes) }
    let isTruncated = faults.contains { $0.isTruncated }
    var ending = query.receive(bytes, ms(200) + us(300), truncated: isTruncated)
    #expect(ending?.exchange == nil)
    if ending == nil { ending = query.expire(Instant(nanoseconds: ms(400))) }
    var counts = query.stray
    if let loss = ending?.loss { counts.add(loss.rejected) }
    return (counts, ending?.loss)
  }

  private func only(_ check: PacketCheck) -> CheckCounts {
    var counts = CheckCounts()
    counts.count(check)
    return counts
  }

  @Test func theTableHasEveryCheckInItsOrder() {
    #expect(Self.faults.map { $0.check } == PacketCheck.allCases)
  }

  @Test func aReplyWithoutFaultIsASample() {
    var query = scene()
    #expect(query.reply(3, ms(200) + us(300))?.exchange?.query == 3)
    #expect(query.stray == CheckCounts())
  }

  /// A reply that names the query by its cookie is on the query's account; the others are strays.
  @Test(arguments: 0..<13)
  func eachCheckIsReached(_ index: Int) {
    let fault = Self.faults[index]
    let (counts, loss) = judge([fault])
    #expect(counts == only(fault.check))
    let isOwn = fault.check > .origin
    #expect(loss?.query == 3)
    #expect(loss?.reason == (isOwn ? .rejected : .timeout))
    #expect(loss?.rejected == (isOwn ? only(fault.check) : CheckCounts()))
  }

  @Test(arguments: 0..<13)
  func ofTwoFaultsTheFirstIsNamed(_ index: Int) {
    let first = Self.faults[index]
    for second in Self.faults[(index + 1)...] where first.cookie == nil || second.cookie == nil {
      #expect(
        judge([first, second]).0 == only(first.check), "\(first.check.name) before \(second.check.name)")
    }
  }

  @Test func timesThatRunBackwardsAreBadTimes() {
    var query = scene()
    let bytes = Scene.packet(Scene.cookie(3), ms(200) + us(110), ms(200) + us(100))
    #expect(query.receive(bytes, ms(200) + us(300)) == nil)
    #expect(query.expire(Instant(nanoseconds: ms(400)))?.loss?.rejected == only(.times))
  }

  @Test(arguments: [(15, nil), (16, .unsynchronized), (255, .unsynchronized)] as [(UInt8, PacketCheck?)])
  func theStrataOfRFC5905(_ stratum: UInt8, _ check: PacketCheck?) {
    var packet = NTPPacket(Scene.packet(.zero, 0, 0).span)!
    packet.stratum = stratum
    #expect(PacketCheck.server(packet) == check)
  }

  @Test(arguments: [(15_999, nil), (16_000, .root)] as [(Int64, PacketCheck?)])
  func theRootDistanceOfRFC5905(_ distance: Int64, _ check: PacketCheck?) {
    var packet = NTPPacket(Scene.packet(.zero, 0, 0).span)!
    packet.rootDispersion = NTPShort(bits: 0)
    packet.rootDelay = NTPShort(bits: UInt32(distance * 2 * 65536 / 1000))
    #expect(PacketCheck.server(packet) == check)
  }

  /// 500 ppm of the exchange, twice the precision and a microsecond are the reference's to spare.
  @Test(arguments: [(0, nil), (1100, nil), (1200, .delay)] as [(Int64, PacketCheck?)])
  func aServerCannotHoldAQueryForLongerThanItLasted(_ excess: Int64, _ check: PacketCheck?) {
    #expect(PacketCheck.instants(Scene.exchange(0, -excess, us(300), us(300))) == check)
  }
}

extension PacketCheck {
  static func > (a: PacketCheck, b: PacketCheck) -> Bool { a.rawValue > b.rawValue }
}
