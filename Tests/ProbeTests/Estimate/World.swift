@testable import Probe

/// A guest, a path and a reference with a known truth: g = S - R is a line, C runs off against R, and each leg
/// of a query takes what chance gives it. Nothing here is symmetric.
struct World {
  var random: SeededGenerator
  /// g at R = 0, and its slope.
  var start: Int64
  var slope: Rate
  /// C - R at R = 0, and its slope: C and M are slewed together.
  var clock: Int64
  var slew: Rate
  var floor: Int64 = us(90)
  /// The longest that a leg waits beyond the floor; by 2^n ns with every n as likely as another.
  var jitter: UInt64 = 1 << 21
  /// The way out is always at the floor.
  var isOneSided = false

  init(seed: UInt64, slope: Rate? = nil) {
    random = SeededGenerator(seed: seed)
    let base = Scene.epoch + Int64(random.next() % UInt64(ms(50)))
    start = base
    clock = base + Int64(random.next() % UInt64(ms(20))) - ms(10)
    let chance = Rate.partsPerMillion(Int64(random.next() % 801) - 400)
    self.slope = slope ?? chance
    slew = .partsPerMillion(Int64(random.next() % 1001) - 500)
  }

  /// g at a moment of R, to a nanosecond.
  func truth(_ raw: Int64) -> Int64 { start + slope.over(Nanoseconds(raw)).count }

  func realtime(_ raw: Int64) -> Int64 { raw + clock + slew.over(Nanoseconds(raw)).count }

  /// C read somewhere inside the bracket, as a preemption decides.
  mutating func reading(_ raw: Int64) -> LocalReading {
    let bracket = random.next() % 50 == 0 ? us(400) : 40 + Int64(random.next() % 60)
    let at = Int64(random.next() % UInt64(bracket + 1))
    return LocalReading(
      rawBefore: Instant(nanoseconds: raw - at), realtime: Instant(nanoseconds: realtime(raw)),
      monotonic: Instant(nanoseconds: realtime(raw) - clock),
      rawAfter: Instant(nanoseconds: raw - at + bracket))
  }

  mutating func leg() -> Int64 {
    let reach = UInt64(1) << (random.next() % 22)
    return floor + Int64(random.next() % min(jitter, reach))
  }

  mutating func stage() -> Int64 { 500 + Int64(random.next() % 20_000) }

  mutating func exchange(_ sent: Int64) -> Exchange {
    let departure = sent + stage()
    let atServer = departure + (isOneSided ? floor : leg())
    let leaves = atServer + Int64(random.next() % 30_000)
    let arrival = leaves + leg()
    let seen = arrival + stage()
    let isKernel = random.next() % 8 != 0
    return Exchange(
      query: 1, sent: reading(sent), received: reading(seen),
      transmit: Stamp(
        at: Instant(nanoseconds: realtime(isKernel ? departure : sent)), source: isKernel ? .kernel : .user),
      serverReceive: Instant(nanoseconds: atServer + truth(atServer)),
      serverTransmit: Instant(nanoseconds: leaves + truth(leaves)),
      receive: Stamp(
        at: Instant(nanoseconds: realtime(isKernel ? arrival : seen)), source: isKernel ? .kernel : .user),
      server: Scene.server)
  }
}
