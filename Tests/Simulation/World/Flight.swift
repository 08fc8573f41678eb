@testable import Probe

/// What really became of one query.
struct Flight {
  var cookie: NTPTime
  /// When it left this guest, truly.
  var departed: Moment
  /// Every reply that came, as the probe took them out of the socket.
  var arrivals: [Arrival] = []

  struct Arrival {
    var at: Moment
    var isCorrupted: Bool
  }
}
