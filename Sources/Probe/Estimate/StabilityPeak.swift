extension PhaseSeries {
  /// MTIE, the maximum time interval error: the largest peak-to-peak of the values in any m intervals on end
  /// (m + 1 places; ITU-T G.810, 4.5.13 and appendix II.5). Of what is absent nothing is known.
  /// - Parameter m: tau in intervals, above 0
  /// - Returns: nil where there is not one such stretch, or no value
  public func peak(_ m: Int) -> Nanoseconds? {
    guard m > 0, m < count, isPresent.contains(true) else { return nil }
    var (least, greatest) = (SlidingLeast(m + 1), SlidingLeast(m + 1))
    var peak: Int64 = 0
    for place in 0..<count {
      // ~x turns the order round, without the overflow of -x.
      let value = values[place]
      least.add(isPresent[place] ? value : nil)
      greatest.add(isPresent[place] ? ~value : nil)
      guard place >= m, let low = least.value, let high = greatest.value else { continue }
      peak = max(peak, (Nanoseconds(~high) - Nanoseconds(low)).count)
    }
    return Nanoseconds(peak)
  }
}

/// The least of the last `width` values of a stream: those that may still become it, in rising order.
/// Each value enters and leaves once, so that the work a value is constant on the average.
struct SlidingLeast: Sendable {
  private var held: [(place: Int, value: Int64)] = []
  private var first = 0
  private var place = 0
  private let width: Int

  init(_ width: Int) { self.width = width }

  mutating func add(_ value: Int64?) {
    if let value {
      while held.count > first, held[held.count - 1].value >= value { held.removeLast() }
      held.append((place, value))
    }
    place += 1
    while first < held.count, held[first].place < place - width { first += 1 }
    // What has left is thrown away when it is more than what is left.
    if first > 32, first > held.count / 2 {
      held.removeFirst(first)
      first = 0
    }
  }

  var value: Int64? { first < held.count ? held[first].value : nil }
}
