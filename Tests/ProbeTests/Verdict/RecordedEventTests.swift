import Testing

@testable import Probe

/// Events and losses that are written down and read again are what they were.
@Suite struct RecordedEventTests {
  private func lines(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter()
    write(&writer)
    return Array(writer.bytes.dropLast())
  }

  private func event(_ bytes: [UInt8]) -> LocalEvent? {
    var line = RecordLine()
    return line.read(bytes.span) == nil ? LocalEvent(line, bytes.span) : nil
  }

  private func loss(_ bytes: [UInt8]) -> Loss? {
    var line = RecordLine()
    return line.read(bytes.span) == nil ? Loss(line, bytes.span) : nil
  }

  @Test(arguments: Cause.allCases) func events(cause: Cause) throws {
    var event = LocalEvent(
      cause, cause == .guestStall ? .indicated : .proven, from: Instant(nanoseconds: 5),
      to: Instant(nanoseconds: 70),
      known: LocalReading(
        rawBefore: Instant(nanoseconds: 80), realtime: Instant(nanoseconds: 1_795_227_845_838_933_792),
        monotonic: Instant(nanoseconds: 80), rawAfter: Instant(nanoseconds: 80)))
    event.size = Nanoseconds(-2_500_000)
    event.error = Nanoseconds(76)
    event.length = .milliseconds(3)
    event.evidence.timer = true
    event.evidence.rateBefore = Rate(partsPerTrillion: -4_000_000)
    event.evidence.rate = Rate(partsPerTrillion: 9_000)
    event.evidence.rateError = Rate(partsPerTrillion: 300_000)
    event.evidence.isKernelRate = true
    event.evidence.leap = .insert
    event.evidence.tai = 37
    event.evidence.clocksourceBefore = Word(Array("tsc".utf8).span)
    event.evidence.clocksource = Word(Array("kvm-clock".utf8).span)
    event.evidence.isPvclock = true
    event.evidence.isVmclock = true
    event.evidence.isStopped = true
    event.evidence.taker = .throttled
    event.evidence.runDelay = .microseconds(1)
    event.evidence.throttled = .microseconds(2)
    event.evidence.steal = .microseconds(3)
    event.evidence.isToward = false
    let bytes = lines {
      $0.json(
        EventRecord(header: Header(seq: 3, time: event.known.realtime, raw: event.known.raw), event: event),
        Fixture.origin)
    }
    #expect(self.event(bytes) == event)
  }

  @Test func aCauseOfALaterVersionIsNone() {
    let bytes = lines {
      $0.json(EventRecord(header: Fixture.header(18), event: Fixture.event), Fixture.origin)
    }
    #expect(event(bytes) != nil)
    let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences("clock-step", "clock-stop")
    #expect(event(Array(text.utf8)) == nil)
  }

  @Test(
    arguments: [
      .timeout, .rejected, .rateLimited, .denied, .abandoned, .icmp("port-unreachable"),
      .icmp("beyond-scope"), .sendFailed(101),
    ] as [LossReason])
  func losses(reason: LossReason) throws {
    let record = Fixture.loss(reason, rejected: Fixture.twoChecks)
    let again = try #require(loss(lines { $0.json(record, Fixture.origin, Fixture.gps1) }))
    #expect(again.reason.name.text == reason.name.text && again.query == record.loss.query)
    #expect(again.rejected == record.loss.rejected && again.ended == record.header.raw)
    #expect(again.ended - again.sent.raw == record.loss.ended - record.loss.sent.raw)
    switch (again.reason, reason) {
    case (.icmp(let one), .icmp(let other)): #expect(one.text == other.text)
    case (.sendFailed(let one), .sendFailed(let other)): #expect(one == other)
    default: break
    }
  }

  /// Each name that an ICMP error can have is found again.
  @Test func everyNameOfICMP() {
    for type: UInt8 in 0...255 {
      for code: UInt8 in 0...20 {
        for origin in [ExtendedError.Origin.icmp, ExtendedError.Origin.icmp6] {
          let error = ExtendedError(errno: 1, origin: origin, type: type, code: code, info: 0, data: 0)
          guard let name = error.icmpName else { continue }
          let bytes = Array(name.text.utf8)
          #expect(ExtendedError.icmpName(bytes.span).text == name.text)
        }
      }
    }
  }
}
