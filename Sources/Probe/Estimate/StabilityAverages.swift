/// The values of a stretch of a phase series: their sum and that of their places, both modulo 2^64.
/// What is formed of them is small, so that it is exact though a sum may have wrapped.
struct Stretch: Sendable {
  var sum: Int64 = 0
  /// Of the indices of the values that are present.
  var places: Int64 = 0
  /// How many are.
  var count: Int64 = 0

  static func + (a: Stretch, b: Stretch) -> Stretch {
    Stretch(sum: a.sum &+ b.sum, places: a.places &+ b.places, count: a.count &+ b.count)
  }

  static func - (a: Stretch, b: Stretch) -> Stretch {
    Stretch(sum: a.sum &- b.sum, places: a.places &- b.places, count: a.count &- b.count)
  }

  /// The second difference of the averages of three stretches of m places each, next to each other.
  ///
  /// Where values are absent the averages do not lie m apart, and a mere rate of the clock would show as a
  /// bend. It is then taken as the change of the slope between their mean times, m times over: of three whole
  /// stretches the same. nil: one of them has not half of its values.
  static func bend(_ a: Stretch, _ b: Stretch, _ c: Stretch, _ m: Int) -> Double? {
    let whole = Int64(m)
    if a.count == whole, b.count == whole, c.count == whole {
      return Double(c.sum &- 2 &* b.sum &+ a.sum) / Double(m)
    }
    let half = (whole + 1) / 2
    guard a.count >= half, b.count >= half, c.count >= half else { return nil }
    let before = (b.mean - a.mean) / (b.time - a.time)
    let after = (c.mean - b.mean) / (c.time - b.time)
    return (after - before) * Double(m)
  }

  private var mean: Double { Double(sum) / Double(count) }
  private var time: Double { Double(places) / Double(count) }
}

extension PhaseSeries {
  /// MDEV, the modified Allan deviation: of averages over tau. Told apart by it: white and flicker noise of the phase.
  public func modifiedAllan(_ m: Int, stride: Int = 1) -> Deviation? {
    bends(m, stride)?.deviation(factor: 2, tau: Double(m) * Double(interval.count))
  }

  /// TDEV, the time deviation, in nanoseconds: MDEV tau / sqrt(3).
  public func time(_ m: Int, stride: Int = 1) -> Deviation? {
    bends(m, stride)?.deviation(factor: 6, tau: 1)
  }

  private func bends(_ m: Int, _ stride: Int) -> Squares? {
    guard m > 0, stride > 0, m <= count / 3 else { return nil }
    var sums = [Stretch()]
    sums.reserveCapacity(count + 1)
    for place in 0..<count {
      let one = Stretch(sum: values[place], places: Int64(place), count: 1)
      sums.append(isPresent[place] ? sums[place] + one : sums[place])
    }
    var squares = Squares()
    for place in Swift.stride(from: 0, through: count - 3 * m, by: stride) {
      let (a, b) = (sums[place + m] - sums[place], sums[place + 2 * m] - sums[place + m])
      let bend = Stretch.bend(a, b, sums[place + 3 * m] - sums[place + 2 * m], m)
      if let bend { squares.add(bend) }
    }
    return squares
  }
}
