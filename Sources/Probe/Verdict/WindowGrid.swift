/// Where windows begin and end: each second from the start on, or where nobody wants seconds each minute.
public struct WindowGrid: Sendable {
  let start: Instant<Raw>
  var unit = WindowGrid.second

  static let second = Nanoseconds.seconds(1)
  static let minute = Nanoseconds.seconds(60)

  /// The beginning of the unit, or the minute, that a moment is in.
  func unit(of moment: Instant<Raw>) -> Instant<Raw> { floor(moment, unit) }
  func minute(of moment: Instant<Raw>) -> Instant<Raw> { floor(moment, Self.minute) }

  private func floor(_ moment: Instant<Raw>, _ length: Nanoseconds) -> Instant<Raw> {
    start + Nanoseconds((moment - start).count / length.count * length.count)
  }

  /// Where a window ends that begins at `from`: a unit later; or where that is before the unit of `moment`, there,
  /// or at the minutes' ends in between.
  func end(from: Instant<Raw>, toward moment: Instant<Raw>) -> Instant<Raw> {
    let least = from + unit
    let end = max(least, unit(of: moment))
    let minuteEnd = minute(of: from) + Self.minute
    if end <= minuteEnd { return end }
    return minute(of: from) == from ? max(minute(of: moment), minuteEnd) : minuteEnd
  }

  /// The ends of windows since the last one that was told, where nobody asked for the time between.
  func ends(since last: Instant<Raw>, _ now: Instant<Raw>, _ tell: (Instant<Raw>) -> Void) {
    var end = last
    while end + unit <= now {
      end = end == last ? end + unit : self.end(from: end, toward: now)
      tell(end)
    }
  }
}
