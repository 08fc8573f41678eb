/// Where windows begin and end: each second from the start on.
struct WindowGrid: Sendable {
  let start: Instant<Raw>

  static let second = Nanoseconds.seconds(1)
  static let minute = Nanoseconds.seconds(60)

  /// The beginning of the second, or the minute, that a moment is in.
  func second(of moment: Instant<Raw>) -> Instant<Raw> { floor(moment, Self.second) }
  func minute(of moment: Instant<Raw>) -> Instant<Raw> { floor(moment, Self.minute) }

  private func floor(_ moment: Instant<Raw>, _ length: Nanoseconds) -> Instant<Raw> {
    start + Nanoseconds((moment - start).count / length.count * length.count)
  }

  /// Where a window ends that begins at `from`: a second later; or where that is before the second of `moment`, there,
  /// or at the minutes' ends in between.
  func end(from: Instant<Raw>, toward moment: Instant<Raw>) -> Instant<Raw> {
    let least = from + Self.second
    let end = max(least, second(of: moment))
    let minuteEnd = minute(of: from) + Self.minute
    if end <= minuteEnd { return end }
    return minute(of: from) == from ? max(minute(of: moment), minuteEnd) : minuteEnd
  }

  /// The ends of windows since the last one that was told, where nobody asked for the time between.
  func ends(since last: Instant<Raw>, _ now: Instant<Raw>, _ tell: (Instant<Raw>) -> Void) {
    var end = last
    while end + Self.second <= now {
      end = end == last ? end + Self.second : self.end(from: end, toward: now)
      tell(end)
    }
  }
}
