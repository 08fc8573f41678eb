import Testing

@testable import Probe

/// A limit of 1 ms by hand. A bound of one end widens by 500 ppm: half a microsecond a millisecond.
@Suite struct ProofStretchTests {
  private let limit = Nanoseconds.milliseconds(1)

  private func bounds(_ low: Int64, _ high: Int64) -> ClockBounds {
    ClockBounds(low: Nanoseconds(low), high: Nanoseconds(high))
  }

  private func stretch(
    _ length: Int64, _ before: ClockBounds?, _ after: ClockBounds?, _ joint: ProofStretch.Joint
  ) -> ProofStretch {
    ProofStretch(length: Nanoseconds(length), before: before, after: after, joint: joint)
  }

  /// In ms: what is unproven, and the longest of it.
  private func share(_ stretches: [ProofStretch]) -> [Double] {
    var share = Share()
    for stretch in stretches { share.add(stretch, limit: limit) }
    return [share.unproven, share.longestGap].map { Double($0.count) * 1e-6 }
  }

  @Test func aLineIsProvenAsFarAsItIsWithin() {
    let (near, far, farther) = (bounds(-us(500), us(900)), bounds(-us(1100), 0), bounds(0, us(1900)))
    #expect(share([stretch(ms(100), near, near, .line)]) == [0, 0])
    // 100 us to spare at one end and 100 us too much at the other.
    #expect(share([stretch(ms(100), near, far, .line)]) == [50, 50])
    #expect(share([stretch(ms(100), farther, near, .line)]) == [90, 90])
    #expect(share([stretch(ms(100), far, farther, .line)]) == [100, 100])
  }

  @Test func oneEndLastsForItsMargin() {
    let near = bounds(-us(900), us(100))
    #expect(share([stretch(ms(300), near, nil, .either)]) == [100, 100])
    #expect(share([stretch(ms(300), nil, near, .either)]) == [100, 100])
    #expect(share([stretch(ms(500), near, near, .either)]) == [100, 100])
    #expect(share([stretch(ms(400), near, near, .either)]) == [0, 0])
    #expect(share([stretch(ms(400), nil, nil, .either)]) == [400, 400])
  }

  /// Something broke in between: only what both ends prove is proven.
  @Test func whatBrokeIsProvenByBothEnds() {
    let near = bounds(-us(900), us(100))
    #expect(share([stretch(ms(150), near, near, .both)]) == [0, 0])
    #expect(share([stretch(ms(300), near, near, .both)]) == [200, 100])
    #expect(share([stretch(ms(400), near, near, .both)]) == [400, 400])
    #expect(share([stretch(ms(100), near, bounds(0, us(1001)), .both)]) == [100, 100])
    #expect(share([stretch(ms(100), near, nil, .both)]) == [100, 100])
  }

  /// A gap goes on from one stretch to the next, and ends where something is proven.
  @Test func aGapGoesOn() {
    let (near, far) = (bounds(-us(900), 0), bounds(-us(1100), 0))
    let gap = stretch(ms(100), far, far, .line)
    #expect(share([stretch(ms(100), near, far, .line), gap, gap]) == [250, 250])
    #expect(
      share([gap, stretch(ms(100), far, near, .line), stretch(ms(100), near, far, .line)]) == [200, 150])
  }

  /// Cut anywhere, and appended again, it comes to the same.
  @Test(arguments: 0..<40) func cutInPieces(_ seed: Int) {
    var random = SeededGenerator(seed: 71_000 + UInt64(seed))
    func bounds() -> ClockBounds? {
      if random.next() % 8 == 0 { return nil }
      // On one side of zero: a line from one side of the limit to the other is judged as a whole, to the safe side.
      let middle = Int64(random.next() % 1_200_000)
      let half = Int64(random.next() % 900_000)
      return self.bounds(middle - half, middle + half)
    }
    var whole = Share()
    var sum = Share()
    for _ in 0..<20 {
      let (before, after) = (bounds(), bounds())
      let joints: [ProofStretch.Joint] =
        before == nil || after == nil ? [.either, .both] : [.line, .either, .both]
      let length = Nanoseconds(Int64(random.next() % 2_000_000_000))
      let stretch = ProofStretch(
        length: length, before: before, after: after, joint: joints[Int(random.next() % UInt64(joints.count))]
      )
      whole.add(stretch, limit: limit)
      var part = Share()
      var rest = stretch
      for _ in 0..<random.next() % 4 {
        let (head, tail) = rest.split(Nanoseconds(Int64(random.next() % UInt64(rest.length.count + 1))))
        #expect(head.length + tail.length == rest.length)
        part.add(head, limit: limit)
        rest = tail
      }
      part.add(rest, limit: limit)
      sum.append(part)
    }
    // Each cut is rounded to the safe side, by some nanoseconds of S - C: 500 ppm of 2 us are 1 ns.
    #expect((sum.unproven - whole.unproven).magnitude <= .milliseconds(2))
    #expect((sum.longestGap - whole.longestGap).magnitude <= .milliseconds(2))
    #expect(sum.unproven + .microseconds(100) >= whole.unproven)
  }

  @Test func extremes() throws {
    let (one, other) = (bounds(-us(100), us(50)), bounds(-us(20), us(80)))
    #expect(stretch(ms(100), one, other, .line).extremes == bounds(-us(100), us(80)))
    let either = try #require(stretch(ms(100), one, other, .either).extremes)
    #expect(either.low <= Nanoseconds(-us(125)) && either.low >= Nanoseconds(-us(126)))
    #expect(stretch(ms(100), one, nil, .either).extremes == bounds(-us(150), us(100)))
    #expect(stretch(ms(100), one, other, .both).extremes == bounds(-us(150), us(130)))
    #expect(stretch(ms(100), nil, nil, .either).extremes == nil)
  }

  @Test func nothingTraps() {
    var random = SeededGenerator(seed: 72_000)
    for _ in 0..<2000 {
      let ends = [ClockBounds(low: Nanoseconds(random.number()), high: Nanoseconds(random.number())), nil]
      let joints: [ProofStretch.Joint] = [.line, .either, .both]
      let stretch = ProofStretch(
        length: Nanoseconds(random.number()).magnitude, before: ends[Int(random.next() % 2)],
        after: ends[Int(random.next() % 2)], joint: joints[Int(random.next() % 3)])
      var share = Share()
      share.add(stretch, limit: Nanoseconds(random.number()))
      #expect(share.longestGap <= share.unproven && share.unproven <= stretch.length)
      let length = Nanoseconds(Int64(random.next() % UInt64(max(stretch.length.count, 1))))
      _ = stretch.split(length)
      _ = stretch.extremes
    }
  }
}
