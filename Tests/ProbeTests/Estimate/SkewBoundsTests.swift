import Testing

@testable import Probe

struct SkewBoundsTests {
  @Test func `the bounds contain the true skew`() {
    for seed in 0..<1000 {
      var random = SeededGenerator(seed: UInt64(seed))
      let truth = Int64.random(in: -100_000...100_000, using: &random)
      var skew = SkewBounds()
      var now = UInt64.random(in: 0...UInt64.max, using: &random)
      for _ in 0..<200 {
        let out = UInt64.random(in: 1...2000, using: &random)
        let back = UInt64.random(in: 1...2000, using: &random)
        let other = now &+ out &+ UInt64(bitPattern: truth)
        skew.add(sent: now, other: other, received: now &+ out &+ back)
        now &+= out &+ back &+ 100
      }
      #expect(skew.low <= truth && truth <= skew.high, "seed \(seed)")
      #expect(skew.high - skew.low < 600, "seed \(seed)")
      #expect(skew.rounds == 200 && skew.contradictions == 0)
    }
  }

  @Test func `a counter that jumps contradicts itself`() {
    var skew = SkewBounds()
    skew.add(sent: 1000, other: 1050, received: 1100)
    skew.add(sent: 2000, other: 9050, received: 2100)
    #expect(skew.contradictions == 1)
    skew.add(sent: 3000, other: 3050, received: 2900)
    #expect(skew.contradictions == 2)
  }
}
