import Testing

@testable import Probe

@Suite struct ReferenceClockTests {
  private func clock(
    _ base: ReferenceBase, shift: Nanoseconds = .zero, drift: Rate = .partsPerMillion(0)
  ) -> ReferenceClock {
    ReferenceClock(base: base, shift: shift, drift: drift, anchor: Scene.reading(0))
  }

  /// After a second of R, in which C was set forward by `stepped`: how far S is ahead of R's own count.
  @Test(
    arguments: [
      (.realtime, 0, 0, 0, 0), (.raw, 0, 0, 0, 0),
      (.realtime, us(250), 0, 0, us(250)), (.raw, -us(250), 0, 0, -us(250)),
      // 20 ppm of a second.
      (.realtime, 0, 20, 0, us(20)), (.raw, 0, -20, 0, -us(20)), (.raw, us(250), 20, 0, us(270)),
      // A step moves what runs on REALTIME and nothing else.
      (.realtime, us(250), 20, ms(3), us(270) + ms(3)), (.raw, us(250), 20, ms(3), us(270)),
      (.raw, 0, 0, -ms(3), 0),
    ] as [(ReferenceBase, Int64, Int64, Int64, Int64)])
  func whatItTells(_ base: ReferenceBase, _ shift: Int64, _ drift: Int64, _ stepped: Int64, _ ahead: Int64) {
    let clock = clock(base, shift: Nanoseconds(shift), drift: .partsPerMillion(drift))
    let told = clock.time(Scene.reading(ms(1000), stepped: stepped))
    #expect(told == Scene.told(ms(1000)) + Nanoseconds(ahead))
  }

  /// The arrival is as much before the reading on S as its stamp is on C.
  @Test(arguments: [ReferenceBase.realtime, .raw])
  func anArrivalIsLaidOntoS(_ base: ReferenceBase) {
    var clock = clock(base, shift: .microseconds(250))
    let arrival = clock.time(of: Scene.stamp(us(995)).at, Scene.reading(us(1000)))
    #expect(arrival == Scene.told(us(995)) + .microseconds(250))
    #expect(arrival <= clock.time(Scene.reading(us(1003))))
  }

  /// Whatever a stamp is worth, the arrival is not told later than the reading after it.
  @Test func anArrivalThatCannotBeIsTheReadingItself() {
    var clock = clock(.raw)
    #expect(clock.time(of: nil, Scene.reading(us(1000))) == Scene.told(us(1000)))
    #expect(clock.time(of: Scene.stamp(us(1001)).at, Scene.reading(us(1000))) == Scene.told(us(1000)))
  }

  /// The stamp may be of before the step and the reading of after it: their distance means nothing.
  @Test(arguments: [ms(3), -ms(3)])
  func aStepInBetweenLeavesTheReading(_ size: Int64) {
    var clock = clock(.raw)
    _ = clock.time(of: Scene.stamp(us(995)).at, Scene.reading(us(1000)))
    let reading = Scene.reading(us(2000), stepped: size)
    #expect(clock.time(of: Scene.stamp(us(1995)).at, reading) == Scene.told(us(2000)))
    // From then on the stamps are of the clock as it is.
    let next = Scene.stamp(us(2995), stepped: size).at
    #expect(clock.time(of: next, Scene.reading(us(3000), stepped: size)) == Scene.told(us(2995)))
  }
}
