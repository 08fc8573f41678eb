import Testing

@testable import Probe

@Suite struct HullTests {
  /// Of all points those that some line below all of them touches: checked by each slope in turn.
  @Test(arguments: 0..<50)
  func touchesWhereAllPointsWould(_ seed: Int) {
    var random = SeededGenerator(seed: 200 + UInt64(seed))
    let size = Int64(1) << Int64(random.next() % 30 + 1)
    var hull = Hull(capacity: 4)
    var points: [HullPoint] = []
    for index: Int64 in 0..<80 {
      let x = random.next() % 3 == 0 ? Int64(random.next() % 8000) : index * 100
      let point = HullPoint(x: x, y: Int64(random.next() % UInt64(size)) - size / 2)
      points.append(point)
      hull.add(point)
      for _ in 0..<6 {
        let slope = Slope(Int64(random.next() % UInt64(size)) - size / 2, 1 + Int64(random.next() % 5000))
        let touched = hull.touch(slope)
        let least = points.map { Int128($0.y) * Int128(slope.run) - Int128(slope.rise) * Int128($0.x) }.min()
        #expect(Int128(touched.y) * Int128(slope.run) - Int128(slope.rise) * Int128(touched.x) == least)
      }
      for (a, b) in zip(hull.points, hull.points.dropFirst()) { #expect(a.x < b.x) }
    }
  }

  /// What is thinned is below none of what was there, and keeps both ends.
  @Test func thinningOnlyAllowsMore() {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<50 {
      var hull = Hull(capacity: 4)
      for index: Int64 in 0..<200 {
        hull.add(HullPoint(x: index, y: index * index + Int64(random.next() % 50)))
      }
      let whole = hull
      hull.thin(to: 16)
      #expect(hull.points.count == 16)
      #expect(hull.points.first == whole.points.first && hull.points.last == whole.points.last)
      for rise: Int64 in stride(from: -10, to: 410, by: 7) {
        let (few, all) = (hull.touch(Slope(rise, 1)), whole.touch(Slope(rise, 1)))
        #expect(few.y - rise * few.x >= all.y - rise * all.x)
      }
    }
  }

  @Test func aSlopeIsRoundedUp() {
    #expect(Slope(1, 3).over(1) == 1 && Slope(1, 3).over(3) == 1 && Slope(1, 3).over(4) == 2)
    #expect(Slope(-1, 3).over(1) == 0 && Slope(-1, 3).over(3) == -1 && Slope(-1, 3).over(5) == -1)
    #expect(Slope(.partsPerMillion(500)).over(300_000_000_001) == 150_000_001)
    #expect(Slope(7, 1).over(.max) == .max)
  }
}
