/// What the loop's next wait is for. Where nothing can come that matters, it is not asked for: a wait that names two
/// descriptors costs about a tenth of a query more than one that names none.
///
/// - After a send, only the reply: it is there long before a step of the clock would be missed. Where the last
///   wait for a reply was in vain, everything.
/// - With no query open, only the alarm; now and then the sockets too, so that strays do not fill them.
struct Attention {
  private var isTrusted = true
  /// Waits for the alarm alone, in a row.
  private var deaf = 0

  static let mostDeaf = 8

  /// - Parameters:
  ///   - hasSent: a query left since the last wait
  ///   - hasOpen: a query is open
  mutating func wanted(hasSent: Bool, hasOpen: Bool) -> Wanted {
    if hasOpen {
      deaf = 0
      return hasSent && isTrusted ? .sockets : .all
    }
    deaf += 1
    guard deaf > Self.mostDeaf else { return .alarm }
    deaf = 0
    return .all
  }

  mutating func waited(for wanted: Wanted, _ ready: Ready) {
    if wanted == .sockets || ready.data != 0 { isTrusted = ready.data != 0 }
  }
}
