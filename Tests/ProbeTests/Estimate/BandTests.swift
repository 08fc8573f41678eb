import Testing

@testable import Probe

@Suite struct BandTests {
  /// g at most `high` at `departed` and at least `low` at `arrived`, all in ns.
  private func bound(_ departed: Int64, high: Int64, _ arrived: Int64, low: Int64) -> Bound {
    var bound = Bound(Scene.exchange(0, 0, 0, 0))
    bound.departed = Instant(nanoseconds: departed)
    bound.arrived = Instant(nanoseconds: arrived)
    bound.high = Nanoseconds(high)
    bound.low = Nanoseconds(low)
    return bound
  }

  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  @Test func nothingIsKnownBeforeTheFirst() {
    let bounds = Band().bounds(at: at(ms(5)))
    #expect(bounds.low == .min && bounds.high == .max)
  }

  /// 500 ppm, both ways in time.
  @Test func boundsAreCarriedBothWays() {
    var band = Band()
    #expect(band.add(bound(ms(10), high: 7000, ms(10), low: -3000)) == true)
    for distance: Int64 in [0, 1, 2000, ms(1), ms(1000)] {
      let widening = Assumption.largestDrift.over(Nanoseconds(distance)).count
      for moment in [ms(10) - distance, ms(10) + distance] {
        let (low, high) = band.bounds(at: at(moment))
        #expect(low == Nanoseconds(-3000 - widening) && high == Nanoseconds(7000 + widening))
      }
    }
  }

  @Test func anEmptyIntersectionIsAContradiction() {
    var band = Band()
    #expect(band.add(bound(0, high: 1000, us(100), low: -1000)) == true)
    // A step of S by 5 us within 1 ms, in which it can drift 0.5 us.
    #expect(band.add(bound(ms(1), high: 6000, ms(1) + us(100), low: 4000)) == false)
    #expect(band.contradictions == 1)
    // Begun anew with the one that is newer.
    let (low, high) = band.bounds(at: at(ms(1) + us(100)))
    #expect(low == Nanoseconds(4000) && high == Nanoseconds(6050))
    #expect(band.add(bound(ms(2), high: 6000, ms(2) + us(100), low: 4000)) == true)
    #expect(band.contradictions == 1)
  }

  @Test func anExchangeThatContradictsItselfChangesNothing() {
    var band = Band()
    #expect(band.add(bound(0, high: 1000, us(100), low: 2000)) == false)
    #expect(band.bounds(at: at(0)).low == .min)
    #expect(band.add(bound(0, high: 1000, us(100), low: -1000)) == true)
    let before = band.bounds(at: at(ms(3)))
    #expect(band.add(bound(ms(1), high: -9000, ms(1), low: 9000)) == false)
    #expect(band.bounds(at: at(ms(3))) == before)
    #expect(band.contradictions == 2)
  }

  /// A reply that overtook another: its moment is before the band's.
  @Test func anOlderExchangeStillNarrows() {
    var band = Band()
    #expect(band.add(bound(ms(9), high: 9000, ms(10), low: -9000)) == true)
    #expect(band.add(bound(ms(7), high: 2000, ms(8), low: -9000)) == true)
    let (low, high) = band.bounds(at: at(ms(10)))
    #expect(low == Nanoseconds(-9000))
    #expect(high == Nanoseconds(2000 + 1500))
  }

  @Test func hostileBoundsNeverTrap() {
    var random = SeededGenerator(seed: 30)
    var band = Band()
    for _ in 0..<20_000 {
      let one = bound(random.number(), high: random.number(), random.number(), low: random.number())
      _ = band.add(one)
      _ = band.bounds(at: at(random.number()))
    }
  }
}
