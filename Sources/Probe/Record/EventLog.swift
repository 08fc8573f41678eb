/// The events of a measurement, in bounded memory: the first of them, and how many there were of each cause.
public struct EventLog: Sendable {
  public private(set) var first: [LocalEvent] = []
  /// Of all stalls.
  public private(set) var longestStall: LocalEvent?
  private var counts = InlineArray<17, UInt64>(repeating: 0)

  public static let capacity = 48
  /// What exchanges tell, and stalls, leave room for graver things.
  static let ordinary = 32

  /// By the events' index.
  public var references: [String] = []
  /// Programs that steer the clock here.
  public private(set) var steerers: [StaticString] = []

  public init() { first.reserveCapacity(Self.capacity) }

  public mutating func add(_ event: LocalEvent) {
    counts[Int(event.cause.rawValue)] += 1
    let isGrave = event.cause.rawValue < Cause.guestStall.rawValue
    if first.count < (isGrave ? Self.capacity : Self.ordinary) { first.append(event) }
    if event.cause == .guestStall, event.length ?? .zero > longestStall?.length ?? .zero {
      longestStall = event
    }
  }

  /// What was shown of events after they were told: how many references did not move with a step of C.
  public mutating func settle(_ held: (LocalEvent) -> UInt8) {
    for index in first.indices where first[index].evidence.jump == nil {
      first[index].evidence.held = max(first[index].evidence.held, held(first[index]))
    }
  }

  /// Who may be behind a slew.
  public mutating func know(_ guest: Guest?) {
    guard let guest else { return }
    steerers = guest.steering.steerers.map { $0.name }
  }

  /// Of the reference whose exchanges an event was told by.
  public func name(_ event: LocalEvent) -> String? {
    event.reference.flatMap { $0 < references.count ? references[$0] : nil }
  }

  public subscript(cause: Cause) -> UInt64 { counts[Int(cause.rawValue)] }

  public var total: UInt64 {
    var sum: UInt64 = 0
    for index in counts.indices { sum += counts[index] }
    return sum
  }
}
