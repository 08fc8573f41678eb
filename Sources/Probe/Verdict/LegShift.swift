/// By how much a leg's floor is above what the band has for it, since it moved; and whether it has moved back.
struct LegShift {
  private(set) var by = Nanoseconds.zero
  private var shorter = 0
  private var most = Nanoseconds.min
  private var from = Instant<Raw>(nanoseconds: 0)

  /// As many exchanges in a row that were shorter show that the leg is: no queue makes a packet faster.
  static let returning = 3

  struct Return: Equatable {
    /// The leg is shorter by this.
    var length: Nanoseconds
    var from: Instant<Raw>
  }

  mutating func grow(by length: Nanoseconds) {
    by += length
    shorter = 0
  }

  /// - Parameters:
  ///   - excess: above the floor with this shift
  ///   - outwards: by how much the band's own bound on this side moved with this exchange: the shift is counted from there
  mutating func follow(_ excess: Nanoseconds, outwards: Nanoseconds, _ passage: Passage) -> Return? {
    guard by > .zero else { return nil }
    defer { if by > .zero { by = max(by - outwards, .zero) } }
    guard excess < -max(Usual.least, Nanoseconds(by.count / 4)) else {
      // The band's bound is carried on, and goes outwards while nothing renews it.
      if excess < .zero { by = max(by + Nanoseconds(excess.count / 4), .zero) }
      shorter = 0
      return nil
    }
    if shorter == 0 { (most, from) = (.min, passage.from) }
    shorter += 1
    most = max(most, excess)
    guard shorter >= Self.returning else { return nil }
    shorter = 0
    by = max(by + most, .zero)
    if by <= max(Usual.least, Nanoseconds(-most.count / 4)) { by = .zero }
    return Return(length: -most, from: from)
  }
}
