/// Tells somebody at a terminal, five times a second, how far a longer measurement is.
final class ProgressTimer {
  private let show: (Instant<Raw>) -> Void
  private var next: Instant<Raw>

  static let period = Nanoseconds.milliseconds(200)
  /// Shorter measurements show nothing.
  static let delay = Nanoseconds.seconds(1)

  init(start: Instant<Raw>, show: @escaping (Instant<Raw>) -> Void) {
    self.show = show
    next = start + Self.delay
  }

  func idle(_ now: Instant<Raw>) {
    guard now >= next else { return }
    next = now + Self.period
    show(now)
  }
}
