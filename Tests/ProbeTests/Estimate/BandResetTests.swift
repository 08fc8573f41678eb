import Testing

@testable import Probe

/// What makes the band begin anew, and what is left of it.
@Suite struct BandResetTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  /// 16 queries a second for a while, ended at a whole second.
  private func band(_ world: inout PathWorld, seconds: Int64) -> Band {
    var band = Band()
    for index in 0..<(16 * seconds) { #expect(band.add(Bound(world.exchange(index * 62_500_000))) == true) }
    return band
  }

  /// R stands still for 2 s at 20 s: g jumps up, and nothing from before is of use.
  @Test func afterAGapNothingIsKnown() throws {
    var world = PathWorld(seed: 1, seconds: 60)
    var band = band(&world, seconds: 20)
    world.step = (ms(20_000), ms(2000))
    band.reset(.gap, at: at(ms(20_000)))
    #expect(!band.isClosed && band.low == .min && band.high == .max)
    #expect(band.lastReset == Band.Reset(reason: .gap, at: at(ms(20_000))) && band.resets == 1)
    // Left before the gap, came back after it: its upper bound is one of g as it was.
    #expect(band.add(Bound(world.exchange(ms(20_000) - us(90)))) == true)
    #expect(!band.isClosed && band.low > .min)
    #expect(!band.reaches(at(ms(20_000) - 1)) && band.reaches(at(ms(20_000))))
    // One that was over before it changes nothing.
    let before = band.low
    #expect(band.add(Bound(world.exchange(ms(19_000)))) == true)
    #expect(band.low == before && !band.isClosed)
    for index: Int64 in 0..<160 {
      #expect(band.add(Bound(world.exchange(ms(20_010) + index * 62_500_000))) == true)
      let truth = Scene.epoch + world.drift(band.at.nanoseconds)
      #expect(band.low.count <= truth && truth <= band.high.count)
    }
    #expect(band.contradictions == 0)
  }

  /// R runs on at another rate: the value holds, within what the largest drift allows, and the slope is open.
  @Test func ofAnotherCounterTheRateIsOpen() {
    var world = PathWorld(seed: 2, seconds: 60)
    var band = band(&world, seconds: 20)
    let (low, high, moment) = (band.low, band.high, band.at)
    band.reset(.clocksource, at: at(ms(20_000)))
    #expect(band.low == low && band.high == high && band.at == moment)
    let later = band.bounds(at: moment + .seconds(1))
    #expect(later.low == low - .microseconds(500) && later.high == high + .microseconds(500))
    // The rate is 300 ppm more from here on.
    for index: Int64 in 0..<160 {
      let sent = ms(20_001) + index * 62_500_000
      var bound = Bound(world.exchange(sent))
      let extra = { (raw: Int64) in Nanoseconds((raw - ms(20_000)) * 3 / 10_000) }
      bound.high += extra(bound.departed.nanoseconds) + Nanoseconds(1)
      bound.low += extra(bound.arrived.nanoseconds)
      #expect(band.add(bound) == true)
      let truth = Scene.epoch + world.drift(band.at.nanoseconds) + extra(band.at.nanoseconds).count
      #expect(band.low.count <= truth && truth <= band.high.count)
    }
    #expect(band.contradictions == 0)
  }

  /// A step of S that exceeds delay + eps + tolerance x age is found within 8 exchanges, either sign; one past 500
  /// ppm of the time since is a jump.
  @Test(arguments: [us(900), -us(900), ms(3), -ms(3), ms(5000), -ms(5000)] as [Int64])
  func aStepIsFound(_ size: Int64) {
    for seed: UInt64 in 0..<20 {
      var world = PathWorld(seed: 10 + seed, seconds: 400)
      let seconds: Int64 = [1, 20, 350][Int(seed % 3)]
      var band = band(&world, seconds: seconds)
      world.step = (ms(1000 * seconds), size)
      var exchanges = 0
      for index in 0..<(8 as Int64) where band.contradictions == 0 {
        _ = band.add(Bound(world.exchange(ms(1000 * seconds) + index * 62_500_000)))
        exchanges += 1
      }
      #expect(band.contradictions == 1, "seed \(seed)")
      #expect(band.lastReset?.reason == .jump || band.lastReset?.reason == .bend)
      let truth = Scene.epoch + world.drift(band.at.nanoseconds)
      #expect(band.low.count <= truth && truth <= band.high.count, "seed \(seed), after \(exchanges)")
    }
  }

  /// The same rate for 100 s, then 40 ppm more: 500 ppm explain it, one line does not.
  @Test func aBendIsFound() {
    var world = PathWorld(seed: 4, seconds: 200)
    var band = band(&world, seconds: 100)
    var found: Int64?
    for index: Int64 in 0..<1600 where found == nil {
      var bound = Bound(world.exchange(ms(100_000) + index * 62_500_000))
      bound.high += Nanoseconds((bound.departed.nanoseconds - ms(100_000)) / 25_000 + 1)
      bound.low += Nanoseconds((bound.arrived.nanoseconds - ms(100_000)) / 25_000)
      if !band.add(bound) { found = index }
    }
    #expect(band.lastReset?.reason == .bend && band.contradictions == 1)
    // 40 ppm less the tolerance make up for the band's width, some 210 us, in 6 s.
    #expect((found ?? 1600) < 16 * 7)
  }

  /// Nothing for longer than the window: what was known lasts by the largest drift.
  @Test func aSilenceLongerThanTheWindow() {
    var world = PathWorld(seed: 5, seconds: 1000)
    var band = band(&world, seconds: 10)
    let moment = at(ms(400_000))
    let (low, high) = band.bounds(at: moment)
    #expect(low == band.low - Assumption.largestDrift.over(moment - band.at))
    #expect(high == band.high + Assumption.largestDrift.over(moment - band.at))
    #expect(band.add(Bound(world.exchange(ms(400_000)))) == true)
    let truth = Scene.epoch + world.drift(band.at.nanoseconds)
    #expect(band.low.count <= truth && truth <= band.high.count)
    // A step of S by more than that is found even so.
    var stepped = Bound(world.exchange(ms(800_000)))
    stepped.low += .seconds(1)
    stepped.high += .seconds(1)
    #expect(band.add(stepped) == false && band.lastReset?.reason == .jump)
  }

  /// Within the window the lines carry it: 100 s after 300 s of exchanges by some ppm, not by 500.
  @Test func aShorterSilenceIsCarriedByTheLines() {
    var world = PathWorld(seed: 6, seconds: 500)
    let band = band(&world, seconds: 300)
    let moment = ms(400_000)
    let (low, high) = band.bounds(at: at(moment))
    let truth = Scene.epoch + world.drift(moment)
    #expect(low.count <= truth && truth <= high.count)
    #expect((high - low) < Nanoseconds.microseconds(1200))
    // The question has changed nothing.
    #expect(band.bounds(at: at(moment)) == (low, high))
  }
}
