import Testing

@testable import Probe

/// Whatever an oscillator does within the tolerance, the truth is inside, and nothing contradicts.
@Suite struct BandTruthTests {
  /// Rates that walk between the walls, fast and slow; queries from a hundred a second to one in 20 s.
  @Test(arguments: 0..<60)
  func theTruthIsInside(_ seed: Int) {
    let tolerance = [1.0, 0.1, 20, 0][seed % 4]
    let pace = [0.01, 0.3, 3, 100][seed / 4 % 4] * max(tolerance, 0.1)
    let interval = [ms(10), ms(125), ms(1000), ms(20_000)][seed / 16]
    var world = PathWorld(
      seed: 700 + UInt64(seed), seconds: Int(interval * 1500 / ms(1000)) + 2, wander: tolerance, pace: pace)
    world.queueing = [0, 1e4, 1e5, 1e7][seed % 3 + 1]
    let window = Nanoseconds.seconds([300, 5, 3000][seed % 3])
    var band = Band(tolerance: Rate(partsPerTrillion: Int64(tolerance * 1e6)), window: window)
    for index: Int64 in 0..<1500 {
      // Some are lost, many at a time.
      if index / 50 % 7 == 3 { continue }
      #expect(band.add(Bound(world.exchange(index * interval))) == true)
      for later in [0, us(100), interval, 5 * interval] {
        let moment = band.at.nanoseconds + later
        guard moment < interval * 1500 else { continue }
        let (low, high) = band.bounds(at: Instant(nanoseconds: moment))
        let truth = Scene.epoch + world.drift(moment)
        #expect(low.count <= truth && truth <= high.count, "at \(index), \(later) ns later")
      }
    }
    #expect(band.contradictions == 0 && band.resets == 0)
  }

  /// The same with a twentieth of the tolerance that the oscillator needs: what is said above is not said of
  /// anything at all.
  @Test func anOscillatorPastTheToleranceIsNotCovered() {
    var wrong = 0
    var contradictions: UInt64 = 0
    for seed: UInt64 in 0..<10 {
      var world = PathWorld(seed: 800 + seed, seconds: 302, wander: 20, pace: 6)
      var band = Band(tolerance: .partsPerMillion(1))
      for index: Int64 in 0..<2400 {
        _ = band.add(Bound(world.exchange(index * ms(125))))
        let truth = Scene.epoch + world.drift(band.at.nanoseconds)
        if truth < band.low.count || band.high.count < truth { wrong += 1 }
      }
      contradictions += band.contradictions
    }
    #expect(wrong > 0 && contradictions > 0)
    print(
      "20 ppm of wander, 1 ppm tolerated: \(wrong) of 24000 bands wrong, \(contradictions) contradictions")
  }
}
