import Testing

@testable import Probe

/// The band against all constraints at once, by brute force.
@Suite struct BandPropertyTests {
  /// Of every constraint the widening to one moment, the narrowest on each side. Carrying step by step rounds up
  /// a nanosecond a step.
  private func bruteForce(_ bounds: [Bound], at moment: Instant<Raw>) -> (low: Nanoseconds, high: Nanoseconds)
  {
    var low = Nanoseconds.min
    var high = Nanoseconds.max
    for bound in bounds {
      low = max(low, bound.low - Assumption.largestDrift.over((moment - bound.arrived).magnitude))
      high = min(high, bound.high + Assumption.largestDrift.over((moment - bound.departed).magnitude))
    }
    return (low, high)
  }

  @Test(arguments: 0..<30)
  func byTheLargestDriftAsNarrowAsAllConstraintsTogether(_ seed: Int) throws {
    var world = World(seed: 2000 + UInt64(seed))
    var band = DriftBand()
    var bounds: [Bound] = []
    for index: Int64 in 0..<200 {
      let bound = Bound(world.exchange(ms(8 * index)))
      bounds.append(bound)
      let moment = band.isOpen ? bound.arrived : max(band.at, bound.arrived)
      #expect(band.narrow(try #require(DriftBand(bound, at: moment))) == true)
      let exact = bruteForce(bounds, at: moment)
      let steps = Nanoseconds(index + 2)
      #expect(band.low <= exact.low && exact.low - band.low <= steps)
      #expect(band.high >= exact.high && band.high - exact.high <= steps)
    }
  }

  /// At the band's moment, before it and after it.
  @Test(arguments: 0..<30)
  func theTruthIsInside(_ seed: Int) {
    var world = World(seed: 3000 + UInt64(seed))
    var band = Band()
    for index: Int64 in 0..<200 {
      #expect(band.add(Bound(world.exchange(ms(8 * index)))) == true)
      for distance: Int64 in [0, us(50), ms(8), ms(500)] {
        for moment in [band.at.nanoseconds - distance, band.at.nanoseconds + distance] {
          let (low, high) = band.bounds(at: Instant(nanoseconds: moment))
          #expect(low.count <= world.truth(moment) && world.truth(moment) <= high.count)
        }
      }
    }
  }

  /// A step of S past what the band leaves open is found at once, whichever way.
  @Test(arguments: 0..<30)
  func aStepOfTheReferenceIsFound(_ seed: Int) {
    var world = World(seed: 4000 + UInt64(seed))
    var band = Band()
    for index: Int64 in 0..<50 { _ = band.add(Bound(world.exchange(ms(8 * index)))) }
    let after = Bound(world.exchange(ms(400)))
    let (low, high) = band.bounds(at: after.arrived)
    let width = (high - low).count + (after.high - after.low).count + us(10)
    var stepped = after
    let size = Nanoseconds(seed % 2 == 0 ? width : -width)
    stepped.low += size
    stepped.high += size
    #expect(band.contradictions == 0)
    #expect(band.add(stepped) == false)
    #expect(band.contradictions == 1)
  }
}
