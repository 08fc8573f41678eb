import Testing

@testable import Probe

@Suite struct FloorTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  /// A leg of 100 us with exponential queueing of 100 us, 16 a second.
  private func leg(_ random: inout SeededGenerator, _ floor: Int64) -> Nanoseconds {
    // The binary logarithm, straight between the powers of two.
    let unit = Double(random.next() >> 11 | 1) * 0x1p-53
    let logarithm = Double(unit.exponent) + unit.significand - 1
    return Nanoseconds(floor + Int64(-69_300 * logarithm))
  }

  /// Never below what was there, never above the least of the window less a block.
  @Test(arguments: 0..<10)
  func theLeastOfTheWindow(_ seed: Int) throws {
    var random = SeededGenerator(seed: 300 + UInt64(seed))
    var floor = Floor(window: .seconds(64))
    var all: [(raw: Int64, length: Nanoseconds)] = []
    for index: Int64 in 0..<1500 {
      let length = Nanoseconds(Int64(random.next() % 1_000_000) + (random.next() % 50 == 0 ? 0 : 500_000))
      let raw = index * ms(100)
      all.append((raw, length))
      let moved = floor.add(length, at: at(raw))
      if moved || index % 20 != 0 { continue }
      let value = try #require(floor.value)
      // The newest block has at most a second and the values that it waits for.
      let surely = all.filter {
        $0.raw > raw - ms(60_000) && $0.raw >= (floor.lastShift?.at.nanoseconds ?? 0)
      }
      let atMost = all.filter { $0.raw > raw - ms(70_000) }
      #expect(value <= surely.map(\.length).min() ?? .max)
      #expect(value >= atMost.map(\.length).min() ?? .min)
    }
  }

  @Test(arguments: [60, -60, 500] as [Int64])
  func aRouteChangeIsFound(_ size: Int64) throws {
    for seed: UInt64 in 0..<20 {
      var random = SeededGenerator(seed: 400 + seed)
      var floor = Floor()
      for index: Int64 in 0..<(16 * 200) {
        #expect(floor.add(leg(&random, us(100)), at: at(index * 62_500_000)) == false)
      }
      var found: Int64?
      for index: Int64 in (16 * 200)..<(16 * 240) where found == nil {
        if floor.add(leg(&random, us(100 + size)), at: at(index * 62_500_000)) { found = index }
      }
      // Five blocks of 4.7 s.
      #expect(try #require(found) < 16 * 225)
      let shift = try #require(floor.lastShift)
      #expect(((shift.after - shift.before).count - us(size)).magnitude < us(10))
      #expect(shift.at >= at(ms(195_000)) && shift.at < at(ms(205_000)))
      #expect(floor.value == shift.after || (floor.value ?? .max) < shift.after)
      #expect(floor.shifts == 1)
    }
  }

  /// An hour of 16 values a second in which nothing happens, ten times: some 7500 blocks.
  @Test func noiseAloneIsNoShift() {
    var shifts: UInt64 = 0
    for seed: UInt64 in 0..<10 {
      var random = SeededGenerator(seed: 500 + seed)
      var floor = Floor()
      for index: Int64 in 0..<(16 * 3600) { _ = floor.add(leg(&random, us(100)), at: at(index * 62_500_000)) }
      shifts += floor.shifts
    }
    #expect(shifts == 0)
  }

  /// A queue that stands for a while is no floor that stayed.
  @Test func aPassingQueueIsNoShift() {
    var random = SeededGenerator(seed: 6)
    var floor = Floor()
    for index: Int64 in 0..<(16 * 300) {
      let isQueued = (16 * 200..<16 * 210).contains(index)
      #expect(floor.add(leg(&random, us(isQueued ? 5000 : 100)), at: at(index * 62_500_000)) == false)
    }
  }

  /// One in a minute: blocks wait for their eight values.
  @Test func aSlowStream() {
    var random = SeededGenerator(seed: 7)
    var floor = Floor()
    for index: Int64 in 0..<2000 { _ = floor.add(leg(&random, us(100)), at: at(index * ms(60_000))) }
    #expect((floor.value ?? .zero) > .microseconds(100) && (floor.value ?? .max) < .microseconds(110))
    #expect(floor.shifts == 0)
  }

  @Test func stagesHaveFloorsOfTheirOwn() {
    var floors = StageFloors()
    for index: Int64 in 0..<10 {
      let sent = index * ms(8)
      let exchange = Scene.exchange(
        sent, sent + us(100), sent + us(110), sent + us(230), lag: us(3 + index), bracket: 0)
      _ = floors.add(exchange, out: index < 5 ? nil : .microseconds(100 + index), back: nil)
    }
    #expect(floors.localTransmit.value == .microseconds(3) && floors.localReceive.value == .microseconds(3))
    #expect(floors.server.value == .microseconds(10))
    #expect(floors.out.value == .microseconds(105) && floors.back.value == nil)
  }
}
